import { z } from "zod";
import { claims } from "./claims.ts";
import { guestName, localName, nodeName, text, vmId } from "./names.ts";
import { isUnknown, type Unknown } from "./unknown.ts";

/** What the HA manager is told of a guest. */
export const haResource = z.strictObject({
  /** What the manager is to bring about; left out, what the guest's own `state` says. */
  state: z.enum(["started", "stopped", "disabled", "ignored"]).optional(),
  /** Tries to start it on its node. */
  maxRestart: z.number().int().min(0).default(1),
  /** Tries on other nodes. */
  maxRelocate: z.number().int().min(0).default(1),
  /** Whether it goes back to the node that it is better on. Of 9; 8.4 says it of the group. */
  failback: z.boolean().default(true),
  /** Whether the scheduler may move it to even out the load. Of 9. */
  autoRebalance: z.boolean().default(true),
  comment: text.optional(),
});
export type HaResource = z.output<typeof haResource>;

/** Whether the HA manager looks after a guest; unknown counts as not. */
export const isHaResource = ({ ha }: { readonly ha: boolean | HaResource | Unknown }): boolean =>
  !isUnknown(ha) && ha !== false && (ha === true || ha.state !== "ignored");

/** A guest by its name; by its number where nothing is declared under it. */
const ruled = z.union([guestName, vmId]);

const rule = { comment: text.optional(), enabled: z.boolean().default(true) };

export const haRule = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      ...rule,
      kind: z.literal("node affinity"),
      guests: z.array(ruled),
      /** The nodes; the ones with the highest priority first, where priorities are given. */
      nodes: z.union([z.array(nodeName).min(1), z.record(nodeName, z.number().int().min(0).max(1000))], {
        error: 'expected nodes, such as ["node01", "node02"] or { node01: 2, node02: 1 }',
      }),
      /** On no other node, not even where none of these is left. */
      strict: z.boolean().default(false),
      /** Of a group of 8.4: whether its guests go back to better nodes. 9 says it of each guest. */
      failback: z.boolean().default(true),
    }),
    z.strictObject({
      ...rule,
      kind: z.literal("resource affinity"),
      guests: z.array(ruled).min(2),
      /** `positive`: together on one node; `negative`: each on its own. */
      affinity: z.enum(["positive", "negative"]),
    }),
  ],
  { error: 'expected a rule of kind "node affinity" or "resource affinity"' },
);
export type HaRule = z.output<typeof haRule>;

/** Where the HA manager may run guests; which guests it looks after is said of them. On 8.4, rules about nodes are groups. */
export const ha = z.strictObject({ rules: z.record(localName, haRule).default({}), claims });
