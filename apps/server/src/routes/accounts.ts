import { z } from "zod";
import { named } from "../http/open-api.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import type { Account } from "../keeping/keeping.ts";
import { accountName, newPassword, role } from "./session.ts";

const account = named(
  "Account",
  z.strictObject({
    id: z.string(),
    name: z.string(),
    roles: z.array(role),
    madeAt: z.number(),
    disabled: z.boolean(),
  }),
);

const shown = ({ id, name, roles, madeAt, disabled }: Account): z.input<typeof account> => ({
  id,
  name,
  roles: [...roles],
  madeAt,
  disabled,
});

/** Rights are given out by people, not by programs. */
const admin = { kind: "person of role", role: "admin" } as const;
const held = z.array(role).min(1).max(5);

const list = jsonRoute({
  id: "listAccounts",
  method: "GET",
  url: "/api/accounts",
  tag: "Accounts",
  summary: "the accounts and their roles",
  access: admin,
  ...nothing,
  reply: z.strictObject({ accounts: z.array(account) }),
  handle: async ({ services }) => ({ accounts: (await services.keeping.accounts.list()).map(shown) }),
});

const make = jsonRoute({
  id: "makeAccount",
  method: "POST",
  url: "/api/accounts",
  tag: "Accounts",
  summary: "makes a local account",
  access: admin,
  ...nothing,
  body: z.strictObject({ name: accountName, password: newPassword, roles: held }),
  status: 201,
  reply: account,
  handle: async ({ body, services }) => {
    const made = await services.signIn.newAccount(body.name, body.password, body.roles);
    if (!(await services.keeping.accounts.add(made)))
      throw new Refusal("conflict", "An account of that name is there already.", { place: "body.name" });
    return shown(made);
  },
});

const change = jsonRoute({
  id: "changeAccount",
  method: "PUT",
  url: "/api/accounts/{account}",
  tag: "Accounts",
  summary: "changes an account's roles, disables it or lets it in again; its sessions end",
  access: admin,
  ...nothing,
  path: z.strictObject({ account: z.string().max(100) }),
  body: z.strictObject({ roles: held.optional(), disabled: z.boolean().optional(), password: newPassword.optional() }),
  reply: account,
  handle: async ({ path, body, caller, services }) => {
    const { accounts, sessions } = services.keeping;
    const found = await accounts.get(path.account);
    if (found === undefined) throw new Refusal("not-found", "There is no such account.", { place: "path.account" });
    const changed: Account = {
      ...found,
      roles: body.roles === undefined ? found.roles : [...new Set(body.roles)],
      disabled: body.disabled ?? found.disabled,
      password: body.password === undefined ? found.password : await services.signIn.hashed(body.password),
    };
    const isAdmin = ({ roles, disabled }: Account): boolean => roles.includes("admin") && !disabled;
    const others = (await accounts.list()).filter(({ id }) => id !== found.id);
    if (isAdmin(found) && !isAdmin(changed) && !others.some(isAdmin))
      throw new Refusal("conflict", `${found.name} is the last admin. Make another one first.`);
    await accounts.put(changed);
    // Whoever changes his own password keeps the session that he does it in, and no other.
    const own =
      caller.kind === "person" && caller.account === found.id ? await sessions.get(caller.session) : undefined;
    await sessions.removeOf(found.id);
    if (own !== undefined && !changed.disabled) await sessions.put(own);
    return shown(changed);
  },
});

export const accountRoutes: readonly Route[] = [list, make, change];
