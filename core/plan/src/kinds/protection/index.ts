import { backupJob } from "./backup-job.ts";
import { haResource } from "./ha-resource.ts";
import { haGroup, haRule } from "./ha-rule.ts";
import { replicationJob } from "./replication-job.ts";

export const protectionKinds = {
  "ha group": haGroup,
  "ha resource": haResource,
  "ha rule": haRule,
  "replication job": replicationJob,
  "backup job": backupJob,
} as const;
