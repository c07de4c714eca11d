export type {
  AlertMemory,
  AlertStep,
  Change,
  Going,
  KeptLook,
  KeptNotice,
  KeptSilence,
  LoadedAlerts,
  Notice,
  NoticeState,
} from "./alerts/alert-memory.ts";
export { type AlertNews, AlertWatch, type AlertWatchOptions, alertRulesFor } from "./alerts/alert-watch.ts";
export type { Receivers } from "./alerts/delivery.ts";
export { memoryAlertMemory } from "./alerts/memory-alert-memory.ts";
export { openIn, windowsAt } from "./alerts/open-windows.ts";
export { ClusterWatch, type WatchedPage, type WatchOptions } from "./cluster-watch.ts";
export type { WatchedCluster } from "./connected.ts";
export { HistoryKeeping, type KeepingState } from "./history/history-keeping.ts";
export type {
  HistoryAnswer,
  HistoryLook,
  HistoryPoints,
  HistoryQuestion,
  HistorySink,
  HistorySource,
} from "./history/history-port.ts";
export { keptMetrics } from "./history/kept-metrics.ts";
export { MemoryHistory, type MemoryRoom } from "./history/memory-history.ts";
export { type Judge, type Judgement, judged, type Question } from "./judging.ts";
export type { Look } from "./look.ts";
