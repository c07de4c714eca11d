import type { PveVersion } from "@orrery/contract";
import type { Lab } from "@orrery/model";
import { type ClusterPart, type ClusterState, type NodePart, unasked } from "@orrery/state";
import { kinds } from "./kinds/index.ts";
import { declaredObjects } from "./planning.ts";

/** What of a cluster has to be read to plan for a declaration. */
export type PartsRead = {
  readonly cluster: readonly ClusterPart[];
  readonly nodes: readonly NodePart[];
  readonly guestFirewalls: boolean;
};

/** What holds things that bear the mark of the declaration, or that all others are about: one request each, mostly. */
const always: readonly ClusterPart[] = [
  "options",
  "storages",
  "pools",
  "users",
  "groups",
  "roles",
  "acl",
  "realms",
  "backupJobs",
  "replicationJobs",
  "haResources",
  "haRules",
  "haGroups",
  "haStatus",
  "tasks",
];

const others = [
  "votes",
  "realmSyncJobs",
  "firewall",
  "sdn",
  "mappings",
  "metricServers",
  "notifications",
] as const satisfies readonly ClusterPart[];

/** A cluster of which nobody has seen anything yet. */
const unseen = (contract: PveVersion): ClusterState => {
  const no = unasked<never>("it was not asked for");
  const parts = Object.fromEntries([...always, ...others].map((part) => [part, no])) as Pick<ClusterState, ClusterPart>;
  return {
    kind: "cluster-state",
    format: 1,
    at: 0,
    contract,
    release: no,
    membership: no,
    storageUse: no,
    nodes: {},
    guests: no,
    ...parts,
  };
};

/** What has to be read to plan for a lab: the usual, and what its declared objects are read from beside that. */
export const partsFor = (lab: Lab, contract: PveVersion): PartsRead => {
  const sources = declaredObjects(lab, unseen(contract)).flatMap((object) =>
    kinds[object.kind].sources(object, object.node),
  );
  const named = sources.flatMap((source) => (source.of === "cluster" ? [source.part] : []));
  const nodes = sources.flatMap((source) => (source.of === "node" ? [source.part] : []));
  return {
    cluster: [...new Set([...always, ...named])],
    nodes: [...new Set(nodes)],
    guestFirewalls: sources.some((source) => source.of === "guest" && source.firewall === true),
  };
};
