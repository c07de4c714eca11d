export { ClusterWatch, type WatchOptions } from "./cluster-watch.ts";
export type { WatchedCluster } from "./connected.ts";
export type { Look } from "./look.ts";
