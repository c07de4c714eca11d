import type { Section } from "./config.ts";
import type { Dict } from "./dict.ts";

/** Times are epoch milliseconds, `duration` too. */
export type ReplicationState = {
  lastSync: number;
  lastTry: number;
  nextSync: number;
  duration: number;
  failCount: number;
  error?: string;
  /** What changed on the guest's disks since the last sync is sent; before the first one all of it is. */
  task?: string;
};

export const neverSynced = (): ReplicationState => ({
  lastSync: 0,
  lastTry: 0,
  nextSync: 0,
  duration: 0,
  failCount: 0,
});

export type JobState = {
  nextRun?: number;
  lastRun?: number;
  lastUpid?: string /** The text that the next run was computed from. */;
  schedule?: string;
};

/** When a datastore collects its garbage and verifies its backups: calendar events, empty where it does not. */
type DatastoreJobs = {
  gc: string;
  verify: string;
  nextGc?: number;
  nextVerify?: number;
  lastGc?: number;
  lastVerify?: number;
};

/** jobs.cfg (vzdump and realm-sync jobs) and replication.cfg with their states. */
export type Jobs = {
  backup: Dict<Section>;
  realmSync: Dict<Section>;
  backupState: Dict<JobState>;
  replication: Dict<Section>;
  replicationState: Dict<ReplicationState>;
  /** What the backup servers do by themselves, by datastore (a backing's id). */
  datastores: Dict<DatastoreJobs>;
  /** When the schedulers look again; an event of another time is stale. */
  nextLook?: number;
};
