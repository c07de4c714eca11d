import { type ClusterPart, type NodePart, nodeParts } from "@orrery/state";
import { clusterParts } from "./cluster-parts.ts";

/** What is to be read. */
export type Scope = {
  readonly cluster: readonly ClusterPart[];
  readonly nodes: readonly NodePart[];
  /** Whether guests' configurations are read, or only what the list of resources tells of them. */
  readonly guestFiles: boolean;
  /** `in force`: where the cluster's firewall is on, a card of the guest asks for it, and its own options say on. */
  readonly guestFirewalls: "all" | "in force" | "none";
};

/** Everything that there is a place for. */
export const everything: Scope = {
  cluster: clusterParts,
  nodes: nodeParts,
  guestFiles: true,
  guestFirewalls: "in force",
};

/**
 * What guests, storages, access and protection are made of: 18 requests, one a guest, one a pool, and one a realm that
 * somebody made, however many nodes there are.
 */
export const essentials: Scope = {
  cluster: [
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
  ],
  nodes: [],
  guestFiles: true,
  guestFirewalls: "none",
};
