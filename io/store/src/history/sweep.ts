import { type Kysely, sql } from "kysely";
import { lockKey } from "../lock-key.ts";
import type { Tables } from "../tables.ts";
import { fold, takeOut } from "./close.ts";
import type { Keep } from "./keep.ts";
import { type Cut, chunks, closings, partsOf, rollups, samples } from "./partition.ts";
import { hour } from "./span.ts";

export type Swept =
  | {
      readonly kind: "swept";
      /** Hours that were packed, by their start. */
      readonly closed: readonly number[];
      /** Parts that were too old, by their name. */
      readonly dropped: readonly string[];
    }
  /** Another does it at this moment. */
  | { readonly kind: "busy" };

const key = lockKey("history sweep");
/** A clock that jumped is believed, and old parts dropped by it, after it went on for that long. */
const trust = hour;
const leap = 2 * hour;

/** Whether the clock went on for a while as clocks do. One that jumped a year ahead must not cost a year. */
const isSteady = async (db: Kysely<Tables>, now: number): Promise<boolean> => {
  const last = await db.selectFrom("history_clock").selectAll().executeTakeFirst();
  const gone = last === undefined ? undefined : now - last.seen.getTime();
  const went = last !== undefined && gone !== undefined && gone >= 0 && gone <= leap;
  const since = went ? last.steady_since : new Date(now);
  const row = { seen: new Date(now), steady_since: since };
  await db
    .insertInto("history_clock")
    .values(row)
    .onConflict((conflict) => conflict.column("lone").doUpdateSet(row))
    .execute();
  return now - since.getTime() >= trust;
};

const dropBefore = async (db: Kysely<Tables>, cut: Cut, horizon: number): Promise<string[]> => {
  const old = (await partsOf(db, cut)).filter(({ start }) => cut.endOf(start) <= horizon);
  for (const { name } of old) await sql`drop table ${sql.table(name)}`.execute(db);
  return old.map(({ name }) => name);
};

/**
 * Packs the hours that ended `grace` ago and those a killed one left, then drops the parts that are past keeping. To be
 * called every few minutes; of several at once one does it.
 */
export const sweepHistory = (db: Kysely<Tables>, keep: Keep, now: number): Promise<Swept> =>
  db.connection().execute(async (connection) => {
    const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_lock(${key}::bigint) as mine`.execute(
      connection,
    );
    if (rows[0]?.mine !== true) return { kind: "busy" };
    try {
      const closed: number[] = [];
      for (const left of await closings(connection)) {
        await fold(connection, left);
        closed.push(left.start);
      }
      for (const part of await partsOf(connection, samples)) {
        if (samples.endOf(part.start) + keep.grace > now) continue;
        await fold(connection, await takeOut(connection, part));
        closed.push(part.start);
      }
      const dropped: string[] = [];
      if (await isSteady(connection, now)) {
        dropped.push(...(await dropBefore(connection, chunks, now - keep.raw)));
        dropped.push(...(await dropBefore(connection, rollups, now - keep.rollups)));
      }
      return { kind: "swept", closed, dropped };
    } finally {
      await sql`select pg_advisory_unlock(${key}::bigint)`.execute(connection).catch(() => undefined);
    }
  });
