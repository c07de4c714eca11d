import type { Handlers } from "../call.ts";
import { accessRules } from "./access-rules.ts";
import { accessUsers } from "./access-users.ts";
import { backupJobs } from "./backup-jobs.ts";
import { clusterJoin } from "./cluster-join.ts";
import { clusterOptions } from "./cluster-options.ts";
import { clusterTopics } from "./cluster-topics.ts";
import { firewall } from "./firewall.ts";
import { firstHandlers } from "./first.ts";
import { guestBackup } from "./guest-backup.ts";
import { guestCreate } from "./guest-create.ts";
import { guestDisks } from "./guest-disks.ts";
import { guestLife } from "./guest-life.ts";
import { guestMigration } from "./guest-migration.ts";
import { guestsOfNode } from "./guests-of-node.ts";
import { lxc } from "./lxc.ts";
import { lxcConfig } from "./lxc-config.ts";
import { nodes } from "./nodes.ts";
import { pools } from "./pools.ts";
import { qemuAgent } from "./qemu-agent.ts";
import { qemuConfig } from "./qemu-config.ts";
import { qemuStatus } from "./qemu-status.ts";
import { storageConfig } from "./storage-config.ts";
import { storageContent } from "./storage-content.ts";
import { tasks } from "./tasks.ts";

/** Every method that the twin models, by `METHOD /path`; what is not here answers 501 or is an index. */
export const handlers: Handlers = {
  ...firstHandlers,
  ...accessRules,
  ...accessUsers,
  ...backupJobs,
  ...clusterOptions,
  ...clusterTopics,
  ...firewall,
  ...nodes,
  ...pools,
  ...storageConfig,
  ...storageContent,
  ...tasks,
  ...guestBackup,
  ...guestCreate,
  ...guestDisks,
  ...guestLife,
  ...guestMigration,
  ...guestsOfNode,
  ...lxc,
  ...lxcConfig,
  ...qemuAgent,
  ...qemuConfig,
  ...qemuStatus,
  ...clusterJoin,
};
