import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, afterEach, expect, test } from "vitest";
import { placeIn } from "./place.ts";
import { isAlive, lookForPostmaster } from "./postmaster.ts";
import { EmbeddedServer, type EmbeddedState } from "./supervisor.ts";

const temporary = mkdtempSync(join(tmpdir(), `orrery-store-${process.pid}-`));
chmodSync(temporary, 0o755);
const home = join(temporary, "home");
let servers: EmbeddedServer[] = [];
let children: ChildProcess[] = [];

const kill = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, "exit");
  if (child.kill("SIGKILL")) await ended;
};

afterEach(async () => {
  await Promise.all(children.filter((child) => child.exitCode === null && child.signalCode === null).map(kill));
  for (const server of servers) await server.stop();
  servers = [];
  children = [];
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

type Watched = {
  readonly server: EmbeddedServer;
  until: (is: (state: EmbeddedState) => boolean) => Promise<EmbeddedState>;
};

const start = async (options: { home?: string } = {}): Promise<Watched> => {
  const seen: EmbeddedState[] = [];
  const waiting = new Set<() => void>();
  const onChange = (state: EmbeddedState) => {
    seen.push(state);
    for (const wake of waiting) wake();
  };
  const server = await EmbeddedServer.start({ home, durable: false, onChange, ...options });
  servers.push(server);
  const until = async (is: (state: EmbeddedState) => boolean) => {
    for (;;) {
      const found = seen.find(is);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  };
  return { server, until };
};

/** Another process of ours with the same home; resolves when it has its server. */
const startElsewhere = async (where = home): Promise<{ child: ChildProcess; state: EmbeddedState }> => {
  const child = fork(join(import.meta.dirname, "testing", "holder.ts"), [where], { execArgv: [] });
  children.push(child);
  const [state] = await once(child, "message");
  return { child, state };
};

const pidOf = (state: EmbeddedState): number => (state.kind === "running" ? state.pid : -1);

const ask = async (server: EmbeddedServer, sql: string): Promise<unknown> => {
  const client = new Client({ ...server.address, database: "postgres" });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows[0]?.[0];
  } finally {
    await client.end();
  }
};

test("the server listens on a socket that only its account may enter, and nowhere else", async () => {
  const { server } = await start();
  expect(await ask(server, "show listen_addresses")).toBe("");
  expect(
    await ask(
      server,
      "select count(*)::int from pg_hba_file_rules where type like 'host%' and auth_method <> 'reject'",
    ),
  ).toBe(0);
  const place = placeIn(home);
  for (const folder of [place.folder, place.data, place.sockets]) expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(place.data).uid).not.toBe(0);
});

test("what was stored is there after a stop and a start, which makes no new cluster", async () => {
  const first = await start();
  await ask(first.server, "create table kept as select 42 as answer");
  const marker = readFileSync(placeIn(home).marker, "utf8");
  const pid = pidOf(first.server.state);
  await first.server.stop();
  expect(isAlive(pid)).toBe(false);
  expect(first.server.state).toEqual({ kind: "stopped" });
  const second = await start();
  expect(await ask(second.server, "select answer from kept")).toBe(42);
  expect(readFileSync(placeIn(home).marker, "utf8")).toBe(marker);
});

test("a server whose parent was killed is adopted, and stopped in the end", async () => {
  const { child, state } = await startElsewhere();
  await kill(child);
  expect(isAlive(pidOf(state))).toBe(true);
  const { server } = await start();
  expect(server.state).toMatchObject({ kind: "running", came: "adopted", pid: pidOf(state) });
  await server.stop();
  expect(isAlive(pidOf(state))).toBe(false);
});

test("two processes share one server; it goes on when its owner leaves and ends with the last", async () => {
  const { child, state } = await startElsewhere();
  const guest = await start();
  expect(guest.server.state).toMatchObject({ kind: "running", role: "guest", pid: pidOf(state) });
  child.send("stop");
  await once(child, "exit");
  expect(await ask(guest.server, "select 1")).toBe(1);
  await guest.until((now) => now.kind === "running" && now.role === "owner");
  await guest.server.stop();
  expect(isAlive(pidOf(state))).toBe(false);
});

test("processes that start at the same time make one cluster and one server", async () => {
  const fresh = join(temporary, "fresh");
  const states = await Promise.all([startElsewhere(fresh), startElsewhere(fresh), start({ home: fresh })]);
  const pids = states.map((one) => pidOf("server" in one ? one.server.state : one.state));
  expect(new Set(pids).size).toBe(1);
});

test("a server that crashes is started again, with what it had acknowledged", async () => {
  const { server, until } = await start();
  await ask(server, "create table acknowledged as select 42 as answer");
  const pid = pidOf(server.state);
  process.kill(pid, "SIGKILL");
  expect(await until((state) => state.kind === "down")).toMatchObject({ attempts: 0 });
  await until((state) => state.kind === "running" && state.pid !== pid);
  expect(await ask(server, "select answer from acknowledged")).toBe(42);
});

test("a pid file whose number another program has now is no server", async () => {
  const first = await start();
  await first.server.stop();
  const place = placeIn(home);
  writeFileSync(join(place.data, "postmaster.pid"), `1\n${place.data}\n0\n5432\n${place.sockets}\n\n0 0\nready   \n`);
  expect(lookForPostmaster(place.data)).toEqual({ kind: "stale", taken: true });
  const { server } = await start();
  expect(server.state).toMatchObject({ came: "started" });
});

test("data that is not what the marker tells of is refused", async () => {
  const { server } = await start();
  await server.stop();
  const { marker } = placeIn(home);
  const right = readFileSync(marker);
  writeFileSync(marker, JSON.stringify({ format: 1, major: 18, identifier: "1" }));
  await expect(start()).rejects.toThrow(/is not the data that .* tells of/);
  writeFileSync(marker, right);
});

test("data of another major version is refused with the way out", async () => {
  const old = join(temporary, "old");
  const { data } = placeIn(old);
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, "PG_VERSION"), "14\n");
  await expect(start({ home: old })).rejects.toThrow(/made by PostgreSQL 14, and this is 18.* Back it up/);
});

test("a home with a path too long for a socket has its socket elsewhere", async () => {
  const long = join(temporary, "l".repeat(120));
  const { server } = await start({ home: long });
  expect(placeIn(long).sockets).toMatch(/^\/tmp\/orrery-[0-9a-f]{16}$/);
  expect(await ask(server, "select 1")).toBe(1);
  await server.stop();
  rmSync(placeIn(long).sockets, { recursive: true });
});

test.skipIf(process.getuid?.() !== 0)("a home that the server's account may not enter is told as that", async () => {
  const closed = join(temporary, "closed");
  mkdirSync(closed, { mode: 0o700 });
  await expect(start({ home: join(closed, "orrery") })).rejects.toThrow(/must be able to enter .*closed/);
  expect(existsSync(placeIn(join(closed, "orrery")).data)).toBe(false);
});
