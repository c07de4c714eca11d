import { LastLooks, leaderOf, type Store } from "@orrery/store";
import type { ClusterWatch } from "@orrery/watch";
import type { Cluster, ClusterToWatch, Reign } from "./cluster.ts";
import type { ClusterFeed } from "./feed.ts";
import { type Led, ledFeed } from "./led-feed.ts";

type Watching = Pick<Led, "now" | "complain"> & {
  /** Told of each watch that this server begins, and of the time during which it leads. */
  readonly begun: (one: ClusterToWatch, watch: ClusterWatch, reign: Reign) => void;
};

/** Begins to watch: at once where this server is alone, else when it leads the cluster. */
export const watching = (
  given: readonly ClusterToWatch[],
  store: Store | undefined,
  { now, complain, begun }: Watching,
): { readonly clusters: readonly Cluster[]; readonly endWatching: () => Promise<void> } => {
  const looks = store === undefined ? undefined : new LastLooks(store);
  const alone: Reign = { term: 0, lost: new AbortController().signal };
  const feedOf = (one: ClusterToWatch): ClusterFeed => {
    const told = (feed: ClusterFeed, reign: Reign): ClusterFeed => {
      const watch = feed.watch?.();
      if (watch !== undefined) begun(one, watch, reign);
      return feed;
    };
    if ("feed" in one) return told(one.feed, alone);
    const { id: cluster } = one;
    const makeFeed = (reign: Reign): ClusterFeed => told(one.makeFeed(reign), reign);
    if (store === undefined || looks === undefined) return makeFeed(alone);
    const stand: Led["stand"] = (onChange) => leaderOf(store, cluster, { onChange });
    return ledFeed({ cluster, stand, looks, makeFeed, now, complain });
  };
  const clusters = given.map((one) => ({ id: one.id, declared: one.declared, feed: feedOf(one) }));
  const endWatching = async (): Promise<void> => {
    await Promise.all(clusters.map(({ feed }) => feed.stop()));
    await looks?.close();
  };
  return { clusters, endWatching };
};
