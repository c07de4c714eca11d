import { createHash } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What somebody asked for. No secrets: the entry is kept for good. */
export type AuditEntry = {
  readonly at: Date;
  readonly who: string;
  readonly action: string;
  readonly subject: string;
  readonly outcome: "asked" | "done" | "failed" | "refused" | "unknown";
  readonly details?: Json;
};

/** Where the chain ends. Kept elsewhere, it shows later whether the chain was made anew up to there. */
export type AuditHead = { readonly seq: number; readonly hash: string };

export type AuditVerdict =
  | { readonly kind: "whole"; readonly head: AuditHead }
  /** The first row, in order, that is not what was written there. */
  | { readonly kind: "broken"; readonly seq: number; readonly why: string };

const start: Buffer = Buffer.alloc(32);
const page = 2000;

/** The same value gives the same text, whatever order its keys were put in. */
const canonical = (value: Json | undefined): string =>
  JSON.stringify(value, (_key, inner: Json) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );

const textOf = ({ who, action, subject, outcome, details }: AuditEntry): string =>
  canonical({ who, action, subject, outcome, ...(details === undefined ? {} : { details }) });

const hashOf = (previous: Buffer, seq: number, at: Date, entry: string): Buffer =>
  createHash("sha256").update(previous).update(`${seq}\n${at.getTime()}\n${entry}`).digest();

/**
 * Adds an entry to the chain, alone or in the transaction of what it tells of. Appends follow one another: one in a
 * transaction holds the next back until it ends. Needs READ COMMITTED.
 */
export const appendAudit = async (db: Kysely<Tables>, entry: AuditEntry): Promise<AuditHead> => {
  const text = textOf(entry);
  // The row of the head is the lock. The hash is that of `hashOf`.
  const { rows } = await sql<{ seq: number; hash: Buffer }>`
    with head as (select seq, hash from audit_head for update),
    added as (
      insert into audit (seq, at, entry, previous, hash)
      select seq + 1, ${entry.at}::timestamptz, ${text}, hash,
        sha256(hash || convert_to((seq + 1)::text || ${`\n${entry.at.getTime()}\n${text}`}, 'UTF8'))
      from head returning seq, hash
    )
    update audit_head set seq = added.seq, hash = added.hash from added returning audit_head.seq, audit_head.hash
  `.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error("The head of the audit chain is gone.");
  return { seq: row.seq, hash: row.hash.toString("hex") };
};

export type KeptAuditEntry = AuditEntry & { readonly seq: number };

/** The newest entries first, below a number where one is given. */
export const readAudit = async (
  db: Kysely<Tables>,
  { before, limit }: { readonly before?: number; readonly limit: number },
): Promise<readonly KeptAuditEntry[]> => {
  const all = db.selectFrom("audit").select(["seq", "at", "entry"]).orderBy("seq", "desc").limit(limit);
  const rows = await (before === undefined ? all : all.where("seq", "<", before)).execute();
  // What `textOf` wrote; `verifyAudit` tells of what somebody else put there.
  return rows.map(({ seq, at, entry }) => ({ ...(JSON.parse(entry) as Omit<AuditEntry, "at">), seq, at }));
};

const verifyIn = async (db: Kysely<Tables>, known: readonly AuditHead[]): Promise<AuditVerdict> => {
  const kept = new Map(known.map(({ seq, hash }) => [seq, hash]));
  let seq = 0;
  let previous = start;
  for (;;) {
    const rows = await db.selectFrom("audit").selectAll().where("seq", ">", seq).orderBy("seq").limit(page).execute();
    for (const row of rows) {
      const due = seq + 1;
      if (row.seq !== due) return { kind: "broken", seq: due, why: `row ${due} is gone` };
      if (!row.previous.equals(previous))
        return { kind: "broken", seq: due, why: `row ${due} does not follow the one before it` };
      if (!row.hash.equals(hashOf(previous, due, row.at, row.entry)))
        return { kind: "broken", seq: due, why: `row ${due} was changed` };
      const expected = kept.get(due);
      if (expected !== undefined && expected !== row.hash.toString("hex"))
        return { kind: "broken", seq: due, why: `row ${due} is not the one whose hash was kept` };
      [seq, previous] = [due, row.hash];
    }
    if (rows.length < page) break;
  }
  const lost = known.find((one) => one.seq > seq);
  const head = await db.selectFrom("audit_head").selectAll().executeTakeFirst();
  const end = Math.max(lost?.seq ?? 0, head?.seq ?? 0);
  if (head === undefined || end > seq) return { kind: "broken", seq: seq + 1, why: `rows from ${seq + 1} on are gone` };
  if (head.seq !== seq || !head.hash.equals(previous))
    return { kind: "broken", seq: head.seq + 1, why: `rows from ${head.seq + 1} on were not written by appending` };
  return { kind: "whole", head: { seq, hash: previous.toString("hex") } };
};

/**
 * Walks the whole chain, as of one moment. `known`: heads that were kept elsewhere; without one, somebody who may
 * change everything in the database could have written the whole chain anew.
 */
export const verifyAudit = (db: Kysely<Tables>, known: readonly AuditHead[] = []): Promise<AuditVerdict> =>
  db.isTransaction
    ? verifyIn(db, known)
    : db
        .transaction()
        .setIsolationLevel("repeatable read")
        .setAccessMode("read only")
        .execute((transaction) => verifyIn(transaction, known));
