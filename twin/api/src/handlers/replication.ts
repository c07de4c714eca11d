import {
  dict,
  disksOf,
  type Guest,
  planJobs,
  type Section,
  type Step,
  sectionDigest,
  startReplication,
  startTask,
} from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { needSectionDigest } from "../digest.ts";
import { fail, forbid, refuseParameters } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { deleteOptions, needOptions, type OptionTable } from "../section-options.ts";
import { nextRun } from "./backup-jobs.ts";
import { configOf } from "./values.ts";

const table: OptionTable = {
  required: [],
  optional: ["disable", "comment", "rate", "schedule", "remove_job", "source", "guest", "jobnum"],
  fixed: ["target"],
};

const defaultSchedule = "*/15";

const guestOf = (job: Section): number => Number(job.id.split("-")[0] ?? 0);

const shown = (job: Section): Record<string, unknown> => ({
  id: job.id,
  type: job.type,
  jobnum: Number(job.id.split("-")[1] ?? 0),
  ...job.options,
});

const jobs = (call: Call): Section[] =>
  Object.values(call.world.jobs.replication).toSorted((one, other) => (one.id < other.id ? -1 : 1));

const sees = (call: Call, job: Section): boolean => call.rights.has(`/vms/${guestOf(job)}`, "VM.Audit");

const read = (call: Call): unknown => {
  const id = call.need("id");
  const job = call.world.jobs.replication[id] ?? fail(`no such replication job '${id}'`);
  if (!sees(call, job)) forbid();
  return { ...shown(job), digest: sectionDigest(call.world.jobs.replication) };
};

/** Volumes on storages that can send their snapshots: ZFS, and only those that are not taken out. */
const replicatable = (call: Call, guest: Guest): boolean =>
  disksOf(guest).some(({ volid, text }) => {
    const storage = call.world.storages[volid.split(":")[0] ?? ""];
    return storage?.type === "zfspool" && !/(?:^|,)replicate=0/.test(text);
  });

const needReplicatable = (call: Call, guest: Guest): void => {
  for (const { volid, text } of disksOf(guest)) {
    const storage = call.world.storages[volid.split(":")[0] ?? ""];
    if (storage === undefined || storage.type === "zfspool" || /(?:^|,)replicate=0|media=cdrom/.test(text)) continue;
    if (`${storage.options.shared ?? 0}` === "1" || /^(?:nfs|cifs|cephfs|rbd|pbs|iscsi|glusterfs)$/.test(storage.type))
      continue;
    fail(`missing replicate feature on volume '${volid}'`);
  }
  if (!replicatable(call, guest)) fail("No replicatable volumes found");
};

const create = (call: Call): unknown => {
  const { world } = call;
  const id = call.need("id");
  const vmid = id.split("-")[0] ?? "";
  const guest = world.guests[vmid] ?? fail(`Guest '${vmid}' does not exist.`);
  const target = call.need("target");
  if (world.nodes[target] === undefined) fail(`Target '${target}' does not exist.`);
  const source = call.text("source");
  if (source !== undefined && source !== guest.node) {
    fail(`Source '${source}' does not match current node of guest '${vmid}' (${guest.node})`);
  }
  if (target === guest.node) fail("Source and target must not be identical");
  needReplicatable(call, guest);
  needLock(world, call.node, "file-replication_cfg");
  if (world.jobs.replication[id] !== undefined) fail(`replication job '${id}' already exists`);
  const options = configOf(call, "id", "type");
  options.source = guest.node;
  options.guest = guest.vmid;
  world.jobs.replication[id] = { type: call.need("type"), id, options };
  planJobs(world);
  return null;
};

const update = (call: Call): unknown => {
  const { replication } = call.world.jobs;
  const id = call.need("id");
  needLock(call.world, call.node, "file-replication_cfg");
  needSectionDigest(call.text("digest"), replication);
  const job = replication[id] ?? fail(`no such job '${id}'`);
  const changes = configOf(call, "id", "delete", "digest");
  needOptions(table, changes, false);
  const options = dict(Object.entries({ ...job.options, ...changes }));
  deleteOptions(table, options, dict(), call.list("delete"));
  job.options = options;
  planJobs(call.world);
  return null;
};

/** The scheduler of the guest's node takes a job out that is marked, the next time it looks: each minute. */
const removeSoon = (call: Call, job: Section): void => {
  const { world } = call;
  const node = world.nodes[world.guests[guestOf(job)]?.node ?? call.node];
  if (node === undefined) return;
  const steps: Step[] = [
    { do: "wait", ms: 60_000 - (world.now % 60_000) },
    { do: "act", act: { kind: "replication.remove", id: job.id } },
  ];
  startTask(world, { node, type: "replicate", id: job.id, user: "root@pam", steps, silent: true });
};

const remove = (call: Call): unknown => {
  const { replication } = call.world.jobs;
  const id = call.need("id");
  needLock(call.world, call.node, "file-replication_cfg");
  if (call.flag("force")) {
    if (call.flag("keep")) refuseParameters({ keep: "conflicts with parameter 'force'" });
    delete replication[id];
    return null;
  }
  const job = replication[id] ?? fail(`no such job '${id}'`);
  job.options.remove_job = call.flag("keep") ? "local" : "full";
  removeSoon(call, job);
  return null;
};

/** The process that syncs now. */
const pidOf = (call: Call, upid: string | undefined): { pid?: number } => {
  const task = upid === undefined ? undefined : call.world.tasks[upid];
  return task?.state.kind === "running" ? { pid: task.pid } : {};
};

/** A job with how it went last, as the node that it runs on tells. */
const withState = (call: Call, job: Section): Record<string, unknown> => {
  const state = call.world.jobs.replicationState[job.id];
  const seconds = (at: number) => Math.floor(at / 1000);
  const next = job.options.disable
    ? undefined
    : (state?.nextSync ?? 0) > 0
      ? seconds(state?.nextSync ?? 0)
      : nextRun(call, String(job.options.schedule ?? defaultSchedule), call.seconds);
  return {
    schedule: defaultSchedule,
    ...shown(job),
    vmtype: call.world.guests[guestOf(job)]?.kind ?? "qemu",
    fail_count: state?.failCount ?? 0,
    last_sync: seconds(state?.lastSync ?? 0),
    last_try: seconds(state?.lastTry ?? 0),
    ...(next === undefined ? {} : { next_sync: next }),
    ...(state === undefined ? {} : { duration: state.duration / 1000 }),
    ...(state?.error === undefined ? {} : { error: state.error }),
    ...pidOf(call, state?.task),
  };
};

/** Jobs of guests that are on the node that answers. */
const local = (call: Call): Section[] =>
  jobs(call).filter((job) => call.world.guests[guestOf(job)]?.node === call.node);

const listLocal = (call: Call): unknown => {
  const guest = call.number("guest");
  return local(call)
    .filter((job) => guest === undefined || guestOf(job) === guest)
    .filter((job) => sees(call, job))
    .map((job) => withState(call, job));
};

const localJob = (call: Call): Section => {
  const id = call.need("id");
  return local(call).find((job) => job.id === id) ?? fail(`no such replication job '${id}'`);
};

const status = (call: Call): unknown => {
  const job = localJob(call);
  return sees(call, job) ? withState(call, job) : forbid();
};

const log = (call: Call): unknown => {
  const id = call.need("id");
  const job = call.world.jobs.replication[id] ?? fail(`no such replication job '${id}'`);
  if (!sees(call, job) && !call.rights.has(`/nodes/${call.node}`, "Sys.Audit")) forbid();
  const state = call.world.jobs.replicationState[id];
  const stamp = (at: number) => new Date(at).toISOString().slice(0, 19).replace("T", " ");
  const lines =
    state === undefined || state.lastTry === 0
      ? ["no content"]
      : [
          `${stamp(state.lastTry)} ${id}: start replication job`,
          `${stamp(state.lastTry + state.duration)} ${id}: end replication job${state.error === undefined ? "" : ` with error: ${state.error}`}`,
        ];
  const start = call.number("start") ?? 0;
  call.total = lines.length;
  return lines.slice(start, start + (call.number("limit") ?? 50)).map((t, index) => ({ n: start + index + 1, t }));
};

const runSoon = (call: Call): unknown => {
  const id = call.need("id");
  if (call.world.jobs.replication[id] === undefined) fail(`no such replication job '${id}'`);
  startReplication(call.world, id);
  return null;
};

export const replication: Handlers = {
  "GET /cluster/replication": (call) =>
    jobs(call)
      .filter((job) => sees(call, job))
      .map(shown),
  "POST /cluster/replication": create,
  "GET /cluster/replication/{id}": read,
  "PUT /cluster/replication/{id}": update,
  "DELETE /cluster/replication/{id}": remove,
  "GET /nodes/{node}/replication": listLocal,
  "GET /nodes/{node}/replication/{id}": () => ["schedule_now", "log", "status"].map((name) => ({ name })),
  "GET /nodes/{node}/replication/{id}/status": status,
  "GET /nodes/{node}/replication/{id}/log": log,
  "POST /nodes/{node}/replication/{id}/schedule_now": runSoon,
};
