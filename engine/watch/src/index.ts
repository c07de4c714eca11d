export { ClusterWatch, type WatchedPage, type WatchOptions } from "./cluster-watch.ts";
export type { WatchedCluster } from "./connected.ts";
export { type Judge, type Judgement, judged, type Question } from "./judging.ts";
export type { Look } from "./look.ts";
