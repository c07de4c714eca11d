import type { Lab } from "@orrery/model";
import type { RehearsableWord } from "@orrery/procedures";
import type { ClusterState } from "@orrery/state";
import type { Rehearsal } from "@orrery/workflow";

/** What is to be rehearsed on the twin of a cluster as it was seen last. */
type AskedRehearsal = {
  readonly what: RehearsableWord;
  /** To drain, one after the other; none: all. */
  readonly nodes: readonly string[];
  /** Names of guests that stop with their node, beside those that are declared to. */
  readonly stop: readonly string[];
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
