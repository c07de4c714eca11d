import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Store } from "../store.ts";
import { startTemporaryServer, type TemporaryServer } from "../temporary-server.ts";
import { type Leader, type Leadership, leaderOf, type Pace } from "./leader.ts";

let server: TemporaryServer;
let store: Store;
let children: ChildProcess[] = [];
let leaders: Leader[] = [];
beforeAll(async () => {
  server = await startTemporaryServer();
  store = await server.store();
});
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(leaders.map((one) => one.resign()));
  [children, leaders] = [[], []];
});
afterAll(async () => {
  await store.close();
  await server.stop();
});

const usual: Pace = { look: 1000, beat: 1500, stale: 6000 };
const quick: Pace = { look: 50, beat: 100, stale: 800 };

const here = (cluster: string, pace: Pace, who = "here") => {
  const seen: Leadership[] = [];
  const waiting = new Set<() => void>();
  const onChange = (now: Leadership) => {
    seen.push(now);
    for (const wake of waiting) wake();
  };
  const leader = leaderOf(store, cluster, { pace, who, onChange });
  leaders.push(leader);
  const until = async <K extends Leadership["kind"]>(kind: K): Promise<Extract<Leadership, { kind: K }>> => {
    for (;;) {
      const found = seen.find((one): one is Extract<Leadership, { kind: K }> => one.kind === kind);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  };
  return { leader, seen, until };
};

const elsewhere = async (cluster: string, pace: Pace) => {
  const args = [JSON.stringify(store.connection), cluster, JSON.stringify(pace)];
  const child = fork(join(import.meta.dirname, "..", "testing", "candidate.ts"), args, { execArgv: [] });
  children.push(child);
  const [leadership] = await once(child, "message");
  expect(leadership).toMatchObject({ kind: "leading", term: 1 });
  return child;
};

test("when a leader is killed another takes over within 10 s, with a later term", async () => {
  const child = await elsewhere("killed", usual);
  const { leader, until } = here("killed", usual);
  await expect
    .poll(() => store.db.selectFrom("leader").selectAll().where("cluster", "=", "killed").execute())
    .toHaveLength(1);
  expect(leader.leadership.kind).toBe("following");
  const began = performance.now();
  child.kill("SIGKILL");
  expect(await until("leading")).toMatchObject({ term: 2 });
  expect(performance.now() - began).toBeLessThan(10_000);
});

test("a leader that hangs is put down, and knows it when it wakes", async () => {
  const child = await elsewhere("hanging", quick);
  const { until } = here("hanging", quick);
  child.kill("SIGSTOP");
  expect(await until("leading")).toMatchObject({ term: 2 });
  const told = once(child, "message");
  child.kill("SIGCONT");
  expect((await told)[0]).toMatchObject({ kind: "cut off" });
});

test("a leader that resigns is followed at once, and says to its work that it lost", async () => {
  const first = here("resigning", quick, "first");
  const { lost } = await first.until("leading");
  const second = here("resigning", quick, "second");
  await first.leader.resign();
  expect(lost.aborted).toBe(true);
  expect(await second.until("leading")).toMatchObject({ term: 2 });
  const row = await store.db.selectFrom("leader").selectAll().where("cluster", "=", "resigning").executeTakeFirst();
  expect(row).toMatchObject({ term: 2, who: "second" });
});

test("a leader whose session is ended leads no more, and tries again", async () => {
  const { seen, until } = here("cut", quick);
  const { lost } = await until("leading");
  const { pid } = await store.db
    .selectFrom("leader")
    .select("pid")
    .where("cluster", "=", "cut")
    .executeTakeFirstOrThrow();
  const client = await store.client();
  await client.query("select pg_terminate_backend($1)", [pid]);
  client.release();
  await until("cut off");
  expect(lost.aborted).toBe(true);
  await expect.poll(() => seen.at(-1)).toMatchObject({ kind: "leading", term: 2 });
});

test("clusters have leaders of their own", async () => {
  const [one, other] = [here("one", quick), here("other", quick)];
  expect(await one.until("leading")).toMatchObject({ term: 1 });
  expect(await other.until("leading")).toMatchObject({ term: 1 });
});

test("of ten that stand at once one leads, whoever of them resigns", async () => {
  const standing = Array.from({ length: 10 }, (_, index) => here("many", quick, `${index}`));
  for (let term = 1; term <= 4; term += 1) {
    const leading = () => standing.filter(({ leader }) => leader.leadership.kind === "leading");
    await expect.poll(() => leading().length).toBe(1);
    expect(leading()[0]?.leader.leadership).toMatchObject({ term });
    await leading()[0]?.leader.resign();
  }
});
