import type { Handlers } from "../call.ts";
import { clusterMembership } from "./cluster-membership.ts";
import { customCpuModels } from "./cpu-models.ts";
import { outsideServices } from "./far-ends.ts";
import { haGroups } from "./ha-groups.ts";
import { haResources } from "./ha-resources.ts";
import { haRules } from "./ha-rules.ts";
import { haStatus } from "./ha-status.ts";
import { mappings } from "./mappings.ts";
import { metricServers } from "./metric-servers.ts";
import { metricsExport } from "./metrics-export.ts";
import { notifications } from "./notifications.ts";
import { replication } from "./replication.ts";
import { sdnAddresses } from "./sdn-addresses.ts";
import { sdnFabrics } from "./sdn-fabrics.ts";
import { sdnRunning } from "./sdn-running.ts";
import { sdnSubnets } from "./sdn-subnets.ts";
import { sdnConfiguration } from "./sdn-zones.ts";
import { vnetFirewall } from "./vnet-firewall.ts";

/** What the cluster as a whole keeps: HA, SDN, mappings, notifications, metrics, replication, membership. */
export const clusterTopics: Handlers = {
  ...clusterMembership,
  ...customCpuModels,
  ...haGroups,
  ...haResources,
  ...haRules,
  ...haStatus,
  ...mappings,
  ...metricServers,
  ...metricsExport,
  ...notifications,
  ...outsideServices,
  ...replication,
  ...sdnAddresses,
  ...sdnConfiguration,
  ...sdnFabrics,
  ...sdnRunning,
  ...sdnSubnets,
  ...vnetFirewall,
};
