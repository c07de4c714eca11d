import { inventoryOf, type Lab } from "@orrery/model";
import type { ClusterState } from "@orrery/state";
import { kinds } from "../kinds/index.ts";
import type { Declaring } from "../kinds/kind.ts";
import { type Comparison, compare } from "./comparison.ts";
import type { Mark } from "./mark.ts";
import type { DeclaredObject, Observation, ObservedObject } from "./object.ts";
import { objectKinds } from "./object-kind.ts";
import { valueText } from "./value.ts";
import { vmidsOf } from "./vmids.ts";

/** The mark that a declaration owns objects by. */
export const markOf = (lab: Lab): Mark => ({ tag: lab.cluster.ownership.tag, word: `[${lab.cluster.ownership.tag}]` });

/** What is declared, for this cluster: an object for each thing. */
export const declaredObjects = (lab: Lab, state: ClusterState): readonly DeclaredObject[] =>
  objectsOf(declaringOf(lab, state));

const objectsOf = (declaring: Declaring): readonly DeclaredObject[] =>
  objectKinds.flatMap((kind) => [...kinds[kind].declared(declaring)]);

/** What the kinds read a declaration by. */
const declaringOf = (lab: Lab, state: ClusterState): Declaring => {
  const inventory = inventoryOf(lab);
  return { inventory, state, contract: state.contract, mark: markOf(lab), vmidOf: vmidsOf(inventory, state) };
};

/** What was observed: an object for each thing, and what could not be seen. */
export const observedObjects = (state: ClusterState, mark: Mark): Observation => {
  const seen = objectKinds.map((kind) => kinds[kind].observed(state, mark));
  return { objects: seen.flatMap(({ objects }) => objects), blind: seen.flatMap(({ blind }) => blind) };
};

/** An object's properties in one line: equal for equal properties. */
export const fingerprint = ({ properties }: Pick<ObservedObject, "properties">): string =>
  Object.keys(properties)
    .toSorted()
    .map((key) => `${key}: ${valueText(properties[key])}`)
    .join("; ");

/** A lab beside a cluster: all its objects, those that were observed, and what differs. */
export type Compared = {
  readonly declaring: Declaring;
  readonly declared: readonly DeclaredObject[];
  readonly seen: Observation;
  readonly comparison: Comparison;
};

/** Sets a lab beside a cluster. */
export const compared = (lab: Lab, state: ClusterState): Compared => {
  const declaring = declaringOf(lab, state);
  const declared = objectsOf(declaring);
  const seen = observedObjects(state, declaring.mark);
  const { all } = lab.cluster.ownership;
  const comparison = compare(declared, seen, (object) => object.marked || all.includes(object.kind));
  return { declaring, declared, seen, comparison };
};

/** What differs between the declaration and the cluster. */
export const compareLab = (lab: Lab, state: ClusterState): Comparison => compared(lab, state).comparison;
