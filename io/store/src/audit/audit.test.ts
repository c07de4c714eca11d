import fc from "fast-check";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Store } from "../store.ts";
import type { Tables } from "../tables.ts";
import { startTemporaryServer, type TemporaryServer } from "../temporary-server.ts";
import { type AuditEntry, appendAudit, type Json, verifyAudit } from "./audit.ts";

let server: TemporaryServer;
beforeAll(async () => {
  server = await startTemporaryServer();
});
afterAll(() => server.stop());

const anEntry = (more: Partial<AuditEntry> = {}): AuditEntry => ({
  at: new Date("2026-03-01T10:00:00.123Z"),
  who: "ada",
  action: "guest.stop",
  subject: "qemu/100",
  outcome: "done",
  ...more,
});

const withStore = async (work: (store: Store) => Promise<void>): Promise<void> => {
  const store = await server.store();
  try {
    await work(store);
  } finally {
    await store.close();
  }
};

const entries: fc.Arbitrary<AuditEntry> = fc.record({
  at: fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
  who: fc.string({ unit: "binary" }),
  action: fc.string(),
  subject: fc.string({ unit: "grapheme" }),
  outcome: fc.constantFrom("asked", "done", "failed", "refused", "unknown"),
  details: fc.jsonValue() as fc.Arbitrary<Json>,
});

class Undo extends Error {}

/** Does what somebody with every right could do, looks, and undoes it. */
const tampered = async (store: Store, tamper: (db: Kysely<Tables>) => Promise<unknown>) => {
  let verdict: Awaited<ReturnType<typeof verifyAudit>> | undefined;
  const work = store.db.transaction().execute(async (db) => {
    await sql`set local session_replication_role to replica`.execute(db);
    await tamper(db);
    verdict = await verifyAudit(db);
    throw new Undo();
  });
  await expect(work).rejects.toThrow(Undo);
  return verdict;
};

test("any entry can be written, and what was written is a whole chain", () =>
  withStore(async (store) => {
    let written = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(entries, { maxLength: 5 }), async (batch) => {
        for (const entry of batch) await appendAudit(store.db, entry);
        written += batch.length;
        expect(await verifyAudit(store.db)).toMatchObject({ kind: "whole", head: { seq: written } });
      }),
      { numRuns: 30 },
    );
  }));

test("a row that was changed, removed, added, exchanged or cut off is found, wherever it stands", () =>
  withStore(async (store) => {
    const length = 12;
    for (let count = 0; count < length; count += 1)
      await appendAudit(store.db, anEntry({ subject: `qemu/${count}`, at: new Date(count * 1000) }));
    const seq = fc.integer({ min: 1, max: length });
    const forms: Record<string, (db: Kysely<Tables>, one: number, other: number) => Promise<unknown>> = {
      entry: (db, one) => sql`update audit set entry = entry || ' ' where seq = ${one}`.execute(db),
      time: (db, one) => sql`update audit set at = at + interval '1 ms' where seq = ${one}`.execute(db),
      hash: (db, one) => sql`update audit set hash = sha256(hash) where seq = ${one}`.execute(db),
      "entry with its hash": (db, one) =>
        sql`update audit set entry = '{}', hash = sha256(previous || convert_to(seq::text || E'\n' || (extract(epoch from at) * 1000)::bigint || E'\n{}', 'UTF8')) where seq = ${one}`.execute(
          db,
        ),
      removal: (db, one) => sql`delete from audit where seq = ${one}`.execute(db),
      "cut-off end": (db, one) => sql`delete from audit where seq >= ${one}`.execute(db),
      "forged end": (db) =>
        sql`insert into audit select seq + 1, at, entry, hash, sha256(hash || convert_to((seq + 1)::text || E'\n' || (extract(epoch from at) * 1000)::bigint || E'\n' || entry, 'UTF8')) from audit where seq = ${length}`.execute(
          db,
        ),
      exchange: (db, one, other) =>
        sql`update audit set entry = (select b.entry from audit b where b.seq = case audit.seq when ${one} then ${other}::bigint else ${one}::bigint end), at = (select b.at from audit b where b.seq = case audit.seq when ${one} then ${other}::bigint else ${one}::bigint end) where seq in (${one}, ${other})`.execute(
          db,
        ),
      "lost head": (db) => sql`delete from audit_head`.execute(db),
    };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(forms)), seq, seq, async (form, one, other) => {
        fc.pre(one !== other);
        const verdict = await tampered(store, (db) => forms[form]?.(db, one, other) ?? Promise.reject(new Error(form)));
        expect({ form, kind: verdict?.kind }).toEqual({ form, kind: "broken" });
      }),
      { numRuns: 60 },
    );
    expect(await verifyAudit(store.db)).toMatchObject({ kind: "whole", head: { seq: length } });
  }));

test("a chain written anew from a row on is found by a head that was kept", () =>
  withStore(async (store) => {
    await appendAudit(store.db, anEntry());
    const kept = await appendAudit(store.db, anEntry({ action: "guest.destroy" }));
    await appendAudit(store.db, anEntry());
    expect(await verifyAudit(store.db, [kept])).toMatchObject({ kind: "whole" });
    await sql`alter table audit disable trigger append_only`.execute(store.db);
    await sql`delete from audit where seq >= 2`.execute(store.db);
    await sql`update audit_head set seq = 1, hash = (select hash from audit where seq = 1)`.execute(store.db);
    await appendAudit(store.db, anEntry({ action: "guest.start" }));
    expect(await verifyAudit(store.db)).toMatchObject({ kind: "whole" });
    expect(await verifyAudit(store.db, [kept])).toEqual({
      kind: "broken",
      seq: 2,
      why: "row 2 is not the one whose hash was kept",
    });
  }));

test("rows can be neither changed nor removed by the ways that are meant for use", () =>
  withStore(async (store) => {
    await appendAudit(store.db, anEntry());
    await expect(store.db.updateTable("audit").set({ entry: "{}" }).execute()).rejects.toThrow("append-only");
    await expect(store.db.deleteFrom("audit").execute()).rejects.toThrow("append-only");
    await expect(sql`truncate audit`.execute(store.db)).rejects.toThrow("append-only");
  }));

test("many that write at once make one chain, and one that is rolled back leaves no hole", () =>
  withStore(async (store) => {
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        index % 4 === 0
          ? store.db
              .transaction()
              .execute(async (db) => {
                await appendAudit(db, anEntry());
                throw new Undo();
              })
              .catch(() => undefined)
          : appendAudit(store.db, anEntry({ subject: `qemu/${index}` })),
      ),
    );
    expect(await verifyAudit(store.db)).toMatchObject({ kind: "whole", head: { seq: 30 } });
  }));

test("the order in which details are put together is no part of them", () =>
  withStore(async (store) => {
    await appendAudit(store.db, anEntry({ details: { b: 1, a: { d: [2], c: null } } }));
    const { entry } = await store.db.selectFrom("audit").select("entry").executeTakeFirstOrThrow();
    expect(entry).toBe(
      '{"action":"guest.stop","details":{"a":{"c":null,"d":[2]},"b":1},"outcome":"done","subject":"qemu/100","who":"ada"}',
    );
  }));
