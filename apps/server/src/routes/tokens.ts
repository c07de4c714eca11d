import { randomUUID } from "node:crypto";
import { z } from "zod";
import { hashOf, newSecret } from "../access/secret.ts";
import { named } from "../http/open-api.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import type { ApiToken } from "../keeping/keeping.ts";
import { role } from "./session.ts";

const dayMs = 86_400_000;
const clusters = z.union([z.literal("all"), z.array(z.string().max(100)).min(1).max(100)]);

const token = named(
  "ApiToken",
  z.strictObject({
    id: z.string(),
    account: z.string().describe("the account's id"),
    about: z.string(),
    roles: z.array(role),
    clusters,
    madeAt: z.number(),
    expiresAt: z.number(),
  }),
);

const shown = ({ hash: _hash, roles, clusters: scope, ...rest }: ApiToken): z.input<typeof token> => ({
  ...rest,
  roles: [...roles],
  clusters: scope === "all" ? scope : [...scope],
});

const list = jsonRoute({
  id: "listTokens",
  method: "GET",
  url: "/api/tokens",
  tag: "Tokens",
  summary: "one's own API tokens; an admin sees all",
  access: { kind: "person" },
  ...nothing,
  reply: z.strictObject({ tokens: z.array(token) }),
  handle: async ({ caller, services }) => {
    if (caller.kind !== "person") return { tokens: [] };
    const all = await services.keeping.tokens.list();
    const seen = caller.roles.includes("admin") ? all : all.filter(({ account }) => account === caller.account);
    return { tokens: seen.map(shown) };
  },
});

const make = jsonRoute({
  id: "makeToken",
  method: "POST",
  url: "/api/tokens",
  tag: "Tokens",
  summary: "makes an API token with some of one's own roles; its secret is told this once",
  access: { kind: "person" },
  ...nothing,
  body: z.strictObject({
    about: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^\0]*$/, "expected no NUL"),
    roles: z.array(role).min(1).max(5),
    clusters: clusters.default("all"),
    days: z.number().int().min(1).max(366).describe("until it expires"),
  }),
  status: 201,
  reply: z.strictObject({ token, secret: z.string() }),
  handle: async ({ caller, body, services }) => {
    if (caller.kind !== "person") throw new Refusal("forbidden", "A token makes no tokens.");
    const missing = body.roles.find((wanted) => wanted !== "viewer" && !caller.roles.includes(wanted));
    if (missing !== undefined)
      throw new Refusal("forbidden", `A token has no role that its account has not: ${missing}.`);
    const secret = `orrery_${newSecret()}`;
    const now = services.ownClock.now();
    const made: ApiToken = {
      id: randomUUID(),
      hash: hashOf(secret),
      account: caller.account,
      about: body.about,
      roles: [...new Set(body.roles)],
      clusters: body.clusters,
      madeAt: now,
      expiresAt: now + body.days * dayMs,
    };
    await services.keeping.tokens.put(made);
    return { token: shown(made), secret };
  },
});

const revoke = jsonRoute({
  id: "revokeToken",
  method: "DELETE",
  url: "/api/tokens/{token}",
  tag: "Tokens",
  summary: "ends an API token at once: one's own, and for an admin any",
  access: { kind: "person" },
  ...nothing,
  path: z.strictObject({ token: z.string().max(100) }),
  reply: z.strictObject({}),
  handle: async ({ caller, path, services }) => {
    const found = await services.keeping.tokens.get(path.token);
    const isMine = caller.kind === "person" && (caller.roles.includes("admin") || caller.account === found?.account);
    if (found === undefined || !isMine)
      throw new Refusal("not-found", "There is no such token of yours.", { place: "path.token" });
    await services.keeping.tokens.remove(found.id);
    services.signIn.forget();
    return {};
  },
});

export const tokenRoutes: readonly Route[] = [list, make, revoke];
