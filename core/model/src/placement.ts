import { z } from "zod";
import { guestRef, nodeRef } from "./claims.ts";
import { text } from "./names.ts";
import { size } from "./quantity.ts";

const some = z.array(guestRef).min(1);
const several = z.array(guestRef).min(2);

const said = {
  /** False: a wish, given up where it costs too much. Proxmox's HA rules have the same word. */
  strict: z.boolean().default(true),
  why: text.optional(),
};

/** Where guests may run, in the terms of Proxmox's HA rules; these hold for guests that HA does not manage too. */
export const placementRule = z.union(
  [
    /** These share a node. */
    z.strictObject({ together: several, ...said }),
    /** No two of these share a node. */
    z.strictObject({ apart: several, ...said }),
    /** Each of these runs on one of those nodes. */
    z.strictObject({ pin: z.union([guestRef, some]), to: z.array(nodeRef).min(1), ...said }),
    /** These are left where they are. */
    z.strictObject({ ignore: some, why: text.optional() }),
  ],
  {
    error:
      'expected a rule such as { together: ["web01", "db01"] }, { apart: ["db01", "db02"] }, { pin: "gpu01", to: ["node04"] } or { ignore: ["router01"] }',
  },
);
export type PlacementRule = z.output<typeof placementRule>;

/** Where guests may run and how much is moved at once. How far vCPUs may exceed threads is the cluster's `cpuOvercommit`. */
export const placement = z.strictObject({
  rules: z.array(placementRule).default([]),
  /** Left free on every node, beyond what the node keeps for itself. */
  memoryReserve: size.optional(),
  /** Migrations under way at once on the link of any one node. */
  movesPerLink: z.number().int().min(1).default(1),
  /** Whether guests' tags are read as ProxLB reads them: `plb_affinity_*`, `plb_anti_affinity_*`, `plb_pin_*`, `plb_ignore_*`. */
  tags: z.enum(["proxlb", "none"]).default("none"),
});
export type Placement = z.output<typeof placement>;
