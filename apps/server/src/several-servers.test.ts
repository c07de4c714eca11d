import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { startTemporaryServer, type TemporaryServer } from "@orrery/store";
import { startTwin } from "@orrery/twin-server";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { asker, asPerson, fieldOf, password, setupSecret } from "./testing/serve.ts";

let postgres: TemporaryServer;
beforeAll(async () => {
  postgres = await startTemporaryServer();
});
afterAll(() => postgres.stop());

type Told = { readonly pid: number } & (
  | { readonly kind: "look"; readonly seen: string; readonly term: number }
  | { readonly kind: "serving"; readonly url: string; readonly certificate: string; readonly setupLink?: string }
);
type Look = Extract<Told, { kind: "look" }> & { readonly at: number };
type Serving = Extract<Told, { kind: "serving" }>;

const patience = { timeout: 30_000, interval: 20 };

/** A twin of one node, and a database; servers on it tell of the looks that they take. */
const place = async () => {
  const [twin, store] = await Promise.all([startTwin({ bare: ["pve1"] }), postgres.store()]);
  const children: ChildProcess[] = [];
  onTestFinished(async () => {
    for (const child of children) child.kill("SIGKILL");
    await store.close();
    await twin.stop();
  });
  const { host, port, user, database } = store.connection;
  const url = `postgresql://${user}@localhost:${port}/${database}?host=${encodeURIComponent(String(host))}`;
  const looks: Look[] = [];
  const begin = async (): Promise<{ readonly child: ChildProcess; readonly told: Serving }> => {
    const child = fork(join(import.meta.dirname, "testing", "one-of-two.ts"), [url, twin.url, twin.fingerprint], {
      execArgv: [],
      env: { ...process.env, TWIN_PASSWORD: twin.credentials.password },
    });
    children.push(child);
    const told = await new Promise<Serving>((resolve) =>
      child.on("message", (message: Told) => {
        if (message.kind === "serving") resolve(message);
        else looks.push({ ...message, at: performance.now() });
      }),
    );
    return { child, told };
  };
  return { begin, looks };
};

const readBy = (looks: readonly Look[], pid: number | undefined): readonly Look[] =>
  looks.filter((look) => look.pid === pid && look.seen === "read");

test("of two servers one looks, both tell what it sees, and when it is killed the other looks within 10 s", async () => {
  const { begin, looks } = await place();
  const first = await begin();
  await vi.waitFor(() => expect(readBy(looks, first.child.pid).length).toBeGreaterThan(0), patience);
  const second = await begin();
  const body = { secret: setupSecret(first.told), name: "ada", password };
  const onSecond = asPerson(asker(second.told), await asker(first.told)("POST", "/api/setup", { body }));
  const nodesOnSecond = async (): Promise<unknown> =>
    fieldOf((await onSecond("GET", "/api/clusters/twin/state")).json, "nodes");
  // Whoever signed in at the one is signed in at the other, which looked itself not once.
  await vi.waitFor(async () => expect(await nodesOnSecond()).toMatchObject({ total: 1, online: 1 }), patience);
  const before = readBy(looks, first.child.pid).length;
  await vi.waitFor(() => expect(readBy(looks, first.child.pid).length).toBeGreaterThan(before + 3), patience);
  expect(looks.filter(({ pid }) => pid === second.child.pid)).toEqual([]);

  const killed = performance.now();
  first.child.kill("SIGKILL");
  await vi.waitFor(() => expect(readBy(looks, second.child.pid).length).toBeGreaterThan(2), patience);
  const [taken] = readBy(looks, second.child.pid);
  expect((taken?.at ?? Number.NaN) - killed).toBeLessThan(10_000);
  expect(taken?.term).toBe(2);
  expect(await nodesOnSecond()).toMatchObject({ total: 1, online: 1 });
});

test("a server that stops lets the other look at once, and looks no more", async () => {
  const { begin, looks } = await place();
  const first = await begin();
  await vi.waitFor(() => expect(readBy(looks, first.child.pid).length).toBeGreaterThan(0), patience);
  const second = await begin();
  const ended = new Promise((resolve) => first.child.once("exit", resolve));
  first.child.kill("SIGTERM");
  expect(await ended).toBe(0);
  const count = readBy(looks, first.child.pid).length;
  await vi.waitFor(() => expect(readBy(looks, second.child.pid).length).toBeGreaterThan(1), patience);
  expect(readBy(looks, first.child.pid)).toHaveLength(count);
});
