import type { PveVersion } from "@orrery/contract";
import type { Access, Pool } from "./access.ts";
import type { Cluster, LogEntry, Mappings, Notifications, Sdn } from "./cluster.ts";
import type { Section } from "./config.ts";
import type { Dict } from "./dict.ts";
import type { WorldEvent } from "./event.ts";
import type { Fault } from "./fault.ts";
import type { Flow } from "./flow.ts";
import type { Guest } from "./guest.ts";
import type { Ha } from "./ha.ts";
import type { Jobs } from "./job.ts";
import type { Network } from "./network.ts";
import type { Node } from "./node.ts";
import type { Random } from "./random.ts";
import type { Backing, Storage } from "./storage.ts";
import type { Task } from "./task.ts";

/** The API that the world speaks. */
export type Release = PveVersion;

/**
 * A cluster and all that is in it, as plain data: `saveWorld`, `forkWorld` and `restoreWorld` work at any moment.
 * Times are epoch milliseconds on the world's own clock, sizes are bytes.
 */
export type World = {
  format: 1;
  release: Release;
  seed: number;
  random: Random;
  now: number;
  /** Counts what was put into the queue. */
  order: number;
  /** A binary heap by time and order. */
  queue: WorldEvent[];
  cluster: Cluster;
  network: Network;
  nodes: Dict<Node>;
  /** What the package repositories have, by package. */
  published: Dict<{ name: string; version: string; kernel?: string }>;
  backings: Dict<Backing>;
  storages: Dict<Storage>;
  /** `storage@node` of a local storage, `storage` of a shared one, to the backing that it lies on. */
  mounts: Dict<string>;
  /** By VMID. */
  guests: Dict<Guest>;
  access: Access;
  pools: Dict<Pool>;
  sdn: Sdn;
  mappings: Mappings;
  metricServers: Dict<Section>;
  /** cpu-models.conf of 9; absent while there are none. */
  cpuModels?: Dict<Section>;
  notifications: Notifications;
  jobs: Jobs;
  ha: Ha;
  /** By UPID. */
  tasks: Dict<Task>;
  /** Lock files by name: the UPID of the task that holds it, and of those that wait. */
  locks: Dict<{ holder: string; waiters: string[] }>;
  flows: Dict<Flow>;
  lastFlow: number;
  /** The cluster log, the oldest first; the last 500 entries are kept. */
  log: LogEntry[];
  logUid: number;
  faults: Dict<Fault>;
};
