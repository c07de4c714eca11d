import { z } from "zod";
import { claims, guestRef } from "./claims.ts";
import { metricServers } from "./metric-servers.ts";
import { procedureId, text } from "./names.ts";
import { duration, percent } from "./quantity.ts";
import { measurable } from "./unknown.ts";

const level = z.strictObject({ above: percent, sustained: measurable(duration) });

export const threshold = z.discriminatedUnion(
  "subject",
  [
    z.strictObject({
      subject: z.enum(["node cpu", "node memory", "storage"]),
      warning: level,
      critical: level,
      response: procedureId,
      /** Where the response is written. */
      document: text.optional(),
    }),
    z.strictObject({
      subject: z.literal("quorum"),
      warning: z.literal("node unreachable"),
      critical: z.literal("quorum lost"),
      response: procedureId,
      /** Where the response is written. */
      document: text.optional(),
    }),
  ],
  { error: 'expected a threshold with a subject: "node cpu", "node memory", "storage" or "quorum"' },
);
export type Threshold = z.output<typeof threshold>;

/** What is watched, when it is too much, and which procedure answers. */
export const monitoring = z.strictObject({
  thresholds: z.array(threshold),
  /** The guests that monitoring itself runs on, and what each does. */
  runsOn: z
    .array(
      z.strictObject({
        guest: guestRef,
        as: text,
        /** What outside the cluster notices when it falls silent. */
        watchedFrom: text.optional(),
      }),
    )
    .default([]),
  /** Where the cluster itself sends its figures. Left out, they are nobody's concern. */
  metricServers: metricServers.optional(),
  document: text.optional(),
  claims,
});
export type Monitoring = z.output<typeof monitoring>;

/** Troubles that are known, how they show and what resolves them. */
export const knownErrors = z.strictObject({
  items: z.array(
    z.strictObject({
      id: procedureId,
      issue: text,
      symptoms: z.array(text).min(1),
      resolution: z.array(text).min(1),
      procedure: procedureId.optional(),
    }),
  ),
  claims,
});
export type KnownErrors = z.output<typeof knownErrors>;
