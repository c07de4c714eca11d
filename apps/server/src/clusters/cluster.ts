import type { Place } from "@orrery/assurance";
import type { Lab, Path } from "@orrery/model";
import type { ClusterFeed } from "./feed.ts";

/** A declaration, and where its parts stand in its files. */
export type DeclaredLab = { readonly lab: Lab; readonly locate: (path: Path) => Place | undefined };

/** The time during which this server leads a cluster. */
export type Reign = {
  /** Greater than that of any leader before; 0 where no other server can be. */
  readonly term: number;
  /** Aborted when it ends: another may lead then, and what must be done by one alone (history, notifications) is its to do. */
  readonly lost: AbortSignal;
};

/** A cluster that the server is to watch: by a feed that runs already, or by one that it begins when it leads. */
export type ClusterToWatch = Omit<Cluster, "feed"> &
  ({ readonly feed: ClusterFeed } | { readonly makeFeed: (reign: Reign) => ClusterFeed });

/** A cluster that the server watches. */
export type Cluster = {
  readonly id: string;
  readonly declared: DeclaredLab | undefined;
  readonly feed: ClusterFeed;
};
