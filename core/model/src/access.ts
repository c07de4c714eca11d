import { z } from "zod";
import { claims } from "./claims.ts";
import { localName, text } from "./names.ts";
import { measurable } from "./unknown.ts";

export const realm = z.strictObject({
  kind: z.enum(["pam", "pve", "openid", "ldap", "ad"]),
  name: text.optional(),
  /** Whether nobody gets in by this realm without a second factor, and what enforces it. */
  mfa: measurable(z.strictObject({ required: z.boolean(), enforcedBy: text.optional() })),
  issuer: measurable(text).optional(),
  /** OpenID: groups of the claim replace the user's groups at each sign-in, so that removal there revokes here. */
  groupsOverwrite: measurable(z.boolean()).optional(),
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
  id: z.string().regex(/^[^\s@!]+@[A-Za-z0-9.-]+![A-Za-z0-9._-]+$/, 'expected a token id such as "orrery@pve!watch"'),
  purpose: measurable(text),
  /** The privileges that its purpose takes; a role that gives more is broader than its purpose. */
  needs: measurable(z.array(text)).optional(),
  expires: measurable(
    z.union([z.iso.date(), z.literal("never")], { error: 'expected a date such as "2026-12-31", or "never"' }),
  ),
  privilegeSeparation: measurable(z.boolean()),
});
export type Token = z.output<typeof token>;

/** Who gets in, how, and to what. */
export const access = z.strictObject({
  realms: z.record(localName, realm),
  groups: z.record(localName, z.strictObject({ purpose: text, realm: localName.optional() })).default({}),
  users: z
    .record(
      z.string().regex(/^[^\s@]+@[A-Za-z0-9.-]+$/, 'expected a user id such as "root@pam"'),
      z.strictObject({ purpose: text, groups: z.array(localName).default([]) }),
    )
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
