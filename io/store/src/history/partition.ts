import { type Kysely, sql } from "kysely";
import { DatabaseError } from "pg";
import type { Tables } from "../tables.ts";
import { day, floorTo, hour, monthAfter, monthOf } from "./span.ts";

/** How a table is cut by time. The name of a part is the table's with its start in UTC: `sample_2026030110`. */
export type Cut = {
  readonly table: "sample" | "chunk" | "rollup";
  readonly digits: number;
  readonly startOf: (at: number) => number;
  readonly endOf: (start: number) => number;
  readonly packed: boolean;
};

export const samples: Cut = {
  table: "sample",
  digits: 10,
  startOf: (at) => floorTo(at, hour),
  endOf: (start) => start + hour,
  packed: false,
};
export const chunks: Cut = {
  table: "chunk",
  digits: 8,
  startOf: (at) => floorTo(at, day),
  endOf: (start) => start + day,
  packed: true,
};
export const rollups: Cut = { table: "rollup", digits: 6, startOf: monthOf, endOf: monthAfter, packed: true };

const stamp = (start: number, digits: number): string =>
  new Date(start).toISOString().replaceAll(/\D/g, "").slice(0, digits);

export const partName = (cut: Cut, start: number): string => `${cut.table}_${stamp(start, cut.digits)}`;
/** An hour's samples, taken out of `sample` to be packed. */
export const closingName = (start: number): string => `closing_${stamp(start, samples.digits)}`;

const startOfName = (name: string): number => {
  const digits = /_(\d{6,10})$/.exec(name)?.[1] ?? "";
  const [year, month, date, hours] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8), digits.slice(8, 10)];
  return Date.UTC(Number(year), Number(month) - 1, Number(date || "1"), Number(hours || "0"));
};

const was = (error: unknown, ...codes: string[]): boolean =>
  error instanceof DatabaseError && error.code !== undefined && codes.includes(error.code);

/** There is no part for a row, or the table was renamed or dropped in this moment. */
export const isMoved = (error: unknown): boolean => was(error, "23514", "42P01", "XX000");

/** Makes the part of a moment. Another may make it at the same time. */
export const ensurePart = async (db: Kysely<Tables>, cut: Cut, at: number): Promise<void> => {
  const start = cut.startOf(at);
  const iso = (time: number) => sql.lit(new Date(time).toISOString());
  // As long as a page, so that packed rows stay in their row.
  const storage = cut.packed ? sql` with (toast_tuple_target = 8160)` : sql``;
  const make = sql`create table if not exists ${sql.table(partName(cut, start))} partition of ${sql.table(cut.table)}
    for values from (${iso(start)}) to (${iso(cut.endOf(start))})${storage}`;
  await make.execute(db).catch((error: unknown) => {
    if (!was(error, "23505", "42P07")) throw error;
  });
};

export type Part = { readonly name: string; readonly start: number };

const like = async (db: Kysely<Tables>, pattern: string): Promise<Part[]> => {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace and relname ~ ${pattern}
    order by relname`.execute(db);
  return rows.map(({ name }) => ({ name, start: startOfName(name) }));
};

export const partsOf = (db: Kysely<Tables>, cut: Cut): Promise<Part[]> => like(db, `^${cut.table}_\\d{${cut.digits}}$`);
export const closings = (db: Kysely<Tables>): Promise<Part[]> => like(db, `^closing_\\d{${samples.digits}}$`);
