import type { Keeping } from "../keeping.ts";
import { type Database, type Doubt, isName, reaching } from "./reaching.ts";
import { attemptOf, attemptRow, sessionOf, sessionRow, tokenOf, tokenRow } from "./rows.ts";

export const sessionsIn = (db: Database, doubt: Doubt): Keeping["sessions"] =>
  reaching(doubt, {
    get: async (hash) => {
      const row = await db.selectFrom("session").selectAll().where("hash", "=", hash).executeTakeFirst();
      return row === undefined ? undefined : sessionOf(row);
    },
    put: async (session) => {
      const { hash, ...rest } = sessionRow(session);
      await db
        .insertInto("session")
        .values({ hash, ...rest })
        .onConflict((conflict) => conflict.column("hash").doUpdateSet(rest))
        .execute();
    },
    extend: async (session) => {
      const { hash, ...rest } = sessionRow(session);
      await db.updateTable("session").set(rest).where("hash", "=", hash).execute();
    },
    remove: async (hash) => {
      await db.deleteFrom("session").where("hash", "=", hash).execute();
    },
    removeOf: async (account) => {
      await db.deleteFrom("session").where("account", "=", account).execute();
    },
    sweep: async (now) => {
      await db.deleteFrom("session").where("ends_at", "<=", new Date(now)).execute();
    },
  });

export const tokensIn = (db: Database, doubt: Doubt): Keeping["tokens"] =>
  reaching(doubt, {
    list: async () =>
      (await db.selectFrom("token").selectAll().orderBy("made_at").orderBy("id").execute()).map(tokenOf),
    get: async (id) => {
      if (!isName(id)) return undefined;
      const row = await db.selectFrom("token").selectAll().where("id", "=", id).executeTakeFirst();
      return row === undefined ? undefined : tokenOf(row);
    },
    byHash: async (hash) => {
      const row = await db.selectFrom("token").selectAll().where("hash", "=", hash).executeTakeFirst();
      return row === undefined ? undefined : tokenOf(row);
    },
    put: async (token) => {
      const { id, ...rest } = tokenRow(token);
      await db
        .insertInto("token")
        .values({ id, ...rest })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(rest))
        .execute();
    },
    remove: async (id) => {
      if (!isName(id)) return false;
      const { numDeletedRows } = await db.deleteFrom("token").where("id", "=", id).executeTakeFirst();
      return numDeletedRows > 0n;
    },
    sweep: async (now) => {
      await db.deleteFrom("token").where("expires_at", "<=", new Date(now)).execute();
    },
  });

export const attemptsIn = (db: Database, doubt: Doubt): Keeping["attempts"] =>
  reaching(doubt, {
    put: async (attempt) => {
      await db.insertInto("sign_in_attempt").values(attemptRow(attempt)).execute();
    },
    take: async (hash) => {
      const row = await db.deleteFrom("sign_in_attempt").where("hash", "=", hash).returningAll().executeTakeFirst();
      return row === undefined ? undefined : attemptOf(row);
    },
    sweep: async (now) => {
      await db.deleteFrom("sign_in_attempt").where("ends_at", "<=", new Date(now)).execute();
    },
  });
