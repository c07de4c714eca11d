import type { ClusterState } from "@orrery/state";
import type { ClusterWatch } from "@orrery/watch";

/** Why the last look at a cluster came to nothing. */
type FeedTrouble = { readonly since: number; readonly at: number; readonly why: string };

/** The last that was seen of a cluster, and whether looking still works. Times are epoch milliseconds. */
export type FeedReading =
  | { readonly kind: "awaited"; readonly since: number; readonly trouble?: FeedTrouble }
  | {
      readonly kind: "read";
      readonly state: ClusterState;
      /** When it was read whole. */
      readonly at: number;
      readonly requests: number;
      readonly tookMs: number;
      /** Parts whose last value is older than this look, and why: `nodes/pve1/status`. */
      readonly stale: ReadonlyMap<string, string>;
      readonly trouble?: FeedTrouble;
    };

/** Where cluster states come from: whoever collects them. */
export type ClusterFeed = {
  readonly now: () => FeedReading;
  /** Told after each look, also of one that failed. Gives what ends it. */
  readonly subscribe: (listener: (reading: FeedReading) => void) => () => void;
  /** What looks at the cluster; undefined while another server does. */
  readonly watch?: () => ClusterWatch | undefined;
  readonly stop: () => Promise<void>;
};
