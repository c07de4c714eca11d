import type { ClusterState } from "@orrery/state";
import { z } from "zod";
import { type Caller, maySee } from "../access/caller.ts";
import type { Cluster, DeclaredLab } from "../clusters/cluster.ts";
import type { FeedReading } from "../clusters/feed.ts";
import { Refusal } from "../http/refusal.ts";
import type { Services } from "../services.ts";

/** Paths that begin with a cluster. */
export const clusterPath = z.strictObject({ cluster: z.string().min(1).max(100) });

type AskedOfCluster = {
  readonly path: { readonly cluster: string };
  readonly caller: Caller;
  readonly services: Services;
};

/** The cluster that a path names, if whoever asks may ask about it. */
export const clusterOf = ({ path, caller, services }: AskedOfCluster): Cluster => {
  if (!maySee(caller, path.cluster)) throw new Refusal("forbidden", "This token is not for that cluster.");
  const found = services.clusters.get(path.cluster);
  if (found !== undefined) return found;
  throw new Refusal("not-found", "There is no cluster of that name here. GET /api/clusters lists them.", {
    place: "path.cluster",
  });
};

/** What was seen of it last; refused while nothing was. */
export const readingOf = (asked: AskedOfCluster): FeedReading & { readonly kind: "read" } => {
  const reading = clusterOf(asked).feed.now();
  if (reading.kind === "read") return reading;
  const why = reading.trouble === undefined ? "it is being asked for the first time" : reading.trouble.why;
  throw new Refusal("not-ready", `Nothing was seen of ${asked.path.cluster} yet: ${why}.`, { retryAfter: 5 });
};

export const stateOf = (asked: AskedOfCluster): ClusterState => readingOf(asked).state;

export const declaredOf = (asked: AskedOfCluster): DeclaredLab => {
  const { declared, id } = clusterOf(asked);
  if (declared !== undefined) return declared;
  throw new Refusal("conflict", `No declaration is given for ${id}: the server's settings name it as "lab".`);
};
