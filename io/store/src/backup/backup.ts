import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { PoolClient } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { type AppliedMigration, appliedMigrations } from "../migrations/migrate.ts";
import type { Store } from "../store.ts";
import { storeErrorOf } from "../store-error.ts";
import { copying } from "./copying.ts";

/**
 * A backup is gzipped lines. The first is a `Header`. Then for each table a `TableLine`, PostgreSQL's own COPY text,
 * and `\.`; then a `Footer`. Lines of COPY text never are `\.` nor hold a line break.
 */
export type Header = {
  readonly orrery: "backup";
  readonly format: 1;
  readonly at: string;
  readonly migrations: readonly AppliedMigration[];
};
export type TableLine = {
  readonly table: string;
  readonly columns: readonly string[];
  /** Of a part of a partitioned table: its bounds, as `FOR VALUES …`. */
  readonly part?: { readonly of: string; readonly bounds: string; readonly options: readonly string[] };
  /** Of an hour that was taken out to be packed: the table it was of. */
  readonly like?: string;
};
export type Footer = { readonly end: true; readonly rows: number; readonly sha256: string };

export type BackedUp = { readonly file: string; readonly tables: number; readonly rows: number };

export const endOfTable = "\\.";

const tables = `select c.relname as table,
  (select array_agg(quote_ident(attname) order by attnum) from pg_attribute
    where attrelid = c.oid and attnum > 0 and not attisdropped) as columns,
  p.relname as parent, pg_get_expr(c.relpartbound, c.oid) as bounds, coalesce(c.reloptions, '{}') as options
from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
where c.relnamespace = 'orrery'::regnamespace and c.relkind = 'r' and c.relpersistence = 'p' and c.relname <> 'migration'
order by c.relname`;

type TableRow = {
  readonly table: string;
  readonly columns: readonly string[];
  readonly parent: string | null;
  readonly bounds: string | null;
  readonly options: readonly string[];
};

const lineOf = ({ table, columns, parent, bounds, options }: TableRow): TableLine => ({
  table,
  columns,
  ...(parent === null || bounds === null ? {} : { part: { of: parent, bounds, options } }),
  ...(/^closing_\d+$/.test(table) ? { like: "sample" } : {}),
});

async function* linesOf(client: PoolClient, at: Date, count: (rows: number, tables: number) => void) {
  const hash = createHash("sha256");
  const out = (chunk: string | Buffer) => {
    hash.update(chunk);
    return chunk;
  };
  const header: Header = {
    orrery: "backup",
    format: 1,
    at: at.toISOString(),
    migrations: await appliedMigrations(client),
  };
  yield out(`${JSON.stringify(header)}\n`);
  const { rows: found } = await client.query<TableRow>(tables);
  let rows = 0;
  for (const row of found) {
    yield out(`${JSON.stringify(lineOf(row))}\n`);
    const { copy, over } = copying(
      client,
      copyTo(
        `copy (select ${row.columns.join(", ")} from only orrery.${client.escapeIdentifier(row.table)}) to stdout`,
      ),
    );
    try {
      for await (const chunk of copy) yield out(chunk);
    } finally {
      over();
    }
    rows += copy.rowCount;
    yield out(`${endOfTable}\n`);
  }
  count(rows, found.length);
  const footer: Footer = { end: true, rows, sha256: hash.digest("hex") };
  yield `${JSON.stringify(footer)}\n`;
}

/** Writes everything of one moment into a file, which is there whole or not at all. Others go on meanwhile. */
export const backUp = async (store: Pick<Store, "client">, file: string, at: Date): Promise<BackedUp> => {
  const client = await store.client();
  const half = `${file}.part`;
  let result = { tables: 0, rows: 0 };
  let broken = false;
  try {
    await client.query("begin isolation level repeatable read read only");
    const lines = linesOf(client, at, (rows, count) => {
      result = { tables: count, rows };
    });
    await pipeline(lines, createGzip(), createWriteStream(half, { mode: 0o600, flush: true }));
    await client.query("commit");
    await rename(half, file);
    return { file, ...result };
  } catch (error) {
    broken = true;
    await rm(half, { force: true });
    throw storeErrorOf(error, false);
  } finally {
    // One that broke off in the middle of a COPY is of no use to the next.
    client.release(broken);
  }
};

export const readBackup = (file: string) => createReadStream(file);
