import { setImmediate } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";
import { pack, unpack } from "./packed.ts";
import { chunks, closingName, ensurePart, type Part, partName, rollups } from "./partition.ts";
import { packDay, type RollupPoint, rollUp, unpackDay } from "./rollup.ts";
import { mergeTracks, noTrack, type Track, trackBytes, trackOf } from "./sample.ts";
import { day, floorTo, hour } from "./span.ts";

const packTrack = (start: number, { times, values }: Track): Buffer =>
  pack({ times: times.map((time) => time - start), columns: [values] });

export const unpackTrack = (start: number, data: Uint8Array): Track => {
  const { times, columns } = unpack(data);
  return { times: times.map((time) => time + start), values: columns[0] ?? [] };
};

/** Series at a time: enough to be quick, few enough to hold in memory. */
const slice = 1000;

/**
 * Takes an hour out of the open samples. Those who append to it wait for a moment, then make it anew: late samples are
 * packed the next time.
 */
export const takeOut = async (db: Kysely<Tables>, part: Part): Promise<Part> => {
  const name = closingName(part.start);
  await db.transaction().execute(async (transaction) => {
    await sql`alter table sample detach partition ${sql.table(part.name)}`.execute(transaction);
    await sql`alter table ${sql.table(part.name)} rename to ${sql.table(name)}`.execute(transaction);
  });
  return { name, start: part.start };
};

/** The day's points with those of an hour made anew. Without the hour's chunk, what was rolled up before knows more. */
const withHour = (before: readonly RollupPoint[], start: number, points: readonly RollupPoint[], known: boolean) => {
  const inHour = ({ at }: RollupPoint) => at >= start && at < start + hour;
  if (!known && before.some(inHour)) return before;
  return [...before.filter(({ at }) => at < start), ...points, ...before.filter(({ at }) => at >= start + hour)];
};

const foldSlice = async (db: Kysely<Tables>, { name, start }: Part, after: number): Promise<number | undefined> => {
  const { rows } = await sql<{ series: number; track: Buffer }>`
    select series, ${trackBytes} as track from ${sql.table(name)}
    where series in (select distinct series from ${sql.table(name)} where series > ${after} order by series limit ${slice})
    group by series order by series`.execute(db);
  const last = rows.at(-1);
  if (last === undefined) return undefined;
  const ids = rows.map(({ series }) => series);
  const dayStart = floorTo(start, day);
  const oldChunks = await sql<{ series: number; data: Buffer }>`
    select series, data from chunk where hour = ${new Date(start)} and series = any(${ids}::int4[])`.execute(db);
  const oldDays = await sql<{ series: number; data: Buffer }>`
    select series, data from rollup where day = ${new Date(dayStart)} and series = any(${ids}::int4[])`.execute(db);
  const chunkOf = new Map(oldChunks.rows.map(({ series, data }) => [series, data]));
  const dayOf = new Map(oldDays.rows.map(({ series, data }) => [series, data]));
  const made: { readonly count: number; readonly chunk: Buffer; readonly day: Buffer }[] = [];
  for (const { series, track } of rows) {
    // Packing computes: what else this process does must not wait for a thousand of them.
    if (made.length % 32 === 31) await setImmediate();
    const old = chunkOf.get(series);
    const merged = mergeTracks(old === undefined ? noTrack : unpackTrack(start, old), trackOf(track));
    const oldDay = dayOf.get(series);
    const before = oldDay === undefined ? [] : unpackDay(dayStart, oldDay);
    const points = withHour(before, start, rollUp(merged), old !== undefined);
    made.push({ count: merged.times.length, chunk: packTrack(start, merged), day: packDay(dayStart, points) });
  }
  const [counts, packed, days] = [
    made.map(({ count }) => count),
    made.map(({ chunk }) => chunk),
    made.map((one) => one.day),
  ];
  await sql`
    insert into chunk (series, hour, samples, data)
    select series, ${new Date(start)}, samples, data
    from unnest(${ids}::int4[], ${counts}::int4[], ${packed}::bytea[]) as given (series, samples, data)
    on conflict (series, hour) do update set samples = excluded.samples, data = excluded.data`.execute(db);
  await sql`
    insert into rollup (series, day, data)
    select series, ${new Date(dayStart)}, data from unnest(${ids}::int4[], ${days}::bytea[]) as given (series, data)
    on conflict (series, day) do update set data = excluded.data`.execute(db);
  return last.series;
};

/** Packs an hour that was taken out, in one transaction: it is in its table or in the chunks, never in both or none. */
export const fold = async (db: Kysely<Tables>, part: Part): Promise<void> => {
  await ensurePart(db, chunks, part.start);
  await ensurePart(db, rollups, part.start);
  await db.transaction().execute(async (transaction) => {
    let after: number | undefined = -1;
    while (after !== undefined) after = await foldSlice(transaction, part, after);
    await sql`drop table ${sql.table(part.name)}`.execute(transaction);
  });
  // A day's row is written anew each hour: the next takes the room of the last.
  await sql`vacuum ${sql.table(partName(rollups, rollups.startOf(part.start)))}`.execute(db);
};
