import { nodeNetwork } from "./node-network.ts";
import { nodeDns, nodeHosts, nodeTime } from "./node-settings.ts";
import { sdnObject } from "./sdn-object.ts";
import { sdnRunning } from "./sdn-running.ts";

export const networkKinds = {
  "node dns": nodeDns,
  "node time": nodeTime,
  "node hosts": nodeHosts,
  "node network": nodeNetwork,
  "sdn controller": sdnObject("sdn controller", "SDN controller"),
  "sdn ipam": sdnObject("sdn ipam", "SDN address management"),
  "sdn dns": sdnObject("sdn dns", "SDN name server"),
  "sdn zone": sdnObject("sdn zone", "SDN zone"),
  "sdn vnet": sdnObject("sdn vnet", "vnet"),
  "sdn subnet": sdnObject("sdn subnet", "subnet"),
  sdn: sdnRunning,
} as const;
