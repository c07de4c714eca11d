import type { Place } from "@orrery/assurance";
import type { Lab, Path } from "@orrery/model";
import type { ClusterFeed } from "./feed.ts";

/** A declaration, and where its parts stand in its files. */
export type DeclaredLab = { readonly lab: Lab; readonly locate: (path: Path) => Place | undefined };

/** A cluster that the server is to watch: by a feed that runs already, or by one that it begins when it is its turn. */
export type ClusterToWatch = Omit<Cluster, "feed"> &
  ({ readonly feed: ClusterFeed } | { readonly makeFeed: () => ClusterFeed });

/** A cluster that the server watches. */
export type Cluster = {
  readonly id: string;
  readonly declared: DeclaredLab | undefined;
  readonly feed: ClusterFeed;
};
