import { sql } from "kysely";
import { type Account, isAdmin, type Keeping } from "../keeping.ts";
import { type Database, type Doubt, isName, reaching } from "./reaching.ts";
import { accountOf, accountRow } from "./rows.ts";

const add = async (db: Database, account: Account): Promise<boolean> => {
  const { numInsertedOrUpdatedRows = 0n } = await db
    .insertInto("account")
    .values(accountRow(account))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows > 0n;
};

/** Nobody else changes an account meanwhile. */
const alone = <T>(db: Database, work: (within: Database) => Promise<T>): Promise<T> =>
  db.transaction().execute(async (within) => {
    await sql`lock table account in share row exclusive mode`.execute(within);
    return work(within);
  });

const isAdminBeside = async (db: Database, id: string): Promise<boolean> => {
  const found = await db
    .selectFrom("account")
    .select("id")
    .where("id", "<>", id)
    .where("disabled", "=", false)
    .where(sql<boolean>`'admin' = any(roles)`)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
};

export const accountsIn = (db: Database, doubt: Doubt): Keeping["accounts"] => {
  const all = db.selectFrom("account").selectAll();
  const one = async (query: typeof all): Promise<Account | undefined> => {
    const row = await query.executeTakeFirst();
    return row === undefined ? undefined : accountOf(row);
  };
  const nobody = Promise.resolve(undefined);
  return reaching(doubt, {
    list: async () => (await all.orderBy("made_at").orderBy("id").execute()).map(accountOf),
    get: (id) => (isName(id) ? one(all.where("id", "=", id)) : nobody),
    named: (name) => (isName(name) ? one(all.where("name", "=", name)) : nobody),
    bySubject: (issuer, subject) =>
      isName(issuer + subject) ? one(all.where("issuer", "=", issuer).where("subject", "=", subject)) : nobody,
    add: (account) => add(db, account),
    addFirst: (account) =>
      alone(db, async (within) => !(await isAdminBeside(within, account.id)) && (await add(within, account))),
    setRoles: async (id, roles) => {
      await db
        .updateTable("account")
        .set({ roles: [...roles] })
        .where("id", "=", id)
        .execute();
    },
    change: (account) =>
      alone(db, async (within) => {
        if (!isAdmin(account) && !(await isAdminBeside(within, account.id))) return false;
        const { id, ...rest } = accountRow(account);
        await within.updateTable("account").set(rest).where("id", "=", id).execute();
        return true;
      }),
  });
};
