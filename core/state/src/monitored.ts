import type { TaskState, Voter } from "./cluster-state.ts";
import type { GuestConfig, GuestState } from "./guest-state.ts";
import type { Kept } from "./kept.ts";
import type { Instant } from "./observed.ts";
import type { Row } from "./row.ts";

/** What is asked of the cluster as a whole, again and again. Rows are as the API answers them. */
export type ClusterSections = {
  /** Nodes, guests, storages, pools, networks: one list. */
  readonly resources: readonly Row[];
  /** The cluster and its members, as the node that answers sees them. */
  readonly membership: readonly Row[];
  /** The newest figures of every node, guest and storage: `{ id, metric, value, timestamp, type }`. */
  readonly figures: readonly Row[];
  readonly release: Row;
  readonly votes: readonly Voter[];
  /** Empty where there is none. */
  readonly qdevice: Row;
  readonly haStatus: readonly Row[];
  readonly tasks: readonly TaskState[];
  /** Guests that no backup job covers. */
  readonly uncovered: readonly Row[];
};
export type ClusterSection = keyof ClusterSections;

/** What is asked of each node, again and again. */
export type NodeSections = {
  readonly status: Row;
  readonly replication: readonly Row[];
  /** The newest row of its statistics that has pressure in it. */
  readonly pressure: Row;
  readonly disks: readonly Row[];
  readonly zfs: readonly Row[];
  readonly services: readonly Row[];
  /** Milliseconds that its clock is ahead of the observer's, to a second. */
  readonly clock: number;
  readonly updates: readonly Row[];
  readonly certificates: readonly Row[];
  readonly subscription: Row;
};
export type NodeSection = keyof NodeSections;

/** Backups on a storage, seen from the node that was asked. */
export type BackupList = { readonly storage: string; readonly node: string; readonly volumes: readonly Row[] };

/** How tasks of a type ended on a node since the collector began. */
export type TaskTally = {
  readonly node: string;
  readonly type: string;
  readonly outcome: "ok" | "warnings" | "failed";
  readonly count: number;
};

/** How often a section was asked, of all that it is about. */
export type SectionTally = {
  readonly section: string;
  readonly asked: number;
  readonly failed: number;
};

/** What is in a guest's files. */
export type WatchedGuest = Pick<GuestState, "snapshots" | "firewall"> & { readonly file: GuestConfig };

/** All that a collector holds at a moment. */
export type Monitored = {
  readonly at: Instant;
  readonly cluster: { readonly [S in ClusterSection]: Kept<ClusterSections[S]> };
  readonly nodes: Readonly<Record<string, { readonly [S in NodeSection]: Kept<NodeSections[S]> }>>;
  /** By storage, or by node and storage where each node has its own. */
  readonly backups: Readonly<Record<string, Kept<BackupList>>>;
  /** By VMID. */
  readonly guests: Readonly<Record<string, Kept<WatchedGuest>>>;
  /** Whether the agents of running guests answer, by VMID. */
  readonly agents: Readonly<Record<string, Kept<boolean>>>;
  /** What is read for the cluster state alone: of the cluster, or of a node. */
  readonly parts: readonly { readonly section: string; readonly subject: string; readonly kept: Kept<unknown> }[];
  readonly taskEnds: readonly TaskTally[];
  readonly sections: readonly SectionTally[];
  readonly requests: number;
  readonly cycles: number;
  /** How many times slower than usual it asks, to spare a cluster that suffers; 1 is as usual. */
  readonly pace: number;
};
