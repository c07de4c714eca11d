export { adopt } from "./adopt/adopt.ts";
export { type Around, areSeenInLabs, labsAround } from "./adopt/as-observed.ts";
export type { Change, Comparison, PropertyDifference, Undecided } from "./compare/comparison.ts";
export { compareLab, declaredObjects, fingerprint, markOf, observedObjects } from "./compare/lab-comparison.ts";
export { defaultMark, type Mark } from "./compare/mark.ts";
export { type Blind, type DeclaredObject, type ObjectRef, type ObservedObject, refName } from "./compare/object.ts";
export { type ObjectKind, objectKinds } from "./compare/object-kind.ts";
export { type PartsRead, partsFor } from "./compare/parts.ts";
export { fullName, type Seen, sightOf, sourcesOf } from "./compare/sight.ts";
export { type Properties, propertyText, sameValue, type Value, valueText } from "./compare/value.ts";
export { unseenFirewalls } from "./kinds/firewall/unseen.ts";
export { type GuestLines, guestLines } from "./kinds/guests/lines.ts";
export { kinds } from "./kinds/index.ts";
export type { Kind, Source } from "./kinds/kind.ts";
export { type Moved, movedFrom } from "./plan/base.ts";
export type { Call, CallValue, Revealed, SecretRef } from "./plan/call.ts";
export { sorted } from "./plan/graph.ts";
export { holds, unmet } from "./plan/holding.ts";
export { isAbove, needsWindow, nextOpening, openWindow } from "./plan/maintenance.ts";
export { type Move, type MovesPlanned, planOfMoves } from "./plan/moves.ts";
export type {
  Action,
  Base,
  BaseObject,
  Drift,
  MaintenanceWindow,
  MovePurpose,
  Plan,
  PlanFinding,
  PlanFindings,
  Stuck,
} from "./plan/plan.ts";
export { parsePlan, planSchema, planText, type ReadPlan, readPlan } from "./plan/plan-file.ts";
export { planFor } from "./plan/planning.ts";
export {
  type Condition,
  type Expectation,
  type HandOver,
  type Principal,
  principals,
  type Risk,
  risks,
} from "./plan/step.ts";
export { parseTarget, type Target, targeted } from "./plan/target.ts";
