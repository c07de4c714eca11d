import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { appendAudit, startTemporaryServer, type TemporaryServer } from "@orrery/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderWith, orrery } from "./orrery-process.ts";

let server: TemporaryServer;
beforeAll(async () => {
  server = await startTemporaryServer();
});
afterAll(() => server.stop());

/** A database with so many entries in its audit trail, and the environment that names it. */
const keptWith = async (entries: number): Promise<Record<string, string>> => {
  const store = await server.store();
  for (let count = 0; count < entries; count += 1)
    await appendAudit(store.db, { at: new Date(0), who: "ada", action: "a", subject: `${count}`, outcome: "done" });
  await store.close();
  const { host, port, user, database } = store.connection;
  return {
    DATABASE_URL: `postgresql://${user}@localhost:${port}/${database}?host=${encodeURIComponent(String(host))}`,
  };
};

test("a backup brings everything back, into an empty store alone, and the audit trail ends where it ended", async () => {
  const [env, otherEnv] = [await keptWith(3), await keptWith(0)];
  const file = `${folderWith({})}/all.backup`;
  const verified = await orrery(["audit", "verify", "--json"], { env });
  expect(verified).toMatchObject({ code: 0, err: "" });
  const { head } = JSON.parse(verified.out);
  expect(head).toEqual({ number: 3, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const made = await orrery(["store", "backup", file], { env });
  expect(made).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Wrote \d+ rows of \d+ tables in PostgreSQL at localhost/),
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await orrery(["store", "backup", file], { env })).toMatchObject({
    code: 2,
    err: expect.stringContaining("is there already"),
  });
  expect(await orrery(["store", "restore", file], { env })).toMatchObject({
    code: 1,
    err: expect.stringContaining("This store is not empty"),
  });
  expect(await orrery(["store", "restore", file, "--json"], { env: otherEnv })).toMatchObject({ code: 0, err: "" });
  const kept = await orrery(["audit", "verify", "--head", `${head.number}:${head.hash}`], { env: otherEnv });
  expect(kept).toMatchObject({
    code: 0,
    out: expect.stringContaining(`is whole: 3 entries.\n  It ends with 3:${head.hash}`),
  });
  const wrong = await orrery(["audit", "verify", "--head", `2:${head.hash}`], { env: otherEnv });
  expect(wrong).toMatchObject({
    code: 3,
    out: expect.stringContaining("is broken at entry 2: row 2 is not the one whose hash was kept"),
  });
});

test("a changed backup restores nothing, and says so", async () => {
  const [env, otherEnv] = [await keptWith(1), await keptWith(0)];
  const file = `${folderWith({})}/all.backup`;
  await orrery(["store", "backup", file], { env });
  writeFileSync(file, gzipSync(gunzipSync(readFileSync(file)).toString().replace("ada", "eve")));
  const { code, err } = await orrery(["store", "restore", file], { env: otherEnv });
  expect([code, err]).toEqual([1, expect.stringContaining("its checksum does not hold. Nothing was changed")]);
});

test("where nothing is kept nothing is made, and what cannot be is told in one sentence", async () => {
  const folder = folderWith({});
  const env = { ORRERY_HOME: `${folder}/none`, DATABASE_URL: "" };
  for (const args of [
    ["audit", "verify"],
    ["store", "backup", `${folder}/x`],
  ])
    expect(await orrery(args, { env })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^Nothing is kept below .*\/none\. Say where with ORRERY_HOME/),
    });
  expect(existsSync(`${folder}/none`)).toBe(false);
  expect(await orrery(["store", "restore", `${folder}/none`], { env })).toMatchObject({ code: 2 });
  expect(await orrery(["audit", "verify", "--head", "7"], { env })).toMatchObject({
    code: 2,
    err: expect.stringContaining("NUMBER:HASH"),
  });
  const gone = { DATABASE_URL: "postgresql://orrery:s3cret@127.0.0.1:1/orrery" };
  const { code, err } = await orrery(["audit", "verify"], { env: gone });
  expect([code, err]).toEqual([1, expect.stringMatching(/^PostgreSQL cannot be reached: /)]);
  expect(err).not.toContain("s3cret");
});
