import { nodeNetwork } from "./node-network.ts";
import { nodeDns, nodeHosts, nodeTime } from "./node-settings.ts";

export const networkKinds = {
  "node dns": nodeDns,
  "node time": nodeTime,
  "node hosts": nodeHosts,
  "node network": nodeNetwork,
} as const;
