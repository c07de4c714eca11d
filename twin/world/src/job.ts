import type { Section } from "./config.ts";
import type { Dict } from "./dict.ts";

export type ReplicationState = {
  lastSync: number;
  lastTry: number;
  nextSync: number;
  duration: number;
  failCount: number;
  error?: string;
  /** The job runs now, as this process. */
  pid?: number;
};

export type JobState = { nextRun?: number; lastRun?: number; lastUpid?: string; lastState?: string };

/** jobs.cfg (vzdump and realm-sync jobs) and replication.cfg with their states. */
export type Jobs = {
  backup: Dict<Section>;
  realmSync: Dict<Section>;
  backupState: Dict<JobState>;
  replication: Dict<Section>;
  replicationState: Dict<ReplicationState>;
};
