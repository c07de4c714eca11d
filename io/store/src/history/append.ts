import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";
import type { Keep } from "./keep.ts";
import { ensurePart, isMoved, samples } from "./partition.ts";
import type { Sample } from "./sample.ts";
import { minute } from "./span.ts";

export type Appended = {
  readonly stored: number;
  /** Of a series and time that there was a sample of: the first one stays. */
  readonly duplicates: number;
  /** Not taken: older than raw samples are kept, ahead of the clock, or not a finite number. */
  readonly refused: { readonly late: number; readonly ahead: number; readonly notFinite: number };
};

/** How far a sample may be ahead of us: clocks differ. */
const tolerance = 5 * minute;

const insert = async (db: Kysely<Tables>, rows: readonly Sample[]): Promise<number> => {
  const [series, at, values] = [rows.map((row) => row.series), rows.map((row) => row.at), rows.map((row) => row.value)];
  const { numAffectedRows } = await sql`
    insert into sample (series, at, value)
    select series, to_timestamp(ms / 1000), value
    from unnest(${series}::int4[], ${at}::float8[], ${values}::float8[]) as given (series, ms, value)
    on conflict do nothing`.execute(db);
  return Number(numAffectedRows ?? 0);
};

/** Stores samples, all that are not refused or none. */
export const appendSamples = async (
  db: Kysely<Tables>,
  keep: Keep,
  now: number,
  given: readonly Sample[],
): Promise<Appended> => {
  const refused = { late: 0, ahead: 0, notFinite: 0 };
  const rows: Sample[] = [];
  for (const sample of given) {
    if (!Number.isFinite(sample.value) || !Number.isFinite(sample.at)) refused.notFinite += 1;
    else if (sample.at > now + tolerance) refused.ahead += 1;
    else if (sample.at < now - keep.raw) refused.late += 1;
    else rows.push(sample.at % 1 === 0 ? sample : { ...sample, at: Math.round(sample.at) });
  }
  if (rows.length === 0) return { stored: 0, duplicates: 0, refused };
  // In one order, so that two who append the same cannot wait for each other.
  rows.sort((one, other) => one.series - other.series || one.at - other.at);
  for (let tries = 0; ; tries += 1) {
    try {
      const stored = await insert(db, rows);
      return { stored, duplicates: rows.length - stored, refused };
    } catch (error) {
      if (!isMoved(error) || tries === 5) throw error;
      for (const hour of new Set(rows.map(({ at }) => samples.startOf(at)))) await ensurePart(db, samples, hour);
    }
  }
};
