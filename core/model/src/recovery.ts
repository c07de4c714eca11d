import { z } from "zod";
import { claims, guestRef, nodeRef } from "./claims.ts";
import { localName, procedureId, text } from "./names.ts";
import { duration } from "./quantity.ts";
import { hours } from "./schedule.ts";
import { measurable } from "./unknown.ts";

/** What fails in a scenario; `any` means the worst one. */
export const failure = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({ kind: z.literal("guest"), guest: z.union([z.literal("any"), guestRef]) }),
    z.strictObject({ kind: z.literal("node"), node: z.union([z.literal("any"), nodeRef]) }),
    z.strictObject({ kind: z.literal("quorum") }),
    z.strictObject({ kind: z.literal("site") }),
  ],
  {
    error:
      'expected a failure: { kind: "guest", guest: "any" }, { kind: "node", node: "any" }, { kind: "quorum" } or { kind: "site" }',
  },
);
export type Failure = z.output<typeof failure>;

export const scenario = z.strictObject({
  id: localName,
  title: text,
  fails: failure,
  rto: duration,
  rpo: duration,
  procedure: procedureId,
  /** Where the procedure is written. */
  document: text.optional(),
  role: text,
  /** When those who recover are there, where that is not the service's support hours. */
  onDuty: hours.optional(),
  /** True where the recovery starts without a person (HA, a timer). */
  automatic: z.boolean().default(false),
  /** Getting hardware to restore to, where the scenario takes the old one away. */
  replacement: measurable(duration).optional(),
  lastDrill: measurable(z.iso.date()).optional(),
});
export type Scenario = z.output<typeof scenario>;

/** What may fail, how soon all must be back, and how much may be lost. */
export const recovery = z.strictObject({ scenarios: z.array(scenario), document: text.optional(), claims });
export type Recovery = z.output<typeof recovery>;
