import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { migrations } from "../migrations/all.ts";
import { migrationsAfter } from "../migrations/migrate.ts";
import type { Store } from "../store.ts";
import { messageOf, StoreError, storeErrorOf } from "../store-error.ts";
import { endOfTable, type Footer, type Header, readBackup, type TableLine } from "./backup.ts";
import { copying } from "./copying.ts";

export type Restored = { readonly at: Date; readonly tables: number; readonly rows: number };

const unfit = (why: string, hint: string, cause?: unknown): StoreError =>
  new StoreError("store-backup", why, hint, { cause });

/** The file's lines, each with its line break, as they are read. */
async function* linesIn(file: string): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of readBackup(file).pipe(createGunzip())) {
    let buffer: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = buffer.indexOf(10); end !== -1; end = buffer.indexOf(10)) {
      yield buffer.subarray(0, end + 1);
      buffer = buffer.subarray(end + 1);
    }
    rest = Buffer.from(buffer);
  }
  if (rest.length > 0) throw new Error("its last line is cut");
}

const isEmpty = async (client: PoolClient): Promise<boolean> => {
  const { rows } = await client.query<{ full: boolean }>(
    "select exists (select from orrery.audit) or exists (select from orrery.series) or exists (select from orrery.leader) or exists (select from orrery.account) as full",
  );
  return rows[0]?.full === false;
};

const name = (client: PoolClient, table: string) => `orrery.${client.escapeIdentifier(table)}`;

/** Makes the place for a table's rows: parts of partitioned tables and hours taken out are not there yet. */
const place = async (client: PoolClient, { table, part, like }: TableLine): Promise<void> => {
  if (part !== undefined) {
    const options = part.options.length === 0 ? "" : ` with (${part.options.join(", ")})`;
    await client.query(`drop table if exists ${name(client, table)}`);
    await client.query(
      `create table ${name(client, table)} partition of ${name(client, part.of)} ${part.bounds}${options}`,
    );
    return;
  }
  if (like !== undefined) {
    await client.query(`create table ${name(client, table)} (like ${name(client, like)} including all)`);
    return;
  }
  // What the migrations themselves put there. A table that only grows refuses even to have nothing removed.
  const { rowCount } = await client.query(`select from ${name(client, table)} limit 1`);
  if (rowCount !== 0) await client.query(`delete from ${name(client, table)}`);
};

const identities = `select c.relname as table, quote_ident(attname) as column from pg_attribute join pg_class c on c.oid = attrelid
where attidentity <> '' and c.relnamespace = 'orrery'::regnamespace and c.relkind in ('r', 'p') and not relispartition`;

const restoreInto = async (client: PoolClient, file: string): Promise<Restored> => {
  const hash = createHash("sha256");
  const lines = linesIn(file);
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("it ends too early");
    const text = value.toString();
    if (!text.startsWith('{"end"')) hash.update(value);
    return text;
  };
  const header: Header = JSON.parse(await next());
  if (header.orrery !== "backup" || header.format !== 1) throw new Error("it is no backup of Orrery");
  if (migrationsAfter(header.migrations, migrations).length > 0)
    throw unfit(
      `${file} was made before migration ${header.migrations.length + 1}.`,
      "Restore it with the Orrery that made it, then open it with this one.",
    );
  let [tables, rows] = [0, 0];
  for (;;) {
    const line: TableLine | Footer = JSON.parse(await next());
    if ("end" in line) {
      if (line.sha256 !== hash.digest("hex") || line.rows !== rows) throw new Error("its checksum does not hold");
      break;
    }
    await place(client, line);
    const { copy, over } = copying(
      client,
      copyFrom(`copy ${name(client, line.table)} (${line.columns.join(", ")}) from stdin`),
    );
    const body = async function* () {
      for (;;) {
        const text = await lines.next();
        if (text.done === true) throw new Error("it ends too early");
        hash.update(text.value);
        if (text.value.length === 3 && text.value.toString() === `${endOfTable}\n`) return;
        yield text.value;
      }
    };
    await pipeline(Readable.from(body(), { objectMode: false }), copy).finally(over);
    rows += copy.rowCount;
    tables += 1;
  }
  const { rows: numbered } = await client.query<{ table: string; column: string }>(identities);
  for (const { table, column } of numbered)
    await client.query(
      `select setval(pg_get_serial_sequence('orrery.' || quote_ident($1), $2), (select coalesce(max(${column}), 0) + 1 from ${name(client, table)}), false)`,
      [table, column],
    );
  return { at: new Date(header.at), tables, rows };
};

/** Fills an open and empty store from a backup: all of it or nothing. */
export const restore = async (store: Pick<Store, "client">, file: string): Promise<Restored> => {
  const client = await store.client();
  let broken = false;
  try {
    if (!(await isEmpty(client)))
      throw unfit(
        "This store is not empty.",
        "Restore into a new database or another ORRERY_HOME; nothing is overwritten.",
      );
    await client.query("begin");
    const restored = await restoreInto(client, file);
    await client.query("commit");
    return restored;
  } catch (error) {
    broken = true;
    const known = storeErrorOf(error, false);
    if (known instanceof StoreError) throw known;
    throw unfit(`${file} cannot be restored: ${messageOf(error)}.`, "Nothing was changed; take another backup.", error);
  } finally {
    client.release(broken);
  }
};
