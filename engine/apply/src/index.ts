export { type Applied, type ApplyOptions, applyPlan, planId } from "./apply-plan.ts";
export type { ApplyEvent } from "./event.ts";
export type { Limits } from "./gate.ts";
export { type Journal, type JournalRecord, memoryJournal, pastOf, recordsOf } from "./journal.ts";
export { isGood, type Outcome, type Tally } from "./outcome.ts";
export type { Refusal } from "./refusal.ts";
export type { Patience } from "./run.ts";
export type { SecretKeeper, SecretReader } from "./secret.ts";
