export {
  type AuditEntry,
  type AuditHead,
  type AuditVerdict,
  appendAudit,
  type Json,
  type KeptAuditEntry,
  readAudit,
  verifyAudit,
} from "./audit/audit.ts";
export { type BackedUp, backUp } from "./backup/backup.ts";
export { type Restored, restore } from "./backup/restore.ts";
export type { EmbeddedState } from "./embedded/supervisor.ts";
export type { Appended } from "./history/append.ts";
export { History, type SeriesName } from "./history/history.ts";
export { type Keep, usualKeep } from "./history/keep.ts";
export type { HistoryAnswer, HistoryQuestion, Points } from "./history/query.ts";
export type { Sample } from "./history/sample.ts";
export type { KnownSeries } from "./history/series.ts";
export type { Swept } from "./history/sweep.ts";
export { type LastLook, LastLooks } from "./last-look/last-looks.ts";
export { type Leader, type LeaderOptions, type Leadership, leaderOf, type Pace } from "./leader/leader.ts";
export { isStoreThere, openStore, type Store, type StoreOptions, type StorePlace, storePlaceOf } from "./store.ts";
export { StoreError, type StoreErrorCode } from "./store-error.ts";
export type { Tables } from "./tables.ts";
export { startTemporaryServer, type TemporaryServer } from "./temporary-server.ts";
