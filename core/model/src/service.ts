import { z } from "zod";
import { claims } from "./claims.ts";
import { text } from "./names.ts";
import { duration } from "./quantity.ts";
import { hours, recurringWindow } from "./schedule.ts";
import { measurable } from "./unknown.ts";

/** What the service is, whose it is, and when it is there, supported and maintained. */
export const service = z.strictObject({
  id: text,
  name: text,
  type: measurable(text),
  category: measurable(text),
  criticality: measurable(z.enum(["critical", "high", "medium", "low"])),
  owner: measurable(text),
  description: text.optional(),
  scope: z.strictObject({ in: z.array(text), out: z.array(text) }).optional(),
  audience: z.array(text).default([]),
  hours: z.strictObject({
    service: measurable(hours),
    /** When somebody is on duty. Outside of it a failure waits until they are back, unless recovery is automatic. */
    support: measurable(hours),
    maintenance: z.array(recurringWindow).default([]),
  }),
  /** From a failure until somebody on duty acts on it. */
  detection: measurable(duration),
  claims,
});
export type Service = z.output<typeof service>;
