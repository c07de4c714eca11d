import type { PveVersion } from "@orrery/contract";
import type { Instant } from "@orrery/state";
import type { PropertyDifference, Undecided } from "../compare/comparison.ts";
import type { Mark } from "../compare/mark.ts";
import type { ObjectRef } from "../compare/object.ts";
import type { Properties } from "../compare/value.ts";
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

/** One object as it was when the plan was made; null of one that was not there. */
export type BaseObject = {
  readonly object: ObjectRef;
  readonly name?: string;
  readonly node?: string;
  readonly properties: Properties | null;
};

/** The state that a plan was made for: the objects that it touches, and those that they need. */
export type Base = {
  readonly observedAt: Instant;
  /** What the cluster calls itself; of a node that stands alone, its name. Left out where it could not be seen. */
  readonly cluster?: string;
  readonly objects: readonly BaseObject[];
};

/** A time of maintenance as it is declared, from one moment to another. */
export type MaintenanceWindow = { readonly id: string; readonly start: Instant; readonly end: Instant };

/** What the plan does to an objective or a rule of the declaration. */
export type PlanFinding = {
  /** `objective rto:tier1`, `rule recovery/…`: what a person looks it up by. */
  readonly subject: string;
  readonly why: string;
};

/** What held before and would hold no more, and the other way round. */
export type PlanFindings = {
  readonly breaks: readonly PlanFinding[];
  readonly mends: readonly PlanFinding[];
  /** Why nobody can say what it breaks and mends. */
  readonly unknown?: string;
};

/** A difference about which nothing can be done, and why. */
export type Stuck = { readonly object: ObjectRef; readonly why: string };

/** What guests are moved for, beside what is declared of them. */
export type MovePurpose = { readonly kind: "drain"; readonly nodes: readonly string[] } | { readonly kind: "spread" };

/** What turns the cluster into the declaration, or moves guests: plain JSON. */
export type Plan = {
  readonly kind: "plan";
  readonly format: 1;
  readonly cluster: string;
  readonly contract: PveVersion;
  readonly made: Instant;
  /** Of a plan that moves guests and does nothing else. */
  readonly purpose?: MovePurpose;
  readonly base: Base;
  readonly drift: readonly Drift[];
  readonly actions: readonly Action[];
  /** Objects that nobody declares and that the declaration does not own: left alone. */
  readonly unmanaged: readonly ObjectRef[];
  readonly undecided: readonly Undecided[];
  readonly stuck: readonly Stuck[];
  /** What objects of the declaration are known by. */
  readonly mark: Mark;
  /** When what is riskier than `hot` may be done: the one that is open and the next that open, of each that is declared. */
  readonly windows: readonly MaintenanceWindow[];
  /** Left out where nobody worked it out. */
  readonly findings?: PlanFindings;
};
