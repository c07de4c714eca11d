import type { Lab } from "@orrery/model";
import type { ClusterState } from "@orrery/state";
import type { Rehearsal } from "@orrery/workflow";

/** What is to be rehearsed on the twin of a cluster as it was seen last. */
type AskedRehearsal = {
  /** `drain`: guests leave these nodes, one after the other, and come back. `nothing`: only what the cluster does by itself. */
  readonly what: "drain" | "nothing";
  readonly nodes: readonly string[];
  readonly reboot: boolean;
  readonly bringBack: boolean;
  /** What goes wrong a minute after the beginning: `node pve1 loses-power`. */
  readonly faults: readonly string[];
  readonly seed: number;
};

/** What the thread is given. All of it is plain data. */
export type RehearsalQuestion = {
  readonly asked: AskedRehearsal;
  readonly state: ClusterState;
  readonly lab: Lab | undefined;
};

/** What the thread says at its end. */
export type RehearsalReply =
  | { readonly kind: "rehearsed"; readonly rehearsal: Rehearsal; readonly assumptions: number }
  /** It cannot be rehearsed as it was asked for. */
  | { readonly kind: "refused"; readonly why: string };

export type RehearsalState =
  | { readonly kind: "queued" }
  | { readonly kind: "running"; readonly since: number }
  | { readonly kind: "done"; readonly at: number; readonly rehearsal: Rehearsal; readonly assumptions: number }
  | { readonly kind: "failed"; readonly at: number; readonly why: string }
  | { readonly kind: "cancelled"; readonly at: number };

export type RehearsalJob = {
  readonly id: string;
  readonly cluster: string;
  readonly by: string;
  readonly askedAt: number;
  /** When the state was observed that it begins from. */
  readonly observedAt: number;
  readonly asked: AskedRehearsal;
  readonly state: RehearsalState;
};
