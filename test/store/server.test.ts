import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  appendAudit,
  backUp,
  History,
  leaderOf,
  openStore,
  restore,
  type Store,
  startTemporaryServer,
  verifyAudit,
} from "@orrery/store";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { reasonToSkip } from "../others/debian.ts";

const reason = reasonToSkip("store/server.test.ts");
const root = "/usr/lib/postgresql";
const programs = existsSync(root) ? join(root, readdirSync(root).sort().at(-1) ?? "", "bin") : "";

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

const idOf = (flag: string): number => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
/** Whom the server runs as: not root. */
const owner = (): { readonly cwd: string; readonly uid?: number; readonly gid?: number } =>
  process.getuid?.() === 0 ? { cwd: "/", uid: idOf("-u"), gid: idOf("-g") } : { cwd: "/" };

/** Debian's PostgreSQL, over TCP with a password, as an operator would have one. */
const startDebianServer = async () => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-debian-postgresql-"));
  chmodSync(folder, 0o755);
  const data = join(folder, "data");
  const password = join(folder, "password");
  writeFileSync(password, "secret\n");
  const { uid, gid } = owner();
  if (uid !== undefined && gid !== undefined) for (const path of [folder, password]) chownSync(path, uid, gid);
  const words = ["-D", data, "--username=orrery", `--pwfile=${password}`, "--auth=scram-sha-256", "--encoding=UTF8"];
  const made = spawnSync(join(programs, "initdb"), [...words, "--locale=C", "--no-sync"], {
    ...owner(),
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(made.stderr);
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories=", "fsync=off"];
  const start = () =>
    spawn(join(programs, "postgres"), ["-D", data, ...settings.flatMap((one) => ["-c", one])], {
      ...owner(),
      stdio: "ignore",
    });
  let server = start();
  const stop = () =>
    new Promise((resolve) => {
      server.once("exit", resolve);
      server.kill("SIGINT");
    });
  return {
    url: (database: string) => `postgresql://orrery:secret@127.0.0.1:${port}/${database}`,
    stop,
    startAgain: () => {
      server = start();
    },
    remove: async () => {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
};

describe.skipIf(reason !== undefined)(`Debian's PostgreSQL${reason === undefined ? "" : `: ${reason}`}`, () => {
  let server: Awaited<ReturnType<typeof startDebianServer>>;
  let admin: Store;
  beforeAll(async () => {
    server = await startDebianServer();
    admin = await vi.waitFor(() => openStore({ kind: "server", url: server.url("postgres") }), 20_000);
  });
  afterAll(async () => {
    await admin.close();
    await server.remove();
  });

  const makeDatabase = async (name: string, more = ""): Promise<string> => {
    const client = await admin.client();
    await client.query(`create database ${name} ${more}`);
    client.release();
    return server.url(name);
  };
  const entry = {
    at: new Date("2026-03-01T00:00:00Z"),
    who: "ada",
    action: "guest.stop",
    subject: "qemu/100",
    outcome: "done",
  } as const;

  test("several servers open one database at once, and it is migrated once", async () => {
    const url = await makeDatabase("several");
    const stores = await Promise.all([1, 2, 3, 4].map(() => openStore({ kind: "server", url })));
    expect(stores.map(({ migrated }) => migrated.length > 0).filter(Boolean)).toEqual([true]);
    await Promise.all(stores.map((store) => appendAudit(store.db, entry)));
    expect(await verifyAudit(admin.db)).toMatchObject({ kind: "whole", head: { seq: 0 } });
    for (const store of stores) expect(await verifyAudit(store.db)).toMatchObject({ kind: "whole", head: { seq: 4 } });
    const leaders = stores.map((store) => leaderOf(store, "lab"));
    const leading = () => leaders.filter(({ leadership }) => leadership.kind === "leading");
    await expect.poll(() => leading().length).toBe(1);
    await Promise.all(leaders.map((leader) => leader.resign()));
    await Promise.all(stores.map((store) => store.close()));
  });

  test("a password that is wrong and an encoding that is not UTF-8 are told", async () => {
    const wrong = server.url("postgres").replace("secret", "guess");
    await expect(openStore({ kind: "server", url: wrong })).rejects.toThrow(/password authentication failed/);
    const url = await makeDatabase("ascii", "encoding 'SQL_ASCII' template template0");
    await expect(openStore({ kind: "server", url })).rejects.toThrow(/encoding SQL_ASCII.*encoding 'UTF8'/);
  });

  test("history and audit work there, and move by backup into the embedded server", async () => {
    const store = await openStore({ kind: "server", url: await makeDatabase("moving") });
    const history = new History(store);
    const start = Date.UTC(2026, 2, 1);
    const hour = 3_600_000;
    const [series = 0] = await history.define([{ cluster: "lab", subject: "node/pve1", metric: "cpu", places: 2 }]);
    const batch = Array.from({ length: 400 }, (_, index) => ({
      series,
      at: start + index * 20_000,
      value: index / 100,
    }));
    expect(await history.append(start + 3 * hour, batch)).toMatchObject({ stored: 400 });
    expect(await history.sweep(start + 2 * hour)).toMatchObject({ kind: "swept", closed: [start] });
    await appendAudit(store.db, entry);
    const question = { series: [series], from: start, to: start + 3 * hour, step: 300_000 };
    const before = await history.query(start + 3 * hour, question);
    const embedded = await startTemporaryServer();
    const other = await embedded.store();
    const file = join(mkdtempSync(join(tmpdir(), "orrery-backup-")), "moving.backup");
    await backUp(store, file, entry.at);
    await restore(other, file);
    expect(await new History(other).query(start + 3 * hour, question)).toEqual(before);
    expect(await verifyAudit(other.db)).toEqual(await verifyAudit(store.db));
    await Promise.all([store.close(), other.close()]);
    await embedded.stop();
  });

  test("while it is stopped what is asked fails and says so, and afterwards the same store goes on", async () => {
    const store = await openStore({ kind: "server", url: await makeDatabase("away") });
    await appendAudit(store.db, entry);
    await server.stop();
    await expect(appendAudit(store.db, entry)).rejects.toMatchObject({ name: "StoreError" });
    await expect(appendAudit(store.db, entry)).rejects.toMatchObject({ code: "store-unreachable", uncertain: false });
    server.startAgain();
    await expect
      .poll(() =>
        appendAudit(store.db, entry).then(
          () => "stored",
          () => "not",
        ),
      )
      .toBe("stored");
    expect(await verifyAudit(store.db)).toMatchObject({ kind: "whole" });
    await store.close();
  });
});
