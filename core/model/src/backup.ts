import { z } from "zod";
import { claims, storageRef } from "./claims.ts";
import { guestName, nodeName, policyId, poolName, text, vmId } from "./names.ts";
import { proxmoxOptions } from "./options.ts";
import { duration, linkRate } from "./quantity.ts";
import { schedule } from "./schedule.ts";
import { measurable } from "./unknown.ts";

/** What is kept: for a time, or by counts as Proxmox prunes; all, where no count is said. */
export const retention = z.union(
  [
    z.strictObject({ for: duration }),
    z.strictObject({
      last: z.number().int().min(1).optional(),
      hourly: z.number().int().min(1).optional(),
      daily: z.number().int().min(1).optional(),
      weekly: z.number().int().min(1).optional(),
      monthly: z.number().int().min(1).optional(),
      yearly: z.number().int().min(1).optional(),
    }),
  ],
  { error: 'expected a retention such as { for: "14 d" } or { daily: 7, weekly: 4 }' },
);
export type Retention = z.output<typeof retention>;

export const offsiteCopy = z.strictObject({
  to: storageRef,
  retention: retention.optional(),
  /** How long the upload of one copy takes, where it was measured; else it follows from size and uplink. */
  upload: measurable(duration).optional(),
});
export type OffsiteCopy = z.output<typeof offsiteCopy>;

/** A guest by its name; by its number where nothing is declared under it. */
const listedGuest = z.union([guestName, vmId]);

export const backupPolicy = z.strictObject({
  id: policyId,
  title: text,
  covers: z.union(
    [
      z.literal("all guests"),
      z.literal("configuration"),
      z.strictObject({ guests: z.array(listedGuest).min(1) }),
      z.strictObject({ categories: z.array(text).min(1) }),
      z.strictObject({ allExcept: z.array(listedGuest).min(1) }),
      z.strictObject({ pool: poolName, except: z.array(listedGuest).min(1).optional() }),
    ],
    { error: 'expected "all guests", "configuration", { guests }, { categories }, { allExcept } or { pool }' },
  ),
  /** Only guests that are on this node. */
  onlyOn: nodeName.optional(),
  schedule,
  retention,
  /** Who removes what is kept no longer: the job, or the storage by its own `prune-backups`. */
  prunedBy: z.enum(["job", "storage"]).default("job"),
  target: storageRef,
  /** From the start of a run until its last guest is done. */
  runTime: measurable(duration),
  encryption: measurable(z.union([z.literal(false), z.strictObject({ key: text, keyKeptAt: text })])),
  verified: measurable(schedule).optional(),
  offsite: z.array(offsiteCopy).default([]),
  /** Whether the job runs at its times. */
  enabled: z.boolean().default(true),
  mode: z.enum(["snapshot", "suspend", "stop"]).optional(),
  /** The note of each copy, with {{guestname}}, {{vmid}}, {{node}} and {{cluster}} filled in. */
  notes: text.optional(),
  /** Everything else that a backup job of Proxmox VE may say, such as `bwlimit`; what is left out has its default. */
  options: proxmoxOptions.optional(),
});
export type BackupPolicy = z.output<typeof backupPolicy>;

/** What is copied, when, where to, and for how long it is kept. */
export const backup = z.strictObject({
  policies: z.array(backupPolicy),
  /** The rate at which restores and backups cross the network, where limited below the link. */
  bandwidthLimit: linkRate.optional(),
  document: text.optional(),
  claims,
});
export type Backup = z.output<typeof backup>;
