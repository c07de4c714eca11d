import type { Handlers } from "../call.ts";
import { accessLogin } from "./access-login.ts";
import { accessRules } from "./access-rules.ts";
import { accessUsers } from "./access-users.ts";
import { backupJobs } from "./backup-jobs.ts";
import { clusterJoin } from "./cluster-join.ts";
import { clusterOptions } from "./cluster-options.ts";
import { clusterServices } from "./cluster-services.ts";
import { clusterState } from "./cluster-state.ts";
import { firewall } from "./firewall.ts";
import { guestCreate } from "./guest-create.ts";
import { guestLife } from "./guest-life.ts";
import { ha } from "./ha.ts";
import { lxc } from "./lxc.ts";
import { nodeCapabilities } from "./node-capabilities.ts";
import { nodeNetwork } from "./node-network.ts";
import { nodeSystem } from "./node-system.ts";
import { pools } from "./pools.ts";
import { qemuConfig } from "./qemu-config.ts";
import { qemuStatus } from "./qemu-status.ts";
import { rrd } from "./rrd.ts";
import { sdn } from "./sdn.ts";
import { storageConfig } from "./storage-config.ts";
import { storageContent } from "./storage-content.ts";
import { tasks } from "./tasks.ts";

/** Every method that the twin models, by `METHOD /path`; what is not here answers 501 or is an index. */
export const handlers: Handlers = {
  ...accessLogin,
  ...accessRules,
  ...accessUsers,
  ...backupJobs,
  ...clusterOptions,
  ...clusterServices,
  ...clusterState,
  ...firewall,
  ...ha,
  ...nodeCapabilities,
  ...nodeNetwork,
  ...nodeSystem,
  ...pools,
  ...rrd,
  ...sdn,
  ...storageConfig,
  ...storageContent,
  ...tasks,
  ...guestCreate,
  ...guestLife,
  ...lxc,
  ...qemuConfig,
  ...qemuStatus,
  ...clusterJoin,
};
