import { get } from "node:https";
import { expect, test } from "vitest";
import type { Cluster } from "./clusters/cluster.ts";
import type { FeedReading } from "./clusters/feed.ts";
import { fieldOf, serve, setUp } from "./testing/serve.ts";

/** A cluster of which something is told when the test says so. */
const tellingCluster = (id: string): Cluster & { tell: () => void } => {
  const listeners = new Set<(reading: FeedReading) => void>();
  const awaited = { kind: "awaited", since: 0 } as const;
  return {
    id,
    declared: undefined,
    tell: () => {
      for (const listener of listeners) listener(awaited);
    },
    feed: {
      now: () => awaited,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      stop: () => Promise.resolve(),
    },
  };
};

/** Reads a stream of events: what came so far, and when it ended. */
const listen = (url: string, ca: string, headers: Record<string, string>) => {
  let text = "";
  const waiting: (() => void)[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    get(url, { ca, headers, agent: false }, (answer) => {
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        for (const wake of waiting.splice(0)) wake();
      });
      answer.on("end", resolve);
    }).on("error", reject);
  });
  const until = async (part: string): Promise<string> => {
    while (!text.includes(part)) await new Promise<void>((resolve) => waiting.push(resolve));
    return text;
  };
  return { until, ended };
};

test("what changes is told at once, in order; whoever was away is told what he missed, or that it is lost", async () => {
  const [one, two] = [tellingCluster("one"), tellingCluster("two")];
  const { server, ask } = await serve([one, two]);
  const ada = await setUp(ask, server);
  const { json } = await ada("POST", "/api/tokens", { body: { about: "events", roles: ["viewer"], days: 1 } });
  const authorization = `Bearer ${String(fieldOf(json, "secret"))}`;
  const url = `${server.url}/api/events`;
  const all = listen(url, server.certificate, { authorization });
  await all.until("retry: ");
  one.tell();
  two.tell();
  const told = await all.until('"cluster":"two"');
  expect(told).toContain('id: 1\nevent: cluster\ndata: {"cluster":"one","reading":"awaited"}\n\nid: 2\n');
  const missed = listen(`${url}?cluster=two`, server.certificate, { authorization, "last-event-id": "0" });
  expect(await missed.until('"cluster":"two"')).not.toContain('"cluster":"one"');
  const lost = listen(url, server.certificate, { authorization, "last-event-id": "7" });
  await lost.until("event: missed");
  await server.stop();
  await Promise.all([all.ended, missed.ended, lost.ended]);
});
