import type { Handlers } from "../call.ts";
import { bulkWork } from "./bulk-work.ts";
import { nodeCapabilities } from "./node-capabilities.ts";
import { nodeCertificates } from "./node-certificates.ts";
import { nodeServices } from "./node-daemons.ts";
import { nodeDisks } from "./node-disks.ts";
import { nodeHardware } from "./node-hardware.ts";
import { nodeLog } from "./node-log.ts";
import { nodeNetwork } from "./node-network.ts";
import { nodePackages } from "./node-packages.ts";
import { nodeScan } from "./node-scan.ts";
import { nodeSettings } from "./node-settings.ts";
import { nodeStatus } from "./node-status.ts";
import { nodeSubscription } from "./node-subscription.ts";
import { series } from "./series.ts";

/** What is about one node: its state, settings, devices and logs. */
export const nodes: Handlers = {
  ...bulkWork,
  ...nodeCapabilities,
  ...nodeCertificates,
  ...nodeDisks,
  ...nodeHardware,
  ...nodeLog,
  ...nodeNetwork,
  ...nodePackages,
  ...nodeScan,
  ...nodeServices,
  ...nodeSettings,
  ...nodeStatus,
  ...nodeSubscription,
  ...series,
};
