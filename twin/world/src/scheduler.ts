import { nextCalendarEvent, parseCalendarEvent } from "@orrery/model";
import { backUpGuests } from "./back-up-guest.ts";
import type { Section } from "./config.ts";
import { isQuorate } from "./corosync.ts";
import { collectGarbage, verifyBackups } from "./datastore.ts";
import { ensured } from "./dict.ts";
import { type JobState, neverSynced } from "./job.ts";
import { enqueue } from "./queue.ts";
import { startReplication } from "./replication.ts";
import type { World } from "./world.ts";

/** When a schedule comes next after a moment, in the zone of the nodes; undefined when never or when it is none. */
export const nextRunOf = (world: World, schedule: string, after: number): number | undefined => {
  const parsed = parseCalendarEvent(schedule);
  if (parsed.kind === "problem") return undefined;
  const [node] = Object.values(world.nodes);
  return nextCalendarEvent(parsed.event, node?.timezone ?? "UTC", after);
};

const isEnabled = (job: Section): boolean =>
  `${job.options.enabled ?? 1}` !== "0" && `${job.options.disable ?? 0}` !== "1";

/** The schedules of a job: `schedule`, or what `starttime` and `dow` mean. */
const scheduleOf = (job: Section): string => {
  if (job.options.schedule !== undefined) return `${job.options.schedule}`;
  const days = `${job.options.dow ?? ""}`;
  return `${days} ${job.options.starttime ?? "00:00"}`.trim();
};

export const defaultReplication = "*/15";

/** Computes when each job comes next and has the schedulers look then. To be called after every change of a job. */
export const planJobs = (world: World): void => {
  const { jobs } = world;
  let first = Number.POSITIVE_INFINITY;
  for (const id in jobs.backup) {
    const job = jobs.backup[id];
    if (!job) continue;
    const state: JobState = ensured(jobs.backupState, id, () => ({}));
    const schedule = scheduleOf(job);
    if (!isEnabled(job)) {
      delete state.nextRun;
      continue;
    }
    if (state.nextRun === undefined || state.schedule !== schedule) {
      state.schedule = schedule;
      const next = nextRunOf(world, schedule, world.now);
      if (next === undefined) delete state.nextRun;
      else state.nextRun = next;
    }
    first = Math.min(first, state.nextRun ?? Number.POSITIVE_INFINITY);
  }
  for (const id of Object.keys(jobs.backupState)) if (!jobs.backup[id]) delete jobs.backupState[id];
  for (const id in jobs.replication) {
    const job = jobs.replication[id];
    if (!job || !isEnabled(job)) continue;
    const state = ensured(jobs.replicationState, id, neverSynced);
    if (state.nextSync <= world.now)
      state.nextSync =
        nextRunOf(world, `${job.options.schedule ?? defaultReplication}`, world.now) ?? Number.MAX_SAFE_INTEGER;
    first = Math.min(first, state.nextSync);
  }
  for (const id of Object.keys(jobs.replicationState)) if (!jobs.replication[id]) delete jobs.replicationState[id];
  first = Math.min(first, planDatastores(world));
  if (first >= Number.MAX_SAFE_INTEGER || first === jobs.nextLook) return;
  jobs.nextLook = first;
  enqueue(world, first, { kind: "schedule", at: first });
};

const numbers = (text: string | number | undefined): number[] =>
  `${text ?? ""}`
    .split(/[,;\s]+/)
    .filter(Boolean)
    .map(Number);

/** The guests of a node that a backup job takes. */
export const guestsOfJob = (world: World, job: Section, node: string): number[] => {
  const { all, vmid, exclude, pool } = job.options;
  const excluded = new Set(numbers(exclude));
  const wanted =
    pool !== undefined
      ? (world.pools[`${pool}`]?.vmids ?? [])
      : `${all ?? 0}` === "1" || exclude !== undefined
        ? Object.keys(world.guests).map(Number)
        : numbers(vmid);
  return wanted.filter((id) => !excluded.has(id) && world.guests[id]?.node === node);
};

/** Starts a backup job on every node that has guests for it, as the schedulers of the nodes do. */
export const runBackupJob = (world: World, id: string): string[] => {
  const job = world.jobs.backup[id];
  if (!job) return [];
  const { options } = job;
  const upids: string[] = [];
  for (const node of Object.keys(world.nodes).toSorted()) {
    if (world.nodes[node]?.state.kind !== "online" || !isQuorate(world, node)) continue;
    if (options.node !== undefined && options.node !== node) continue;
    const vmids = guestsOfJob(world, job, node);
    if (vmids.length === 0) continue;
    const mode = options.mode === "stop" || options.mode === "suspend" ? options.mode : "snapshot";
    const compress =
      options.compress === "gzip" || options.compress === "lzo" || options.compress === "zstd" ? options.compress : "0";
    const answer = backUpGuests(
      world,
      { user: "root@pam" },
      {
        node,
        vmids,
        many: true,
        options: {
          storage: `${options.storage ?? "local"}`,
          mode,
          compress,
          prune: `${options["prune-backups"] ?? ""}`,
          remove: `${options.remove ?? 1}` !== "0",
          notes: `${options["notes-template"] ?? ""}`,
          protect: `${options.protected ?? 0}` === "1",
          cap: Number(options.bwlimit ?? 0) * 1024,
        },
        asked: options,
      },
    );
    if (answer.kind === "started") upids.push(answer.upid);
  }
  return upids;
};

/** When the first of the datastores' own jobs comes. */
const planDatastores = (world: World): number => {
  let first = Number.POSITIVE_INFINITY;
  for (const jobs of Object.values(world.jobs.datastores)) {
    if (jobs.gc !== "") jobs.nextGc ??= nextRunOf(world, jobs.gc, world.now) ?? Number.MAX_SAFE_INTEGER;
    if (jobs.verify !== "") jobs.nextVerify ??= nextRunOf(world, jobs.verify, world.now) ?? Number.MAX_SAFE_INTEGER;
    first = Math.min(first, jobs.nextGc ?? first, jobs.nextVerify ?? first);
  }
  return first;
};

const runDatastores = (world: World): void => {
  for (const id of Object.keys(world.jobs.datastores).toSorted()) {
    const jobs = world.jobs.datastores[id];
    if (jobs?.nextGc !== undefined && jobs.nextGc <= world.now) {
      delete jobs.nextGc;
      collectGarbage(world, id);
    }
    if (jobs?.nextVerify !== undefined && jobs.nextVerify <= world.now) {
      delete jobs.nextVerify;
      verifyBackups(world, id);
    }
  }
};

/** What the queue's wake of the schedulers does: what is due is run. */
export const runDueJobs = (world: World): void => {
  const { jobs } = world;
  delete jobs.nextLook;
  for (const id of Object.keys(jobs.backup).toSorted()) {
    const state = jobs.backupState[id];
    if (state?.nextRun === undefined || state.nextRun > world.now) continue;
    delete state.nextRun;
    state.lastRun = world.now;
    const upid = runBackupJob(world, id).at(-1);
    if (upid !== undefined) state.lastUpid = upid;
  }
  for (const id of Object.keys(jobs.replication).toSorted()) {
    const state = jobs.replicationState[id];
    if (state && state.nextSync <= world.now && isEnabled(jobs.replication[id] ?? { type: "", id, options: {} }))
      startReplication(world, id);
  }
  runDatastores(world);
  planJobs(world);
};
