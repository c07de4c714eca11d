import { z } from "zod";
import { type Environment, secretPlace } from "../secret-place.ts";
import { type Role, roles } from "./role.ts";

const https = z.string().regex(/^https:\/\/[^\s?#]+$/, "expected https://HOST, with a path or without");
/** A claim of the ID token and one of the values it may have. */
const claimed = z.strictObject({ claim: z.string().min(1), value: z.string().min(1) });

/** How people sign in at a provider of identities, by OpenID Connect. */
const providerSettings = z.strictObject({
  issuer: https,
  client: z.string().min(1),
  secret: secretPlace.optional(),
  /** Where browsers find this server; its own address unless told. */
  url: https.optional(),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, "expected a scope")).default(["openid", "profile"]),
  /** The claim whose values give roles: a text or a list of them. */
  rolesClaim: z.string().min(1).default("roles"),
  /** Which values of that claim give which role. */
  roles: z.partialRecord(z.enum(roles), z.array(z.string().min(1)).min(1)),
  /** What of the ID token shows more than a password: every role but viewer takes one of these. */
  strong: z
    .array(claimed)
    .min(1)
    .default([{ claim: "amr", value: "mfa" }]),
  /** Who shows none of it is let in as a viewer, or not at all. */
  withoutStrong: z.enum(["viewer", "refused"]).default("viewer"),
});
export type ProviderSettings = z.output<typeof providerSettings>;

export type ReadProvider =
  | { readonly kind: "none" }
  | { readonly kind: "provider"; readonly provider: ProviderSettings }
  | { readonly kind: "problems"; readonly problems: readonly string[] };

const variables = {
  issuer: "ORRERY_OIDC_ISSUER",
  client: "ORRERY_OIDC_CLIENT",
  secret: "ORRERY_OIDC_SECRET",
  url: "ORRERY_OIDC_URL",
  scopes: "ORRERY_OIDC_SCOPES",
  rolesClaim: "ORRERY_OIDC_ROLES_CLAIM",
  roles: "ORRERY_OIDC_ROLES",
  strong: "ORRERY_OIDC_STRONG",
  withoutStrong: "ORRERY_OIDC_WITHOUT_STRONG",
} as const;

const isRole = (text: string): text is Role => roles.some((role) => role === text);

/** `NAME=VALUE; NAME=VALUE`: values may hold anything but a semicolon. */
const pairsIn = (text: string): readonly (readonly [name: string, value: string])[] =>
  text
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      return at < 0 ? [pair, ""] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    });

/** What the environment says of a provider. All problems come back at once, each with its variable. */
export const readProvider = (env: Environment): ReadProvider => {
  const told = (name: keyof typeof variables): string | undefined => env[variables[name]]?.trim() || undefined;
  if (Object.values(variables).every((name) => (env[name] ?? "") === "")) return { kind: "none" };
  const problems: string[] = [];
  const byRole: Partial<Record<Role, string[]>> = {};
  for (const [name, value] of pairsIn(told("roles") ?? "")) {
    if (!isRole(name) || value === "")
      problems.push(
        `${variables.roles}: expected ROLE=VALUE; ROLE=VALUE with the roles ${roles.join(", ")}, got "${name}"`,
      );
    else byRole[name] = [...(byRole[name] ?? []), value];
  }
  if (problems.length === 0 && Object.keys(byRole).length === 0)
    problems.push(
      `${variables.roles}: say which values of the claim give which role, such as viewer=lab; operator=lab-operators`,
    );
  const strong = told("strong");
  const read = providerSettings.safeParse({
    issuer: told("issuer"),
    client: told("client"),
    secret: told("secret"),
    url: told("url"),
    scopes: told("scopes")?.split(/\s+/),
    rolesClaim: told("rolesClaim"),
    roles: byRole,
    strong: strong === undefined ? undefined : pairsIn(strong).map(([claim, value]) => ({ claim, value })),
    withoutStrong: told("withoutStrong"),
  });
  if (!read.success)
    for (const { path, message } of read.error.issues) {
      const name = variables[path[0] as keyof typeof variables] ?? "ORRERY_OIDC_*";
      problems.push(`${name}: ${env[name] === undefined ? "is missing" : message}`);
    }
  return read.success && problems.length === 0
    ? { kind: "provider", provider: read.data }
    : { kind: "problems", problems };
};
