import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Store } from "../store.ts";
import { startTemporaryServer, type TemporaryServer } from "../temporary-server.ts";
import { migrations } from "./all.ts";
import { migrate } from "./migrate.ts";
import { checksumOf, type Migration } from "./migration.ts";

let server: TemporaryServer;
beforeAll(async () => {
  server = await startTemporaryServer();
});
afterAll(() => server.stop());

const first: Migration = { id: 1, name: "first", sql: "create table first (id int)" };
const second: Migration = { id: 2, name: "second", sql: "create table second (id int); insert into second values (2)" };

/** A store's database without its tables. */
const bare = async (): Promise<Store> => {
  const store = await server.store();
  const client = await store.client();
  await client.query("drop schema orrery cascade");
  client.release();
  return store;
};

const migrateOnce = async (store: Store, known: readonly Migration[]): Promise<string[]> => {
  const client = await store.client();
  try {
    return await migrate(client, known);
  } finally {
    client.release();
  }
};

test("the migrations have ascending numbers and unlike names", () => {
  expect(migrations.map(({ id }) => id)).toEqual(migrations.map((_, index) => index + 1));
  expect(new Set(migrations.map(({ name }) => name)).size).toBe(migrations.length);
});

test("a database is brought forward by what it lacks", async () => {
  const store = await bare();
  expect(await migrateOnce(store, [first])).toEqual(["first"]);
  expect(await migrateOnce(store, [first, second])).toEqual(["second"]);
  expect(await migrateOnce(store, [first, second])).toEqual([]);
  await store.close();
});

test("of ten that migrate at once one does it, and the others find it done", async () => {
  const store = await bare();
  const applied = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const client = new Client(store.connection);
      await client.connect();
      // The pool's type has a release more, which migrating does not use.
      const done = await migrate(Object.assign(client, { release: () => undefined }), [first, second]);
      await client.end();
      return done;
    }),
  );
  expect(applied.flat()).toEqual(["first", "second"]);
  await store.close();
});

test("a migration that fails leaves nothing of itself, and what came before it", async () => {
  const store = await bare();
  const broken: Migration = { id: 2, name: "broken", sql: "create table second (id int); select 1 / 0" };
  await expect(migrateOnce(store, [first, broken])).rejects.toThrow("division by zero");
  expect(await migrateOnce(store, [first, second])).toEqual(["second"]);
  await store.close();
});

test("a migration that was changed after it was applied is refused by its name", async () => {
  const store = await bare();
  await migrateOnce(store, [first, second]);
  const changed = { ...first, sql: "create table first (id bigint)" };
  expect(checksumOf(changed)).not.toBe(checksumOf(first));
  await expect(migrateOnce(store, [changed, second])).rejects.toMatchObject({
    code: "store-migrations",
    message: expect.stringContaining("Migration 1 (first)"),
  });
  await store.close();
});

test("a database that a newer Orrery migrated is left alone", async () => {
  const store = await bare();
  await migrateOnce(store, [first, second]);
  await expect(migrateOnce(store, [first])).rejects.toMatchObject({
    code: "store-migrations",
    message: expect.stringContaining("migration 2 (second), which this Orrery does not know"),
  });
  await store.close();
});
