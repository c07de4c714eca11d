import type { PoolClient } from "pg";
import { lockKey } from "../lock-key.ts";
import { StoreError, storeErrorOf } from "../store-error.ts";
import { checksumOf, type Migration } from "./migration.ts";

export type AppliedMigration = { readonly id: number; readonly name: string; readonly checksum: string };

const key = lockKey("migrations");

/** What the database says was applied, in order; nothing where Orrery was never. */
export const appliedMigrations = async (client: PoolClient): Promise<AppliedMigration[]> => {
  const { rows: found } = await client.query<{ there: boolean }>(
    "select to_regclass('orrery.migration') is not null as there",
  );
  if (found[0]?.there !== true) return [];
  const { rows } = await client.query<AppliedMigration>("select id, name, checksum from orrery.migration order by id");
  return rows;
};

/** Those of `known` that the applied ones lack. The applied must be the beginning of the known, unchanged. */
export const migrationsAfter = (applied: readonly AppliedMigration[], known: readonly Migration[]): Migration[] => {
  for (const [index, { id, name, checksum }] of applied.entries()) {
    const ours = known[index];
    if (ours === undefined)
      throw new StoreError(
        "store-migrations",
        `The database has migration ${id} (${name}), which this Orrery does not know.`,
        "A newer Orrery was here: run that one, or restore a backup made before.",
      );
    if (ours.id !== id || checksumOf(ours) !== checksum)
      throw new StoreError(
        "store-migrations",
        `Migration ${id} (${name}) of the database is not the one that this Orrery has (${ours.name}).`,
        "The database was made by an Orrery that was never released, or changed by hand: restore a backup into an empty one.",
      );
  }
  return known.slice(applied.length);
};

const apply = async (client: PoolClient, migration: Migration): Promise<void> => {
  await client.query("begin");
  try {
    await client.query("set local search_path to orrery");
    await client.query(migration.sql);
    await client.query("insert into orrery.migration (id, name, checksum) values ($1, $2, $3)", [
      migration.id,
      migration.name,
      checksumOf(migration),
    ]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
};

/**
 * Brings the database to the last of `known`, each migration in a transaction of its own. Of several that ask at once
 * one migrates, and the others wait and find it done. Gives the names of those applied.
 */
export const migrate = async (client: PoolClient, known: readonly Migration[]): Promise<string[]> => {
  try {
    await client.query("select pg_advisory_lock($1::bigint)", [key]);
    try {
      const pending = migrationsAfter(await appliedMigrations(client), known);
      if (pending.length === 0) return [];
      await client.query("create schema if not exists orrery");
      await client.query(
        "create table if not exists orrery.migration (id int primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())",
      );
      for (const migration of pending) await apply(client, migration);
      return pending.map(({ name }) => name);
    } finally {
      await client.query("select pg_advisory_unlock($1::bigint)", [key]).catch(() => undefined);
    }
  } catch (error) {
    throw storeErrorOf(error, false);
  }
};
