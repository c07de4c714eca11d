import type { Incident, Transition } from "@orrery/alerting";
import type { Store, Tables } from "@orrery/store";
import type { AlertMemory, Change, Going, KeptNotice, KeptSilence, LoadedAlerts, NoticeState } from "@orrery/watch";
import type { Kysely, Selectable, Transaction } from "kysely";

/** What we wrote ourselves comes back as it was. */
const read = <T>(text: string): T => JSON.parse(text) as T;
const written = (value: unknown): string => JSON.stringify(value);

/** So many steps lie between two sweeps: about an hour. */
const sweepEvery = 360;
const day = 86_400_000;
const keptFor = { moves: 400 * day, changes: 30 * day, notices: 30 * day, silences: 400 * day };

type Trx = Transaction<Tables>;

const stateOf = ({ state, tries, moment, why }: Selectable<Tables["alert_notice"]>): NoticeState => {
  switch (state) {
    case "waiting":
      return { kind: state, tries, next: moment, ...(why === null ? {} : { why }) };
    case "sending":
      return { kind: state, tries, until: moment };
    case "sent":
      return { kind: state, tries, at: moment };
    case "failed":
      return { kind: state, tries, at: moment, why: why ?? "" };
  }
};

const columnsOf = (state: NoticeState): Pick<Tables["alert_notice"], "state" | "tries" | "moment" | "why"> => {
  const { kind, tries } = state;
  switch (state.kind) {
    case "waiting":
      return { state: kind, tries, moment: state.next, why: state.why ?? null };
    case "sending":
      return { state: kind, tries, moment: state.until, why: null };
    case "sent":
      return { state: kind, tries, moment: state.at, why: null };
    case "failed":
      return { state: kind, tries, moment: state.at, why: state.why };
  }
};

const noticeOf = (row: Selectable<Tables["alert_notice"]>): KeptNotice => ({
  id: row.id,
  at: row.at,
  receiver: row.receiver,
  message: read(row.message),
  state: stateOf(row),
});

/** One after the other for a cluster: what is read in between stays as it is. */
const locked = async (trx: Trx, cluster: string): Promise<number> => {
  await trx
    .insertInto("alert_going")
    .values({ cluster, revision: 0, at: null, going: null })
    .onConflict((conflict) => conflict.column("cluster").doNothing())
    .execute();
  const { revision } = await trx
    .selectFrom("alert_going")
    .select("revision")
    .where("cluster", "=", cluster)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return Number(revision);
};

const putIncident = async (trx: Trx, cluster: string, incident: Incident): Promise<void> => {
  const values = { opened: incident.opened, closed: incident.state.kind === "closed", entry: written(incident) };
  await trx
    .insertInto("incident")
    .values({ cluster, id: incident.id, ...values })
    .onConflict((conflict) => conflict.columns(["cluster", "id"]).doUpdateSet(values))
    .execute();
};

const sweep = async (trx: Trx, cluster: string, now: number): Promise<void> => {
  await trx
    .deleteFrom("alert_transition")
    .where("cluster", "=", cluster)
    .where("at", "<", now - keptFor.moves)
    .execute();
  await trx
    .deleteFrom("alert_change")
    .where("cluster", "=", cluster)
    .where("at", "<", now - keptFor.changes)
    .execute();
  await trx
    .deleteFrom("alert_silence")
    .where("cluster", "=", cluster)
    .where("ends", "<", now - keptFor.silences)
    .execute();
  await trx
    .deleteFrom("alert_notice")
    .where("cluster", "=", cluster)
    .where("at", "<", now - keptFor.notices)
    .where("state", "in", ["sent", "failed"])
    .execute();
};

/** Keeps it in PostgreSQL, for all servers on that database. */
export const storeAlertMemory = ({ db }: { readonly db: Kysely<Tables> } | Pick<Store, "db">): AlertMemory => ({
  load: (cluster) =>
    db
      .transaction()
      .setIsolationLevel("repeatable read")
      .execute(async (trx): Promise<LoadedAlerts> => {
        const row = await trx.selectFrom("alert_going").selectAll().where("cluster", "=", cluster).executeTakeFirst();
        const looks = await trx
          .selectFrom("alert_look")
          .select(["at", "lasting"])
          .where("cluster", "=", cluster)
          .orderBy("at")
          .execute();
        return {
          revision: Number(row?.revision ?? 0),
          going: row?.going == null ? undefined : read<Going>(row.going),
          looks: looks.map(({ at, lasting }) => ({ at, lasting: read(lasting) })),
        };
      }),
  going: async (cluster) => {
    const row = await db.selectFrom("alert_going").select("going").where("cluster", "=", cluster).executeTakeFirst();
    return row?.going == null ? undefined : read<Going>(row.going);
  },
  keep: (cluster, revision, step) =>
    db.transaction().execute(async (trx) => {
      if ((await locked(trx, cluster)) !== revision) return undefined;
      const { going, looks, transitions, changes, notices } = step;
      await trx
        .updateTable("alert_going")
        .set({ revision: revision + 1, at: going.at, going: written(going) })
        .where("cluster", "=", cluster)
        .execute();
      await trx
        .deleteFrom("alert_look")
        .where("cluster", "=", cluster)
        .where("at", "<", step.forgetLooksBefore)
        .execute();
      if (looks.length > 0)
        await trx
          .insertInto("alert_look")
          .values(looks.map(({ at, lasting }) => ({ cluster, at, lasting: written(lasting) })))
          .onConflict((conflict) => conflict.columns(["cluster", "at"]).doNothing())
          .execute();
      if (transitions.length > 0)
        await trx
          .insertInto("alert_transition")
          .values(transitions.map((one) => ({ cluster, at: one.at, entry: written(one) })))
          .execute();
      if (changes.length > 0)
        await trx
          .insertInto("alert_change")
          .values(changes.map((one) => ({ cluster, at: one.at, entry: written(one) })))
          .execute();
      if (notices.length > 0)
        await trx
          .insertInto("alert_notice")
          .values(
            notices.map(({ id, at, receiver, message }) => ({
              cluster,
              id,
              at,
              receiver,
              message: written(message),
              ...columnsOf({ kind: "waiting", tries: 0, next: at }),
            })),
          )
          .execute();
      if (revision % sweepEvery === 0) await sweep(trx, cluster, going.at);
      if (step.incidents === undefined) return [];
      const rows = await trx
        .selectFrom("incident")
        .select("entry")
        .where("cluster", "=", cluster)
        .where("closed", "=", false)
        .orderBy("opened")
        .execute();
      const open = rows.map(({ entry }) => read<Incident>(entry));
      const changed = step.incidents(open).filter((incident) => !open.includes(incident));
      for (const incident of changed) await putIncident(trx, cluster, incident);
      return changed;
    }),

  unsettled: async (cluster) =>
    (
      await db
        .selectFrom("alert_notice")
        .selectAll()
        .where("cluster", "=", cluster)
        .where("state", "in", ["waiting", "sending"])
        .orderBy("seq")
        .execute()
    ).map(noticeOf),
  claim: async (cluster, id, now, until) => {
    const { numUpdatedRows } = await db
      .updateTable("alert_notice")
      .set((eb) => ({ state: "sending" as const, tries: eb("tries", "+", 1), moment: until, why: null }))
      .where("cluster", "=", cluster)
      .where("id", "=", id)
      .where((eb) =>
        eb.or([eb("state", "=", "waiting"), eb.and([eb("state", "=", "sending"), eb("moment", "<=", now)])]),
      )
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },
  settle: async (cluster, id, state) => {
    await db
      .updateTable("alert_notice")
      .set(columnsOf(state))
      .where("cluster", "=", cluster)
      .where("id", "=", id)
      .execute();
  },
  notices: async (cluster, limit) =>
    (
      await db
        .selectFrom("alert_notice")
        .selectAll()
        .where("cluster", "=", cluster)
        .orderBy("seq", "desc")
        .limit(limit)
        .execute()
    ).map(noticeOf),

  silences: async (cluster, at) =>
    (
      await db
        .selectFrom("alert_silence")
        .select("entry")
        .where("cluster", "=", cluster)
        .where("ends", ">", at)
        .orderBy("id")
        .execute()
    ).map(({ entry }) => read<KeptSilence>(entry)),
  addSilence: async (cluster, silence) => {
    await db
      .insertInto("alert_silence")
      .values({ cluster, id: silence.id, ends: silence.ends, entry: written(silence) })
      .execute();
  },
  endSilence: (cluster, id, at) =>
    db.transaction().execute(async (trx) => {
      const row = await trx
        .selectFrom("alert_silence")
        .select("entry")
        .where("cluster", "=", cluster)
        .where("id", "=", id)
        .where("ends", ">", at)
        .forUpdate()
        .executeTakeFirst();
      if (row === undefined) return false;
      const silence: KeptSilence = { ...read<KeptSilence>(row.entry), ends: at };
      await trx
        .updateTable("alert_silence")
        .set({ ends: at, entry: written(silence) })
        .where("cluster", "=", cluster)
        .where("id", "=", id)
        .execute();
      return true;
    }),

  incidents: async (cluster, limit) =>
    (
      await db
        .selectFrom("incident")
        .select("entry")
        .where("cluster", "=", cluster)
        .orderBy("opened", "desc")
        .limit(limit)
        .execute()
    ).map(({ entry }) => read<Incident>(entry)),
  incident: async (cluster, id) => {
    const row = await db
      .selectFrom("incident")
      .select("entry")
      .where("cluster", "=", cluster)
      .where("id", "=", id)
      .executeTakeFirst();
    return row === undefined ? undefined : read<Incident>(row.entry);
  },
  amend: (cluster, id, change) =>
    db.transaction().execute(async (trx) => {
      await locked(trx, cluster);
      const row = await trx
        .selectFrom("incident")
        .select("entry")
        .where("cluster", "=", cluster)
        .where("id", "=", id)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const changed = change(read<Incident>(row.entry));
      await putIncident(trx, cluster, changed);
      return changed;
    }),

  transitions: async (cluster, { from, to, limit }) =>
    (
      await db
        .selectFrom("alert_transition")
        .select("entry")
        .where("cluster", "=", cluster)
        .where("at", ">=", from)
        .where("at", "<=", to)
        .orderBy("at", "desc")
        .orderBy("id", "desc")
        .limit(limit)
        .execute()
    ).map(({ entry }) => read<Transition>(entry)),
  changes: async (cluster, { from, to, limit }) =>
    (
      await db
        .selectFrom("alert_change")
        .select("entry")
        .where("cluster", "=", cluster)
        .where("at", ">=", from)
        .where("at", "<=", to)
        .orderBy("at", "desc")
        .orderBy("id", "desc")
        .limit(limit)
        .execute()
    ).map(({ entry }) => read<Change>(entry)),
});
