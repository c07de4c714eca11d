import { z } from "zod";
import { claims } from "./claims.ts";
import { localName, text } from "./names.ts";
import { plainOptions } from "./options.ts";
import { secretSchema } from "./secret.ts";
import { measurable } from "./unknown.ts";

/** The second factor that a realm itself demands at each sign-in. */
const realmTfa = z.strictObject({
  type: z.enum(["oath", "yubico"]),
  /** OATH: digits of a code, and seconds that it holds. */
  digits: z.number().int().min(6).max(8).optional(),
  step: z.number().int().min(10).optional(),
  /** Yubico: the API's id, its key and where it answers. */
  id: text.optional(),
  key: secretSchema.optional(),
  url: text.optional(),
});

/** An instant of expiry: a date means its midnight in UTC. */
const expiry = z.union([z.iso.date(), z.iso.datetime(), z.literal("never")], {
  error: 'expected a date such as "2026-12-31", an instant such as "2026-12-31T12:00:00Z", or "never"',
});

export const realm = z.strictObject({
  kind: z.enum(["pam", "pve", "openid", "ldap", "ad"]),
  /** What the sign-in page calls it. */
  name: text.optional(),
  /** Whether nobody gets in by this realm without a second factor, and what enforces it. */
  mfa: measurable(z.strictObject({ required: z.boolean(), enforcedBy: text.optional() })),
  issuer: measurable(text).optional(),
  /** OpenID: groups of the claim replace the user's groups at each sign-in, so that removal there revokes here. */
  groupsOverwrite: measurable(z.boolean()).optional(),
  /** The realm that the sign-in page offers first. */
  default: z.boolean().optional(),
  tfa: realmTfa.optional(),
  /** OpenID: who the cluster is for the provider, and what it proves that with. */
  clientId: measurable(text).optional(),
  clientKey: secretSchema.optional(),
  /** OpenID: the claim that names the user; `subject` where nothing is said. It never changes once the realm is there. */
  usernameClaim: text.optional(),
  /** OpenID: whoever signs in first is made a user, without rights. */
  autocreate: z.boolean().optional(),
  /** OpenID: the claim that names the user's groups; without it, groups are the cluster's own affair. */
  groupsClaim: text.optional(),
  groupsAutocreate: z.boolean().optional(),
  scopes: z.array(text).optional(),
  acrValues: z.array(text).optional(),
  /** LDAP, AD: what the cluster binds with, for the `bind_dn` of the options. */
  password: secretSchema.optional(),
  /** All else, by Proxmox's names: `server1`, `base_dn`, `user_attr`, `sync-defaults-options` … */
  options: plainOptions.optional(),
});
export type Realm = z.output<typeof realm>;

export const role = z.strictObject({ privileges: z.array(text).min(1), purpose: text.optional() });

export const acl = z.strictObject({
  path: text,
  role: localName,
  to: z.union([z.strictObject({ group: localName }), z.strictObject({ user: text }), z.strictObject({ token: text })], {
    error: "expected { group }, { user } or { token }",
  }),
  propagate: z.boolean().default(true),
});

export const token = z.strictObject({
  /** `user@realm!name`. */
  id: z.string().regex(/^[^\s:/!]+@[A-Za-z0-9._-]+![A-Za-z0-9._-]+$/, 'expected a token id such as "orrery@pve!watch"'),
  purpose: measurable(text).optional(),
  /** The privileges that its purpose takes; a role that gives more is broader than its purpose. */
  needs: measurable(z.array(text)).optional(),
  expires: measurable(expiry),
  privilegeSeparation: measurable(z.boolean()),
});
export type Token = z.output<typeof token>;

export const user = z.strictObject({
  purpose: text.optional(),
  groups: z.array(localName).default([]),
  /** Whether the account works at all. */
  enabled: z.boolean().default(true),
  expires: expiry.default("never"),
  firstname: text.optional(),
  lastname: text.optional(),
  email: text.optional(),
  /** Realm `pve`: what the account is made with. Without it nobody signs in until a password is set. */
  password: secretSchema.optional(),
});
export type User = z.output<typeof user>;

/** Who gets in, how, and to what. */
export const access = z.strictObject({
  realms: z.record(localName, realm),
  groups: z.record(localName, z.strictObject({ purpose: text.optional(), realm: localName.optional() })).default({}),
  users: z
    .record(z.string().regex(/^[^\s:/!]+@[A-Za-z0-9._-]+$/, 'expected a user id such as "root@pam"'), user)
    .default({}),
  roles: z.record(localName, role).default({}),
  acls: z.array(acl).default([]),
  tokens: measurable(z.array(token)),
  /** The account that still works when the identity provider does not: sealed, and its use watched. */
  breakGlass: measurable(z.strictObject({ user: text, kept: text, lastTested: measurable(z.iso.date()) })),
  /** The ways in, as the document lists them. */
  methods: z
    .array(z.strictObject({ type: text, method: text, realm: localName.optional(), document: text }))
    .default([]),
  claims,
});
export type Access = z.output<typeof access>;
