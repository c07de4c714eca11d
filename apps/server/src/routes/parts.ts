import type { ClusterPart, ClusterState, Observed } from "@orrery/state";
import { z } from "zod";
import { observed } from "../http/observed.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { clusterPath, stateOf } from "./of-cluster.ts";

/** Who has which rights is for those who look after that. */
const rightful = ["users", "groups", "roles", "acl", "realms", "realmSyncJobs"] as const satisfies ClusterPart[];
const plain = [
  "votes",
  "options",
  "storages",
  "pools",
  "backupJobs",
  "replicationJobs",
  "haResources",
  "haRules",
  "haGroups",
  "haStatus",
  "firewall",
  "sdn",
  "mappings",
  "metricServers",
  "notifications",
] as const satisfies ClusterPart[];

const partOf = (state: ClusterState, part: ClusterPart): Observed<unknown> => state[part];

const part = jsonRoute({
  id: "getPart",
  method: "GET",
  url: "/api/clusters/{cluster}/parts/{part}",
  tag: "Clusters",
  summary: "a part of the cluster as it was read, with its time: pools, HA, backup jobs, firewall, SDN …",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath.extend({ part: z.enum(plain) }),
  reply: observed,
  handle: (asked) => partOf(stateOf(asked), asked.path.part),
});

const rights = jsonRoute({
  id: "getRights",
  method: "GET",
  url: "/api/clusters/{cluster}/access/{part}",
  tag: "Clusters",
  summary: "who has which rights on the cluster: users, groups, roles, permissions, realms",
  access: { kind: "role", role: "auditor" },
  ...nothing,
  path: clusterPath.extend({ part: z.enum(rightful) }),
  reply: observed,
  handle: (asked) => partOf(stateOf(asked), asked.path.part),
});

export const partRoutes: readonly Route[] = [part, rights];
