export { bytesOf, type Copy, copiesOf } from "./copies.ts";
export { type Coverage, type CoverageGroup, coverageOf, covers, coversConfiguration } from "./coverage.ts";
export {
  against,
  compared,
  delayed,
  distinct,
  elapsed,
  exactly,
  explain,
  type Figure,
  figureText,
  heldUp,
  type Span,
  spanOf,
  sumOf,
  type Term,
  worseOf,
} from "./figure.ts";
export { type Capacities, type Flow, fairRates, type Job, type Lane, type Packed, pack } from "./flow.ts";
export { type Home, homeComponents, outlivesNode } from "./home.ts";
export { type Loss, lossesOf, lossOf, quorumLoss, siteLoss, survives } from "./loss.ts";
export {
  assumedRunMs,
  copyGraceMs,
  type HeldCopy,
  type PolicyRun,
  policyRuns,
  whyRunsUnknown,
} from "./policy-runs.ts";
export { leastReserve, restoreStream } from "./proxmox-times.ts";
export { type KeepCounts, pruned } from "./prune.ts";
export {
  costOf,
  type LossCost,
  type LossTime,
  type PointGroup,
  type Protection,
  protectionOf,
  recoveryFrom,
  recoveryOf,
  type ScenarioRecovery,
  type Unrecoverable,
} from "./recovery.ts";
export { type CopyStream, worstAge } from "./recovery-point.ts";
export { type Restoring, recoveryTime } from "./restore.ts";
export { type DayOfCopies, type RetentionYear, retained, retentionYear, shortestLife } from "./retention.ts";
export { rollingUpdateTime } from "./rolling-update.ts";
export { longestBetween, type Runs, referencePeriod, runsOf } from "./runs.ts";
export { retrievalOf, type StorageClassFacts, storageClasses } from "./storage-class.ts";
