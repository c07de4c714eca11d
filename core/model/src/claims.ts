import { z } from "zod";
import { guestName, nodeName, storageName, text } from "./names.ts";
import { size } from "./quantity.ts";
import { schedule } from "./schedule.ts";
import { written } from "./unknown.ts";

/** What a published count or total can be about; each has one way to be counted from the declaration. */
export const countable = z.enum([
  "nodes",
  "expected votes",
  "logical CPUs",
  "guests",
  "running guests",
  "templates",
  "VLANs",
  "switches",
  "backup policies",
]);
export type Countable = z.output<typeof countable>;

const said = {
  /** Where the published document says it, and in which words. */
  source: text,
};

/**
 * A sentence of the published document that can be wrong, beside the facts that it is about. It is not a fact: the
 * check compares it with what is declared.
 */
export const claim = z.discriminatedUnion(
  "kind",
  [
    /** "5 nodes", "96 logical CPUs". */
    z.strictObject({ kind: z.literal("count"), of: countable, is: z.number().int().min(0), ...said }),
    /** "372.58 GiB of memory", within the rounding of what was said. */
    z.strictObject({ kind: z.literal("total memory"), is: size, ...said }),
    /** A row such as "Worker Nodes | 6 | proj-k8sw01…": a group's size, and members it names, some by pattern (`*-dev`). */
    z.strictObject({
      kind: z.literal("group"),
      group: text,
      count: z.number().int().min(0),
      /** What the group is said to be for. */
      purpose: text.optional(),
      members: z.array(text).default([]),
      /** True where the row names all members and not examples only. */
      complete: z.boolean().default(false),
      ...said,
    }),
    /** A guest that the document says does something: it must at least exist. */
    z.strictObject({ kind: z.literal("mentions guest"), guest: text, as: text, ...said }),
    /** A guest runs on a node. */
    z.strictObject({ kind: z.literal("guest on node"), guest: text, node: text, ...said }),
    /** A storage is there on every node. */
    z.strictObject({ kind: z.literal("storage on all nodes"), storage: text, ...said }),
    /** A storage can be reached by every node at once, so that guests on it need no copy to move. */
    z.strictObject({ kind: z.literal("shared storage"), storage: text, ...said }),
    /** A storage's capacity lies between two sizes on each node that has it. */
    z.strictObject({ kind: z.literal("storage capacity per node"), storage: text, least: size, most: size, ...said }),
    /** Guests go on when the node under them fails. */
    z.strictObject({
      kind: z.literal("highly available"),
      guests: z.union([z.literal("all"), z.array(text)]),
      ...said,
    }),
    /** A link's words and its target, which should name the same thing. */
    z.strictObject({ kind: z.literal("link"), label: text, target: text, ...said }),
    /** Something is done at a cadence, by a schedule of this document. */
    z.strictObject({ kind: z.literal("cadence"), what: text, schedule, ...said }),
  ],
  {
    error: (issue) =>
      issue.code === "invalid_union"
        ? 'expected a claim with a known kind, such as { kind: "count", of: "nodes", is: 5, source: "…" }'
        : undefined,
  },
);
export type Claim = z.output<typeof claim>;
export const claims = z.array(claim).default([]);

/** A reference to something declared elsewhere, or the words of the paper where it names nothing declared. */
export const nodeRef = written(nodeName);
export const guestRef = written(guestName);
export const storageRef = written(storageName);
