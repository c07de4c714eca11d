import { setImmediate } from "node:timers/promises";
import type { LastLook, Leadership } from "@orrery/store";
import { expect, test } from "vitest";
import { exampleLab, seenCluster } from "../testing/serve.ts";
import type { ClusterFeed, FeedReading } from "./feed.ts";
import { ledFeed } from "./led-feed.ts";
import { packReading, unpackReading } from "./packed-reading.ts";

const seen = (await seenCluster("tidy", await exampleLab("tidy-lab"))).feed.now();
if (seen.kind !== "read") throw new Error("the twin was not read");
const readAt = (at: number): FeedReading => ({ ...seen, at, stale: new Map([["nodes/pve1/status", "it is silent"]]) });
const atOf = (reading: FeedReading): number | undefined => (reading.kind === "read" ? reading.at : undefined);

/** A feed that is told what it sees; counts itself among those that run. */
const aFeed = (running: Set<ClusterFeed>) => {
  let reading: FeedReading = { kind: "awaited", since: 0 };
  const listeners = new Set<(reading: FeedReading) => void>();
  const feed: ClusterFeed = {
    now: () => reading,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => {
      running.delete(feed);
      return Promise.resolve();
    },
  };
  running.add(feed);
  const see = (next: FeedReading): void => {
    reading = next;
    for (const listener of listeners) listener(next);
  };
  return { feed, see };
};

const aServer = () => {
  const running = new Set<ClusterFeed>();
  const begun: { see: (reading: FeedReading) => void; term: number }[] = [];
  const put: LastLook[] = [];
  const complaints: string[] = [];
  let lead: (leadership: Leadership) => void = () => undefined;
  let others: (look: LastLook) => void = () => undefined;
  let resigned = 0;
  const led = ledFeed({
    cluster: "tidy",
    stand: (onChange) => {
      lead = onChange;
      return {
        resign: () => {
          resigned += 1;
          return Promise.resolve();
        },
      };
    },
    looks: {
      put: (look) => {
        put.push(look);
        return Promise.resolve(true);
      },
      follow: (_cluster, listener) => {
        others = listener;
        return () => undefined;
      },
    },
    makeFeed: ({ term }) => {
      const { feed, see } = aFeed(running);
      begun.push({ see, term });
      return feed;
    },
    now: () => 5,
    complain: (sentence) => complaints.push(sentence),
  });
  const told: (number | undefined)[] = [];
  led.subscribe((reading) => told.push(atOf(reading)));
  let reign = new AbortController();
  const become = async (kind: Leadership["kind"], term = 1): Promise<void> => {
    if (kind !== "leading") reign.abort();
    else reign = new AbortController();
    if (kind === "leading") lead({ kind, term, lost: reign.signal });
    else if (kind === "cut off") lead({ kind, why: "it is away" });
    else lead({ kind });
    await setImmediate();
  };
  const hear = (at: number): void => others({ cluster: "tidy", term: 1, at, data: packReading(readAt(at)) });
  return { led, become, hear, running, begun, put, told, complaints, resigned: () => resigned };
};

test("a reading comes through the database as it was, its maps with it", () => {
  const reading = readAt(7);
  expect(unpackReading(packReading(reading))).toEqual(reading);
});

test("who follows looks not at all, and tells what the leader saw", async () => {
  const { led, become, hear, running, told } = aServer();
  await become("following");
  hear(1);
  expect([running.size, atOf(led.now()), told]).toEqual([0, 1, [1]]);
});

test("who takes over tells what was seen last until he has looked himself, and then what he sees, and puts it for others", async () => {
  const { led, become, hear, begun, put } = aServer();
  hear(1);
  await become("leading", 4);
  expect([atOf(led.now()), begun[0]?.term]).toEqual([1, 4]);
  const trouble = { since: 1, at: 1, why: "it is silent" };
  begun[0]?.see({ kind: "awaited", since: 0, trouble });
  expect(led.now()).toMatchObject({ kind: "read", at: 1, trouble });
  begun[0]?.see(readAt(2));
  hear(1);
  expect(led.now()).toEqual(readAt(2));
  await setImmediate();
  expect(put.at(-1)).toMatchObject({ cluster: "tidy", term: 4 });
  expect(unpackReading(put.at(-1)?.data ?? new Uint8Array())).toEqual(readAt(2));
});

test("who is cut off while he leads looks on and puts nothing; then he follows, or leads again, with one look at a time", async () => {
  const { led, become, hear, running, begun, put } = aServer();
  await become("leading", 1);
  begun[0]?.see(readAt(1));
  await setImmediate();
  const before = put.length;
  await become("cut off");
  begun[0]?.see(readAt(2));
  await setImmediate();
  expect([running.size, atOf(led.now()), put.length - before]).toEqual([1, 2, 0]);
  await become("leading", 3);
  expect([running.size, begun.map(({ term }) => term), atOf(led.now())]).toEqual([1, [1, 3], 2]);
  await become("cut off");
  await become("following");
  hear(9);
  expect([running.size, atOf(led.now())]).toEqual([0, 9]);
});

test("who is cut off while he follows says so, beside what was seen last", async () => {
  const { led, become, hear } = aServer();
  await become("following");
  hear(1);
  await become("cut off");
  expect(led.now()).toMatchObject({ kind: "read", at: 1, trouble: { why: expect.stringContaining("it is away") } });
  hear(2);
  expect(led.now().trouble).toBeUndefined();
});

test("who stops looks no more before another may, also where he was just elected", async () => {
  const { led, become, running, resigned } = aServer();
  await become("leading", 1);
  const stopped = led.stop();
  await become("leading", 2);
  await stopped;
  expect([running.size, resigned()]).toEqual([0, 1]);
});
