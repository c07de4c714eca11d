import { LastLooks, leaderOf, type Store } from "@orrery/store";
import type { Cluster, ClusterToWatch, Reign } from "./cluster.ts";
import type { ClusterFeed } from "./feed.ts";
import { type Led, ledFeed } from "./led-feed.ts";

/** Begins to watch: at once where this server is alone, else when it leads the cluster. */
export const watching = (
  given: readonly ClusterToWatch[],
  store: Store | undefined,
  { now, complain }: Pick<Led, "now" | "complain">,
): { readonly clusters: readonly Cluster[]; readonly endWatching: () => Promise<void> } => {
  const looks = store === undefined ? undefined : new LastLooks(store);
  const alone: Reign = { term: 0, lost: new AbortController().signal };
  const feedOf = (one: ClusterToWatch): ClusterFeed => {
    if ("feed" in one) return one.feed;
    const { id: cluster, makeFeed } = one;
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
