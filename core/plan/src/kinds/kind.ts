import type { PveVersion } from "@orrery/contract";
import type { Inventory } from "@orrery/model";
import type { ClusterState, Source } from "@orrery/state";
import type { Change } from "../compare/comparison.ts";
import type { Mark } from "../compare/mark.ts";
import type { DeclaredObject, ObjectRef, Observation, ObservedObject } from "../compare/object.ts";
import type { Step } from "../plan/step.ts";

export type { Source } from "@orrery/state";

/** What the kinds are given to read a declaration by. */
export type Declaring = {
  readonly inventory: Inventory;
  readonly state: ClusterState;
  readonly contract: PveVersion;
  readonly mark: Mark;
  /** The VMID of a declared guest or template: its own, that of the one guest observed under its name, or the next that is free. */
  readonly vmidOf: (name: string) => number | undefined;
};

/** What the kinds are given to say what has to be done. */
export type Planning = Declaring & {
  readonly declared: (ref: ObjectRef) => DeclaredObject | undefined;
  readonly observed: (ref: ObjectRef) => ObservedObject | undefined;
};

/** All that there is to know about one kind of object. */
export type Kind = {
  /** What a person calls it. */
  readonly noun: string;
  readonly declared: (declaring: Declaring) => readonly DeclaredObject[];
  readonly observed: (state: ClusterState, mark: Mark) => Observation;
  /** What to read again to see this object as it is now. */
  readonly sources: (
    ref: ObjectRef,
    node: string | undefined,
    /** Where only some properties are of interest; a kind may leave that out of account. */
    about?: readonly string[],
  ) => readonly Source[];
  /** What has to be done, one after another. Nothing where nothing can be. */
  readonly steps: (change: Change, planning: Planning) => readonly Step[];
  /** Why part of a difference, or all of it, stays as it is, and what a person may do: told beside the steps there are. */
  readonly stuck?: (change: Change, planning: Planning) => readonly string[];
};
