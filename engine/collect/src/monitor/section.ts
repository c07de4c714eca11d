import type { ParameterValue } from "@orrery/contract";
import type { BackupList, ClusterSection, ClusterSections, NodeSection, NodeSections, Row } from "@orrery/state";
import { needText, rowOf, rowsOf } from "../answers.ts";
import { taskOf, voterOf } from "../cluster-parts.ts";

/** Sends one GET; rejects with a `PveError`. */
export type Ask = (path: string, parameters?: Readonly<Record<string, ParameterValue>>) => Promise<unknown>;

/**
 * How often something is asked, in milliseconds, how old its last value may grow before it counts as lost, and in which
 * of two queues it waits: what is steady shares one small budget of requests a cycle, what is slow another.
 */
export type Pace = { readonly every: number; readonly keep: number; readonly queue: "steady" | "slow" };

const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** The cycle of everything. */
export const cycleMs = 10 * seconds;

/** What the whole picture hangs on: gone after three cycles, for nobody should act upon it. */
const fast: Pace = { every: cycleMs, keep: 35 * seconds, queue: "steady" };
const eachMinute: Pace = { every: minutes, keep: 5 * minutes, queue: "steady" };
export const tenMinutes: Pace = { every: 10 * minutes, keep: 45 * minutes, queue: "slow" };
export const hourly: Pace = { every: hours, keep: 6 * hours, queue: "slow" };

type ClusterPlan = {
  readonly [S in ClusterSection]: Pace & { readonly read: (ask: Ask, now: number) => Promise<ClusterSections[S]> };
};

export const clusterPlan: ClusterPlan = {
  resources: { ...fast, read: async (ask) => rowsOf(await ask("/cluster/resources")) },
  membership: { ...fast, read: async (ask) => rowsOf(await ask("/cluster/status")) },
  figures: { ...fast, read: async (ask) => rowsOf(rowOf(await ask("/cluster/metrics/export")).data) },
  haStatus: { ...eachMinute, read: async (ask) => rowsOf(await ask("/cluster/ha/status/current")) },
  // What a lock is there for, and that a backup failed, shows here alone.
  tasks: { ...eachMinute, every: 2 * cycleMs, read: async (ask) => rowsOf(await ask("/cluster/tasks")).map(taskOf) },
  votes: { ...tenMinutes, read: async (ask) => rowsOf(await ask("/cluster/config/nodes")).map(voterOf) },
  qdevice: { ...tenMinutes, read: async (ask) => rowOf((await ask("/cluster/config/qdevice")) ?? {}) },
  uncovered: { ...tenMinutes, read: async (ask) => rowsOf(await ask("/cluster/backup-info/not-backed-up")) },
  release: { ...hourly, read: async (ask) => rowOf(await ask("/version")) },
};

const list =
  (path: string) =>
  async (ask: Ask, node: string): Promise<readonly Row[]> =>
    rowsOf(await ask(`/nodes/{node}/${path}`, { node }));

type NodePlan = {
  readonly [S in NodeSection]: Pace & {
    readonly read: (ask: Ask, node: string, now: () => number) => Promise<NodeSections[S]>;
  };
};

/** The statistics have a row a minute, the newest of them often still empty. */
const pressureOf = (answer: unknown): Row =>
  rowsOf(answer).findLast((row) => typeof row.pressurecpusome === "number") ?? {};

export const nodePlan: NodePlan = {
  status: {
    every: 30 * seconds,
    keep: 100 * seconds,
    queue: "steady",
    read: async (ask, node) => rowOf(await ask("/nodes/{node}/status", { node })),
  },
  replication: { every: 2 * minutes, keep: 10 * minutes, queue: "steady", read: list("replication") },
  pressure: {
    every: 2 * minutes,
    keep: 10 * minutes,
    queue: "steady",
    read: async (ask, node) => pressureOf(await ask("/nodes/{node}/rrddata", { node, timeframe: "hour" })),
  },
  disks: { ...tenMinutes, read: list("disks/list") },
  zfs: { ...tenMinutes, read: list("disks/zfs") },
  services: { ...tenMinutes, read: list("services") },
  clock: {
    ...tenMinutes,
    read: async (ask, node, now) =>
      Number(needText(rowOf(await ask("/nodes/{node}/time", { node })), "time")) * 1000 - now(),
  },
  updates: { ...hourly, read: list("apt/update") },
  certificates: { ...tenMinutes, read: list("certificates/info") },
  subscription: {
    ...hourly,
    read: async (ask, node) => rowOf(await ask("/nodes/{node}/subscription", { node })),
  },
};

/** Where backups of guests are: on a storage that all nodes share, or on a node's own. */
export type BackupPlace = { readonly storage: string; readonly node: string };

export const backupPlan = {
  ...tenMinutes,
  read: async (ask: Ask, { storage, node }: BackupPlace): Promise<BackupList> => ({
    storage,
    node,
    volumes: rowsOf(await ask("/nodes/{node}/storage/{storage}/content", { node, storage, content: "backup" })),
  }),
};

/**
 * A change of a configuration leaves no trace in any list: each is read again every hour, when its row changed, and when a
 * task was about it.
 */
export const guestPace: Pace = { ...hourly };
