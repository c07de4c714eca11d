import type { PveVersion } from "@orrery/contract";
import type { Lab } from "@orrery/model";
import { type ClusterPart, type ClusterState, type NodePart, unasked } from "@orrery/state";
import { kinds } from "../kinds/index.ts";
import { declaredObjects } from "./lab-comparison.ts";

/** What of a cluster has to be read to plan for a declaration. */
export type PartsRead = {
  readonly cluster: readonly ClusterPart[];
  readonly nodes: readonly NodePart[];
  readonly guestFirewalls: boolean;
};

/**
 * What holds things that bear the mark of the declaration, or that all others are about, is always read: one request
 * each, mostly. The rest where something of it is declared.
 */
const isAlways: Readonly<Record<ClusterPart, boolean>> = {
  votes: false,
  options: true,
  storages: true,
  pools: true,
  users: true,
  groups: true,
  roles: true,
  acl: true,
  realms: true,
  backupJobs: true,
  realmSyncJobs: false,
  replicationJobs: true,
  haResources: true,
  haRules: true,
  haGroups: true,
  haStatus: true,
  firewall: false,
  sdn: false,
  mappings: false,
  metricServers: false,
  notifications: false,
  tasks: true,
};
const clusterParts = Object.keys(isAlways) as readonly ClusterPart[];

/** A cluster of which nobody has seen anything yet. */
const unseen = (contract: PveVersion): ClusterState => {
  const no = unasked<never>("it was not asked for");
  const parts = Object.fromEntries(clusterParts.map((part) => [part, no])) as Pick<ClusterState, ClusterPart>;
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
    cluster: clusterParts.filter((part) => isAlways[part] || named.includes(part)),
    nodes: [...new Set(nodes)],
    guestFirewalls: sources.some((source) => source.of === "guest" && source.firewall === true),
  };
};
