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
    signsIn: z.enum(["password", "provider"]).describe("how: roles of the second kind come of what the provider says"),
    madeAt: z.number(),
    disabled: z.boolean(),
  }),
);

const shown = ({ id, name, roles, identity, madeAt, disabled }: Account): z.input<typeof account> => ({
  id,
  name,
  roles: [...roles],
  signsIn: identity.kind,
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
    if (found.identity.kind === "provider" && (body.roles !== undefined || body.password !== undefined))
      throw new Refusal(
        "conflict",
        `${found.name} signs in at a provider, which says the roles; here he can be disabled.`,
      );
    const changed: Account = {
      ...found,
      roles: body.roles === undefined ? found.roles : [...new Set(body.roles)],
      disabled: body.disabled ?? found.disabled,
      identity:
        body.password === undefined
          ? found.identity
          : { kind: "password", hash: await services.signIn.hashed(body.password) },
    };
    if (!(await accounts.change(changed)))
      throw new Refusal("conflict", `${found.name} is the last admin. Make another one first.`);
    // Whoever changes his own password keeps the session that he does it in, and no other.
    const own =
      caller.kind === "person" && caller.account === found.id ? await sessions.get(caller.session) : undefined;
    await sessions.removeOf(found.id);
    services.signIn.forget();
    if (own !== undefined && !changed.disabled) await sessions.put(own);
    return shown(changed);
  },
});

export const accountRoutes: readonly Route[] = [list, make, change];
