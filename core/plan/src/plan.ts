import type { PveVersion } from "@orrery/contract";
import type { Instant } from "@orrery/state";
import type { PropertyDifference, Undecided } from "./comparison.ts";
import type { ObjectRef } from "./object.ts";
import type { Step } from "./step.ts";

/** A step in its place in the plan. */
export type Action = Step & {
  /** `guest 101/1-create`: the same for the same plan. */
  readonly id: string;
  readonly object: ObjectRef;
  /** What people call the object where that is not its id. */
  readonly name?: string;
  /** The actions that have to be done before. */
  readonly after: readonly string[];
};

/** What differs, object by object, for people and for drift reports. */
export type Drift = {
  readonly object: ObjectRef;
  readonly name?: string;
  readonly kind: "missing" | "surplus" | "changed";
  readonly properties: readonly PropertyDifference[];
  /** Where it is declared: a path of the declaration. */
  readonly path?: readonly (string | number)[];
  /** Who changed it last, where the task log knows. Epoch milliseconds. */
  readonly by?: { readonly user: string; readonly at: Instant; readonly task: string };
};

/** The state that a plan was made for: an object's properties in one line, by `refName`; null of one that was not there. */
export type Base = {
  readonly observedAt: Instant;
  readonly objects: Readonly<Record<string, string | null>>;
};

/** A difference about which nothing can be done, and why. */
export type Stuck = { readonly object: ObjectRef; readonly why: string };

/** What turns the cluster into the declaration: plain JSON. */
export type Plan = {
  readonly kind: "plan";
  readonly format: 1;
  readonly cluster: string;
  readonly contract: PveVersion;
  readonly made: Instant;
  readonly base: Base;
  readonly drift: readonly Drift[];
  readonly actions: readonly Action[];
  /** Objects that nobody declares and that the declaration does not own: left alone. */
  readonly unmanaged: readonly ObjectRef[];
  readonly undecided: readonly Undecided[];
  readonly stuck: readonly Stuck[];
};
