import { z } from "zod";
import { access } from "./access.ts";
import { backup } from "./backup.ts";
import { cluster } from "./cluster.ts";
import { controls } from "./controls.ts";
import { firewallChapter } from "./firewall.ts";
import { guests, templates } from "./guests.ts";
import { ha } from "./ha.ts";
import { maintenance } from "./maintenance.ts";
import { mappings } from "./mappings.ts";
import { knownErrors, monitoring } from "./monitoring.ts";
import { network } from "./network.ts";
import { notifications } from "./notifications.ts";
import { placement } from "./placement.ts";
import { pools } from "./pools.ts";
import { approvals, changes, references, revisions, waiver } from "./records.ts";
import { recovery } from "./recovery.ts";
import { service } from "./service.ts";
import { storage } from "./storage.ts";

/** The declaration: a chapter for each system of the service document. */
const lab = z.strictObject({
  service,
  cluster,
  network,
  storage,
  guests,
  templates: templates.optional(),
  pools: pools.optional(),
  ha: ha.optional(),
  firewall: firewallChapter.optional(),
  mappings: mappings.optional(),
  placement: placement.optional(),
  maintenance,
  monitoring,
  notifications: notifications.optional(),
  knownErrors: knownErrors.optional(),
  access,
  controls,
  backup,
  recovery,
  changes: changes.optional(),
  references: references.optional(),
  approvals: approvals.optional(),
  revisions: revisions.optional(),
  waivers: z.array(waiver).default([]),
});

/** What is written in `orrery.config.ts`. */
export type LabInput = z.input<typeof lab>;
/** What it means: sizes in bytes, rates in bit/s and bytes/s, durations in seconds, defaults filled in. */
export type Lab = z.output<typeof lab>;
export type Chapter = keyof Lab;

export const chapters = Object.keys(lab.shape) as readonly Chapter[];

export type Path = readonly (string | number)[];

/** One thing that keeps a declaration from being loaded. */
export type Problem = { readonly path: Path; readonly message: string };

export const labSchema = lab;
