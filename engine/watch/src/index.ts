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
export { type Judge, type Judgement, judged, type Question } from "./judging.ts";
export type { Look } from "./look.ts";
