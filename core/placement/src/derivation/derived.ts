import type { Lab } from "@orrery/model";
import type { GuestKind } from "@orrery/state";
import type { Problem } from "../problem.ts";

/** What a problem is derived for. */
export interface Wanted {
  /** What the team declares: reserves, overcommit, links, rules, and what becomes of guests whose node is drained. */
  readonly lab?: Lab;
  /** Nodes that are about to be emptied: HA looks for other nodes as if they were in maintenance. */
  readonly draining?: readonly string[];
  /** Guests that do not run and are to: by VMID or name; of the cluster, or of the declaration only. */
  readonly placing?: readonly (number | string)[];
  /** Guests that stop when their node is drained, by VMID, whatever is declared of them. */
  readonly stopping?: readonly number[];
  /** Leaves rules out, HA's, declared ones and those of tags: what a guest needs on its node binds it still. */
  readonly rules?: "none";
  /** Reads tags as ProxLB does. Absent: as the lab declares. */
  readonly tags?: "proxlb" | "none";
  /** Asks where guests could be after their node is lost: what only keeps them from moving while they run does not count. */
  readonly afterLoss?: boolean;
  /** Asks where guests could be restored from a backup: neither where their disks are nor where copies of these are counts. */
  readonly restored?: boolean;
  /** Bytes that a node without a declared reserve keeps. Absent: what it uses itself now. */
  readonly reserve?: number;
  /** `written`: disks on thin storages weigh what is written to them. Absent: what they may grow to, as all others do. */
  readonly disks?: "written";
  /** How the loss of any one node is to be absorbed afterwards. Absent: where the lab promises it, as a rule, or as a wish while nodes are drained. */
  readonly absorbs?: Problem["absorbs"] | "none";
  /** Leaves guests alone that would have to stop in order to move. */
  readonly liveOnly?: boolean;
}

/** Why a guest may be on some nodes only. */
export interface Tie {
  /** Name of the item. */
  readonly guest: string;
  /**
   * `needs`: what it needs is there only. `copies`: so are copies of its disks. `held`: as it is now, it cannot be moved
   * away while it runs.
   */
  readonly kind: "needs" | "copies" | "held";
  /** Nodes where it may arrive, as far as this goes. */
  readonly nodes: readonly string[];
  /** Reads on after the guest's name: `uses the device 0000:01:00.0 of pve2 (hostpci0)`. */
  readonly why: string;
}

/** A guest that an item of the problem stands for. */
export interface DerivedGuest {
  /** Absent where it is declared and not there yet. */
  readonly vmid?: number;
  readonly kind: GuestKind;
  readonly name: string;
  readonly node?: string;
}

export type Derived =
  | {
      readonly kind: "derived";
      readonly problem: Problem;
      /** By the name of the item: `web01 (101)`. */
      readonly guests: ReadonlyMap<string, DerivedGuest>;
      readonly ties: readonly Tie[];
      /** Guests that do not run, by node: nothing of them moves. */
      readonly idle: ReadonlyMap<string, readonly string[]>;
      /** What was not known and how it was taken, and rules that are not in force; a sentence each. */
      readonly assumed: readonly string[];
      /** Those of `placing` that are no guest, or one that runs. */
      readonly notPlaceable: readonly { readonly asked: number | string; readonly why: string }[];
    }
  /** Without the list of guests there is no problem. */
  | { readonly kind: "unobserved"; readonly why: string };
