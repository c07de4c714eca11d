import { z } from "zod";
import { claims } from "./claims.ts";
import { date, text } from "./names.ts";
import { duration } from "./quantity.ts";
import { measurable } from "./unknown.ts";

/** Changes made to the service, and the register that they stand in. */
export const changes = z.strictObject({
  items: z.array(
    z.strictObject({
      id: text,
      what: text,
      implemented: date,
      register: z.strictObject({ system: text, label: text, url: text }).optional(),
    }),
  ),
  document: text.optional(),
  claims,
});
export type Changes = z.output<typeof changes>;

/** What the document leans on. */
export const references = z.strictObject({
  internal: z
    .array(z.strictObject({ kind: text, title: text, label: text, target: text, relation: text.optional() }))
    .default([]),
  external: z
    .array(z.strictObject({ title: text, url: text, archived: measurable(text), lastVerified: measurable(date) }))
    .default([]),
  /** How long a verification of a reference holds. */
  verifyEvery: measurable(duration),
  /** Documents of this lab that are known to exist, by their path or id. */
  existing: z.array(text).default([]),
  claims,
});
export type References = z.output<typeof references>;

/** Who reviewed the document, and when. */
export const approvals = z.strictObject({
  items: z.array(
    z.strictObject({ reviewer: text, role: text, date, status: z.enum(["approved", "pending", "rejected"]) }),
  ),
  /** How long an approval holds. */
  reviewEvery: measurable(duration),
  claims,
});
export type Approvals = z.output<typeof approvals>;

/** The document's own versions. */
export const revisions = z.strictObject({
  items: z.array(z.strictObject({ version: text, date, changes: text, author: text })),
  current: z.strictObject({
    title: text,
    description: text.optional(),
    version: text,
    status: text,
    updated: date,
    author: text,
    kind: text.optional(),
    category: text.optional(),
    phase: text.optional(),
    tags: z.array(text).default([]),
    relatedServices: z.array(text).default([]),
  }),
  claims,
});
export type Revisions = z.output<typeof revisions>;

/** Somebody takes a finding upon themselves, for a reason and until a day. */
export const waiver = z.strictObject({
  rule: text,
  /** The finding's subject; every subject of the rule where left out. */
  subject: text.optional(),
  owner: text,
  reason: text,
  expires: date,
});
export type Waiver = z.output<typeof waiver>;
