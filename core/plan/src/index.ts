export { adopt } from "./adopt.ts";
export { type Moved, movedFrom } from "./base.ts";
export type { Call, CallValue, Revealed, SecretRef } from "./call.ts";
export type { Change, Comparison, PropertyDifference, Undecided } from "./comparison.ts";
export { sorted } from "./graph.ts";
export { holds, unmet } from "./holding.ts";
export type { Kind, Source } from "./kind.ts";
export { unseenFirewalls } from "./kinds/firewall/unseen.ts";
export { type GuestLines, guestLines } from "./kinds/guests/lines.ts";
export { kinds } from "./kinds/index.ts";
export { isAbove, needsWindow, nextOpening, openWindow } from "./maintenance.ts";
export { defaultMark, type Mark } from "./mark.ts";
export { type Blind, type DeclaredObject, type ObjectRef, type ObservedObject, refName } from "./object.ts";
export { type ObjectKind, objectKinds } from "./object-kind.ts";
export { type PartsRead, partsFor } from "./parts.ts";
export type {
  Action,
  Base,
  BaseObject,
  Drift,
  MaintenanceWindow,
  Plan,
  PlanFinding,
  PlanFindings,
  Stuck,
} from "./plan.ts";
export { parsePlan, planSchema, planText, type ReadPlan, readPlan } from "./plan-file.ts";
export { compareLab, declaredObjects, fingerprint, markOf, observedObjects, planFor } from "./planning.ts";
export { fullName, type Seen, sightOf, sourcesOf } from "./sight.ts";
export {
  type Condition,
  type DeadMan,
  type Expectation,
  type Principal,
  principals,
  type Risk,
  risks,
} from "./step.ts";
export { parseTarget, type Target, targeted } from "./target.ts";
export { type Properties, propertyText, sameValue, type Value, valueText } from "./value.ts";
