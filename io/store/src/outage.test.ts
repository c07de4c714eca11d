import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EmbeddedServer, type EmbeddedState } from "./embedded/supervisor.ts";
import { openDatabase, type Store } from "./store.ts";
import { StoreError } from "./store-error.ts";

let home: string;
let cleanUp: (() => Promise<unknown> | unknown)[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), `orrery-store-${process.pid}-`));
  chmodSync(home, 0o755);
  cleanUp = [() => rmSync(home, { recursive: true, force: true })];
});
afterEach(async () => {
  for (const step of cleanUp.toReversed()) await step();
});

const open = async (folder = home): Promise<{ server: EmbeddedServer; store: Store }> => {
  const server = await EmbeddedServer.start({ home: folder, durable: false });
  cleanUp.push(() => server.stop());
  await server.ensureDatabase("orrery");
  const store = await openDatabase({ ...server.address, database: "orrery" }, {}, server);
  cleanUp.push(() => store.close());
  return { server, store };
};

const pidOf = (state: EmbeddedState): number => (state.kind === "running" ? state.pid : -1);

const write = (store: Store, metric: string): Promise<unknown> =>
  store.db.insertInto("series").values({ cluster: "lab", subject: "s", metric }).execute();

/** Writes until told to stop, and keeps what was said of each. */
const writeOn = (store: Store, writer: number) => {
  const said = {
    acknowledged: [] as string[],
    failed: [] as string[],
    uncertain: [] as string[],
    strange: [] as unknown[],
  };
  let going = true;
  const work = async () => {
    for (let count = 0; going; count += 1) {
      const metric = `${writer}-${count}`;
      // Every other in a transaction, whose commit is what counts.
      const done =
        count % 2 === 0
          ? write(store, metric)
          : store.db
              .transaction()
              .execute((db) => db.insertInto("series").values({ cluster: "lab", subject: "s", metric }).execute());
      await done.then(
        () => said.acknowledged.push(metric),
        async (error: unknown) => {
          if (!(error instanceof StoreError)) said.strange.push(error);
          else said[error.uncertain ? "uncertain" : "failed"].push(metric);
          await sleep(5);
        },
      );
    }
  };
  const done = work();
  return {
    said,
    stop: () => {
      going = false;
      return done;
    },
  };
};

test("through crashes of the server, what was acknowledged is there, what failed is not, and work goes on", async () => {
  const { server, store } = await open();
  const writers = [1, 2, 3, 4].map((writer) => writeOn(store, writer));
  const all = (what: "acknowledged" | "failed" | "uncertain") => writers.flatMap(({ said }) => said[what]);
  for (let crash = 1; crash <= 2; crash += 1) {
    const [before, failures] = [all("acknowledged").length, all("failed").length];
    await expect.poll(() => all("acknowledged").length).toBeGreaterThan(before + 40);
    process.kill(pidOf(server.state), "SIGKILL");
    await expect.poll(() => all("failed").length, { timeout: 20_000 }).toBeGreaterThan(failures);
    const during = all("acknowledged").length;
    await expect.poll(() => all("acknowledged").length, { timeout: 20_000 }).toBeGreaterThan(during + 40);
  }
  await Promise.all(writers.map(({ stop }) => stop()));
  expect(writers.flatMap(({ said }) => said.strange)).toEqual([]);
  const rows = await store.db.selectFrom("series").select("metric").execute();
  const present = new Set(rows.map(({ metric }) => metric));
  expect(all("acknowledged").filter((metric) => !present.has(metric))).toEqual([]);
  expect(all("failed").filter((metric) => present.has(metric))).toEqual([]);
  expect(present.size).toBeLessThanOrEqual(all("acknowledged").length + all("uncertain").length);
});

test("while the server is away a write says that nothing was stored, and the store says that it is closed", async () => {
  const { server, store } = await open();
  const address = { ...server.address, host: join(home, "nowhere"), database: "orrery" };
  await expect(openDatabase(address, {}, undefined)).rejects.toMatchObject({
    code: "store-unreachable",
    uncertain: false,
  });
  await store.close();
  await expect(write(store, "late")).rejects.toMatchObject({ code: "store-closed", uncertain: false });
});

test("a session that is ended while it waits is an uncertain loss; one in a transaction is a certain one", async () => {
  const { store } = await open();
  const endSleepers = async (): Promise<void> => {
    const { rows } = await sql<{ done: boolean }>`
      select pg_terminate_backend(pid) as done from pg_stat_activity where wait_event = 'PgSleep'`.execute(store.db);
    if (rows.length === 0) await endSleepers();
  };
  const wait = sql`select pg_sleep(60)`;
  const ended = async (work: Promise<unknown>): Promise<unknown> => {
    const outcome = work.then(
      () => undefined,
      (error: unknown) => error,
    );
    await endSleepers();
    return outcome;
  };
  expect(await ended(wait.execute(store.db))).toMatchObject({ code: "store-lost", uncertain: true });
  const inside = store.db.transaction().execute((db) => wait.execute(db));
  expect(await ended(inside)).toMatchObject({ code: "store-lost", uncertain: false });
  await write(store, "after");
});

const mountSmall = (folder: string): boolean => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=160m,mode=755", "orrery-test", folder]).status === 0;
};

test("a full disk is told as that, costs nothing that was acknowledged, and is over when there is room", async ({
  skip,
}) => {
  if (!mountSmall(home)) skip("needs root on Linux, to mount a small disk");
  cleanUp.push(() => spawnSync("umount", [home]));
  const { store } = await open();
  await sql`create table fill (text text)`.execute(store.db);
  await sql`alter table fill alter column text set storage plain`.execute(store.db);
  await write(store, "before");
  const { bavail, bsize } = statfsSync(home);
  const filler = join(home, "filler");
  writeFileSync(filler, Buffer.alloc(bavail * bsize - 4e6));
  const insert = () => sql`insert into fill select repeat('x', 4000) from generate_series(1, 2000)`.execute(store.db);
  await expect(insert()).rejects.toMatchObject({ code: "store-disk-full", uncertain: false });
  rmSync(filler);
  await insert();
  expect(await store.db.selectFrom("series").select("metric").execute()).toEqual([{ metric: "before" }]);
});
