import { z } from "zod";
import { claims } from "./claims.ts";
import { text } from "./names.ts";
import { schedule } from "./schedule.ts";
import { measurable } from "./unknown.ts";

export const control = z.strictObject({
  /** As the document writes it: `CIS.8.2`, `A.12.3.1`, `CP-9`. */
  id: text,
  /** The edition that the document means, where the id does not say. */
  catalogue: z.enum(["cis-8.1", "nist-800-53-r5", "iso-27001-2013", "iso-27001-2022"]),
  /** The title that the document gives it. */
  title: text.optional(),
  implementation: text.optional(),
  /** Where evidence is found. */
  evidence: measurable(text),
  status: z.enum(["compliant", "partial", "not compliant", "not claimed"]),
});
export type Control = z.output<typeof control>;

export const review = z.strictObject({
  what: text,
  implementation: text,
  verification: text,
  cadence: schedule,
  lastDone: measurable(z.iso.date()),
});
export type Review = z.output<typeof review>;

/** Which controls are claimed, on what evidence, and how they are reviewed. */
export const controls = z.strictObject({
  items: z.array(control),
  reviews: z.array(review).default([]),
  policies: z.array(text).default([]),
  claims,
});
export type Controls = z.output<typeof controls>;
