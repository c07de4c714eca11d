export { adopt } from "./adopt.ts";
export type { Call, CallValue, SecretRef } from "./call.ts";
export type { Change, Comparison, PropertyDifference, Undecided } from "./comparison.ts";
export { sorted } from "./graph.ts";
export type { Kind, Source } from "./kind.ts";
export { kinds } from "./kinds/index.ts";
export { defaultMark, type Mark } from "./mark.ts";
export { type Blind, type DeclaredObject, type ObjectRef, type ObservedObject, refName } from "./object.ts";
export { type ObjectKind, objectKinds } from "./object-kind.ts";
export type { Action, Base, Drift, Plan, Stuck } from "./plan.ts";
export { compareLab, declaredObjects, fingerprint, markOf, observedObjects, planFor } from "./planning.ts";
export {
  type Condition,
  type DeadMan,
  type Expectation,
  type Principal,
  principals,
  type Risk,
  risks,
} from "./step.ts";
export { type Properties, sameValue, type Value, valueText } from "./value.ts";
