import { backupJob } from "./backup-job.ts";

export const protectionKinds = { "backup job": backupJob } as const;
