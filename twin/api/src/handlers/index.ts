import type { Handlers } from "../call.ts";
import { accessLogin } from "./access-login.ts";
import { accessRules } from "./access-rules.ts";
import { accessUsers } from "./access-users.ts";
import { clusterOptions } from "./cluster-options.ts";
import { clusterState } from "./cluster-state.ts";
import { backupJobs } from "./backup-jobs.ts";
import { firewall } from "./firewall.ts";
import { pools } from "./pools.ts";
import { tasks } from "./tasks.ts";

/** Every method that the twin models, by `METHOD /path`; what is not here answers 501 or is an index. */
export const handlers: Handlers = {
  ...accessLogin,
  ...accessRules,
  ...accessUsers,
  ...clusterOptions,
  ...clusterState,
  ...backupJobs,
  ...firewall,
  ...pools,
  ...tasks,
};
