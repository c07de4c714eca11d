import { z } from "zod";
import { claims, guestRef } from "./claims.ts";
import { metricServers } from "./metric-servers.ts";
import { localName, procedureId, text } from "./names.ts";
import { duration, percent } from "./quantity.ts";
import { secretSchema } from "./secret.ts";
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

const alertSeverity = z.enum(["critical", "warning", "info"]);

const told = {
  /** Of which alerts. */
  severities: z.array(alertSeverity).min(1).default(["critical", "warning"]),
};

/** Who is told of alerts, and how. */
export const alertReceiver = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("email"),
      ...told,
      to: z.array(text).min(1),
      from: text,
      /** `smtp.example:587`. */
      server: text,
      username: text.optional(),
      password: secretSchema.optional(),
    }),
    /** Gets JSON as Alertmanager's own webhooks do. */
    z.strictObject({
      kind: z.literal("webhook"),
      ...told,
      url: text,
      token: secretSchema.optional(),
      /** Signs what is sent, as Standard Webhooks do it: who receives it can tell that it is ours. */
      signedWith: secretSchema.optional(),
    }),
    /** The address of an incoming webhook is a secret: whoever has it may write. */
    z.strictObject({ kind: z.literal("teams"), ...told, url: secretSchema }),
    z.strictObject({ kind: z.literal("slack"), ...told, url: secretSchema, channel: text.optional() }),
    z.strictObject({
      kind: z.literal("ntfy"),
      ...told,
      /** `https://ntfy.sh`. */
      server: text,
      topic: text,
      token: secretSchema.optional(),
    }),
    /** An Alertmanager that Orrery hands its alerts to, which then tells whom it knows. */
    z.strictObject({ kind: z.literal("alertmanager"), ...told, url: text, token: secretSchema.optional() }),
  ],
  { error: 'expected a receiver of the kind "email", "webhook", "teams", "slack", "ntfy" or "alertmanager"' },
);
export type AlertReceiver = z.output<typeof alertReceiver>;

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
  /** Who is told of alerts. Nobody, where left out. */
  receivers: z.record(localName, alertReceiver).default({}),
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
