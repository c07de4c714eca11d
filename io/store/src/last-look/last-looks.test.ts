import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Store } from "../store.ts";
import { startTemporaryServer, type TemporaryServer } from "../temporary-server.ts";
import { type LastLook, LastLooks } from "./last-looks.ts";

let server: TemporaryServer;
let store: Store;
let all: LastLooks[] = [];
beforeAll(async () => {
  server = await startTemporaryServer();
  store = await server.store();
});
afterEach(async () => {
  await Promise.all(all.map((one) => one.close()));
  all = [];
});
afterAll(async () => {
  await store.close();
  await server.stop();
});

/** Its own look round comes late: what is told in time is told by a notification. */
const looksOf = (look = 60_000): LastLooks => {
  const looks = new LastLooks(store, { look, retry: 20 });
  all.push(looks);
  return looks;
};

const aLook = (cluster: string, at: number, text: string, term = 1): LastLook => ({
  cluster,
  term,
  at,
  data: Buffer.from(text),
});
const textOf = ({ data }: LastLook): string => Buffer.from(data).toString();

test("the last look is there for whoever asks, byte for byte", async () => {
  const looks = looksOf();
  expect(await looks.get("one")).toBeUndefined();
  const data = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
  await looks.put({ cluster: "one", term: 3, at: 1_700_000_000_123, data });
  const got = await looksOf().get("one");
  expect(got).toMatchObject({ cluster: "one", term: 3, at: 1_700_000_000_123 });
  expect(Buffer.from(data).equals(got?.data ?? Buffer.alloc(0))).toBe(true);
});

test("a leader of the past puts nothing in the place of what a later one saw", async () => {
  const looks = looksOf();
  expect(await looks.put(aLook("deposed", 1, "first", 1))).toBe(true);
  expect(await looks.put(aLook("deposed", 2, "second", 2))).toBe(true);
  expect(await looks.put(aLook("deposed", 3, "late", 1))).toBe(false);
  expect(textOf((await looks.get("deposed")) ?? aLook("", 0, ""))).toBe("second");
});

test("whoever follows is told what is there, then what comes, each once, and nothing of other clusters", async () => {
  const [here, there] = [looksOf(), looksOf()];
  await there.put(aLook("followed", 1, "before"));
  const [told, later]: [string[], string[]] = [[], []];
  here.follow("followed", (look) => told.push(textOf(look)));
  await expect.poll(() => told).toEqual(["before"]);
  await there.put(aLook("another", 1, "other"));
  await there.put(aLook("followed", 2, "after"));
  await expect.poll(() => told).toEqual(["before", "after"]);
  const end = here.follow("followed", (look) => later.push(textOf(look)));
  await expect.poll(() => later).toEqual(["after"]);
  end();
  await there.put(aLook("followed", 3, "last"));
  await expect.poll(() => told.at(-1)).toBe("last");
  expect(later).toEqual(["after"]);
});

test("what was put while the connection was broken is told when it stands again", async () => {
  const looks = looksOf(200);
  const told: string[] = [];
  looks.follow("broken", (look) => told.push(textOf(look)));
  await looks.put(aLook("broken", 1, "before"));
  await expect.poll(() => told).toEqual(["before"]);
  for (let count = 0; count < 3; count += 1) {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'orrery last look'`.execute(
      store.db,
    );
    await looks.put(aLook("broken", 2 + count, `cut ${count}`));
    await expect.poll(() => told.at(-1)).toBe(`cut ${count}`);
  }
});
