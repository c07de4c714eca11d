import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { type Role, roles } from "../access/role.ts";
import { sessionCookie } from "../access/sign-in.ts";
import { named } from "../http/open-api.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import type { Services } from "../services.ts";

export const accountName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, "expected letters, digits, dots, dashes and @, 64 at most");
export const newPassword = z.string().min(12).max(1024);
export const role = named("Role", z.enum(roles));

const session = named(
  "Session",
  z.strictObject({
    name: z.string(),
    roles: z.array(role),
    kind: z.enum(["person", "token"]),
    csrf: z.string().optional().describe("what changes carry in the header x-orrery-csrf"),
    heldBack: z
      .strictObject({ roles: z.array(role), why: z.string() })
      .optional()
      .describe("roles of the account that this session has not, and why"),
  }),
);

const withoutSecondFactor = "You signed in without a second factor, which these roles take. Sign in again with one.";

/** What the account has beyond the session; nothing where that cannot be looked up now. */
const heldBack = async (
  { keeping }: Services,
  caller: Exclude<Caller, { kind: "nobody" }>,
): Promise<readonly Role[]> => {
  const account = await keeping.accounts.get(caller.account).catch(() => undefined);
  return account?.roles.filter((one) => !caller.roles.includes(one)) ?? [];
};

const setUp = jsonRoute({
  id: "setUp",
  method: "POST",
  url: "/api/setup",
  tag: "Session",
  summary: "makes the first account, which has every role, by the one-time link that the server printed",
  access: { kind: "open", because: "nobody has an account yet; the secret of the link lets in" },
  guessable: true,
  ...nothing,
  body: z.strictObject({ secret: z.string().max(200), name: accountName, password: newPassword }),
  status: 201,
  reply: session,
  handle: async ({ body, services, exchange }) => {
    const account = await services.signIn.setUp(body.secret, body.name, body.password);
    if (account === undefined)
      throw new Refusal(
        "wrong-credentials",
        "The link is not good any more: it is for one use, within an hour of the server's start.",
      );
    const begun = await services.signIn.begin(account);
    exchange.became(account);
    exchange.header("set-cookie", sessionCookie(begun.secret));
    return { name: account.name, roles: [...account.roles], kind: "person" as const, csrf: begun.session.csrf };
  },
});

const signIn = jsonRoute({
  id: "signIn",
  method: "POST",
  url: "/api/session",
  tag: "Session",
  summary: "begins a session, which the browser keeps as a cookie",
  access: { kind: "open", because: "whoever signs in is not known yet" },
  guessable: true,
  ...nothing,
  body: z.strictObject({ name: z.string().max(64), password: z.string().max(1024) }),
  status: 201,
  reply: session,
  handle: async ({ body, services, exchange }) => {
    const account = await services.signIn.accountOf(body.name, body.password);
    if (account === undefined) throw new Refusal("wrong-credentials", "Name and password do not go together.");
    const begun = await services.signIn.begin(account);
    exchange.became(account);
    exchange.header("set-cookie", sessionCookie(begun.secret));
    return { name: account.name, roles: [...account.roles], kind: "person" as const, csrf: begun.session.csrf };
  },
});

const current = jsonRoute({
  id: "getSession",
  method: "GET",
  url: "/api/session",
  tag: "Session",
  summary: "who asks, with which roles",
  access: { kind: "known" },
  ...nothing,
  reply: session,
  handle: async ({ caller, services }) => {
    if (caller.kind === "nobody") throw new Refusal("not-signed-in", "Sign in first.");
    const kept = await services.signIn.sessionOf(caller);
    const lacks = kept?.roles === undefined ? [] : await heldBack(services, caller);
    return {
      name: caller.name,
      roles: [...caller.roles],
      kind: caller.kind,
      ...(kept === undefined ? {} : { csrf: kept.csrf }),
      ...(lacks.length === 0 ? {} : { heldBack: { roles: [...lacks], why: withoutSecondFactor } }),
    };
  },
});

const signOut = jsonRoute({
  id: "signOut",
  method: "DELETE",
  url: "/api/session",
  tag: "Session",
  summary: "ends the session",
  access: { kind: "person" },
  ...nothing,
  reply: z.strictObject({
    provider: z.string().optional().describe("where to go to sign out at the provider of identities too"),
  }),
  handle: async ({ caller, services, exchange }) => {
    if (caller.kind !== "person") return {};
    const account = await services.keeping.accounts.get(caller.account);
    await services.keeping.sessions.remove(caller.session);
    services.signIn.forget();
    exchange.header("set-cookie", sessionCookie(undefined));
    if (account?.identity.kind !== "provider") return {};
    // He is signed out here, whatever the provider does.
    const provider = await services.provider?.signOutAddress().catch(() => undefined);
    return provider === undefined ? {} : { provider };
  },
});

export const sessionRoutes: readonly Route[] = [setUp, signIn, current, signOut];
