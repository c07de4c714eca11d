import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, startTemporaryServer, type TemporaryServer, verifyAudit } from "@orrery/store";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import type { Cluster } from "./clusters/cluster.ts";
import { interrupted } from "./testing/interrupted.ts";
import { type Ask, exampleLab, fieldOf, password, seenCluster, serve, setUp } from "./testing/serve.ts";

let postgres: TemporaryServer;
let cluster: Cluster;
beforeAll(async () => {
  postgres = await startTemporaryServer();
  cluster = await seenCluster("tidy", await exampleLab("tidy-lab"));
}, 60_000);
afterAll(() => postgres.stop());

const patience = { timeout: 20_000, interval: 50 };
const state = "/api/clusters/tidy/state";
const aToken = (about: string) => ({ body: { about, roles: ["viewer"], days: 1 } });

/** A server whose database can be taken away, and its admin. */
const place = async () => {
  const behind = await postgres.store();
  const way = await interrupted(behind);
  const { server, ask } = await serve([cluster], { store: way.store });
  onTestFinished(async () => {
    await way.open();
    await server.stop();
    await way.end();
    await behind.close();
  });
  const ada = await setUp(ask, server);
  const ready = async (): Promise<number> => (await ask("GET", "/readyz")).status;
  return { way, behind, ask, ada, ready };
};

const told = async (answer: ReturnType<Ask>): Promise<readonly [number, unknown]> => {
  const { status, json } = await answer;
  return [status, fieldOf(json, "message")];
};

test("while PostgreSQL is away whoever is signed in reads on, changes are refused in one sentence, and all is well when it is back", async () => {
  const { way, behind, ask, ada, ready } = await place();
  expect((await ada("POST", "/api/tokens", aToken("before"))).status).toBe(201);
  const { headers } = await ask("POST", "/api/session", { body: { name: "ada", password } });
  const cookie = String(headers["set-cookie"]).split(";", 1)[0] ?? "";
  const csrf = fieldOf((await ask("GET", "/api/session", { headers: { cookie } })).json, "csrf");
  await ask("DELETE", "/api/session", { headers: { cookie, "x-orrery-csrf": String(csrf) } });
  expect((await ada("GET", state)).status).toBe(200);
  await way.cut();
  expect(await ready()).toBe(503);
  // Whoever signed out is not remembered.
  expect((await ask("GET", state, { headers: { cookie } })).status).toBe(503);
  expect((await ask("GET", "/healthz")).status).toBe(200);
  expect(await ada("GET", state)).toMatchObject({ status: 200, json: { id: "tidy" } });
  expect(await ada("GET", "/api/session")).toMatchObject({
    status: 200,
    json: { name: "ada", csrf: expect.any(String) },
  });
  expect(await told(ada("POST", "/api/tokens", aToken("during")))).toEqual([
    503,
    "Nothing can be recorded now, and so nothing is changed. Try again later.",
  ]);
  const out = "The server's own store does not answer, or takes nothing. Nothing was done; ask again in a while.";
  for (const path of ["/api/audit", "/api/clusters/tidy/alerts", "/api/clusters/tidy/incidents", "/api/notifications"])
    expect(await told(ada("GET", path))).toEqual([503, out]);
  // Nobody who is not known here passes for somebody, nor is told that his session is over.
  expect(await told(ask("GET", state, { headers: { cookie: "__Host-orrery=unknown" } }))).toEqual([503, out]);
  expect((await ask("POST", "/api/session", { body: { name: "ada", password } })).status).toBe(503);
  await way.open();
  await vi.waitFor(async () => expect(await ready()).toBe(200), patience);
  expect((await ada("POST", "/api/tokens", aToken("after"))).status).toBe(201);
  const { json } = await ada("GET", "/api/tokens");
  expect((fieldOf(json, "tokens") as readonly { about: string }[]).map(({ about }) => about)).toEqual([
    "before",
    "after",
  ]);
  expect(await verifyAudit(behind.db)).toMatchObject({ kind: "whole" });
});

test("a PostgreSQL that hangs is one that is away: nobody waits for it for long", async () => {
  const { way, ask, ada, ready } = await place();
  way.hold();
  const began = performance.now();
  const [read, changed, isReady] = await Promise.all([
    ada("GET", state),
    ada("POST", "/api/tokens", aToken("x")),
    ready(),
  ]);
  expect([read.status, changed.status, isReady]).toEqual([200, 503, 503]);
  expect(performance.now() - began).toBeLessThan(15_000);
  await way.open();
  await vi.waitFor(async () => expect(await ready()).toBe(200), patience);
  expect((await ask("POST", "/api/session", { body: { name: "ada", password } })).status).toBe(201);
});

test("through many cuts at any moment, what was acknowledged is there, and what was refused as not done is not", async () => {
  const { way, behind, ada, ready } = await place();
  const said: { about: string; status: number; uncertain: boolean }[] = [];
  let going = true;
  const writing = [1, 2].map(async (writer) => {
    for (let count = 0; going; count += 1) {
      const about = `${writer}-${count}`;
      const { status, text } = await ada("POST", "/api/tokens", aToken(about));
      said.push({ about, status, uncertain: text.includes("is not known") });
      if (status === 429) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  const made = () => said.filter(({ status }) => status === 201).length;
  for (let cuts = 0; cuts < 4; cuts += 1) {
    const before = made();
    await vi.waitFor(() => expect(made()).toBeGreaterThan(before + 3), patience);
    const refused = said.length;
    await way.cut();
    await vi.waitFor(() => expect(said.slice(refused).some(({ status }) => status === 503)).toBe(true), patience);
    await way.open();
  }
  going = false;
  await Promise.all(writing);
  await vi.waitFor(async () => expect(await ready()).toBe(200), patience);
  const rows = await behind.db.selectFrom("token").select("about").execute();
  const present = new Set(rows.map(({ about }) => about));
  expect(said.filter(({ about, status }) => status === 201 && !present.has(about))).toEqual([]);
  expect(said.filter(({ about, status, uncertain }) => status !== 201 && !uncertain && present.has(about))).toEqual([]);
  // What began and is done has its end in the trail, though PostgreSQL was away when it ended.
  const ends = async (): Promise<number> => {
    const { rows: found } = { rows: await behind.db.selectFrom("audit").select("entry").execute() };
    return found.filter(({ entry }) => entry.includes('"makeToken"') && entry.includes('"outcome":"done"')).length;
  };
  await vi.waitFor(async () => expect(await ends()).toBeGreaterThanOrEqual(made()), patience);
  expect(await verifyAudit(behind.db)).toMatchObject({ kind: "whole" });
});

const mountSmall = (folder: string): boolean => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=160m,mode=755", "orrery-test", folder]).status === 0;
};

test("a full disk under PostgreSQL is told, changes are refused while it lasts, and nothing that was done is lost", async ({
  skip,
}) => {
  const home = mkdtempSync(join(tmpdir(), "orrery-full-"));
  chmodSync(home, 0o755);
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  if (!mountSmall(home)) skip("needs root on Linux, to mount a small disk");
  onTestFinished(() => void spawnSync("umount", ["-l", home]));
  const store = await openStore({ kind: "embedded", home });
  onTestFinished(() => store.close());
  const { server, ask } = await serve([cluster], { store });
  const ada = await setUp(ask, server);
  const { bavail, bsize } = statfsSync(home);
  const filler = join(home, "filler");
  writeFileSync(filler, Buffer.alloc(bavail * bsize));
  const statuses: number[] = [];
  await vi.waitFor(
    async () => {
      statuses.push((await ada("POST", "/api/tokens", aToken(`${statuses.length}`))).status);
      expect(statuses.at(-1)).toBe(503);
    },
    { timeout: 20_000, interval: 5 },
  );
  expect((await ask("GET", "/readyz")).status).toBe(503);
  expect((await ada("GET", state)).status).toBe(200);
  rmSync(filler);
  await vi.waitFor(async () => expect((await ada("POST", "/api/tokens", aToken("after"))).status).toBe(201), patience);
  await vi.waitFor(async () => expect((await ask("GET", "/readyz")).status).toBe(200), patience);
  const { json } = await ada("GET", "/api/tokens");
  const kept = (fieldOf(json, "tokens") as readonly { about: string }[]).map(({ about }) => about);
  expect(kept).toEqual([...statuses.flatMap((status, index) => (status === 201 ? [`${index}`] : [])), "after"]);
  expect(await verifyAudit(store.db)).toMatchObject({ kind: "whole" });
});
