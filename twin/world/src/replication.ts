import { isQuorate } from "./corosync.ts";
import type { Guest } from "./guest.ts";
import { disksOf, propertyOf } from "./guest-config.ts";
import type { ReplicationState } from "./job.ts";
import type { ActsFor } from "./outcome.ts";
import { hears } from "./reach.ts";
import type { Step } from "./step.ts";
import { copyStep, tunnelCap } from "./transfer.ts";
import { addVolume, backingOf, findVolume, freeOf, setUsed, storageOf, whyNotStorage } from "./volume.ts";
import { startTask } from "./worker.ts";
import type { World } from "./world.ts";

/** The guest that a replication job is of: `100-0` is a job of guest 100. */
export const guestOfReplication = (world: World, id: string): Guest | undefined =>
  world.guests[`${world.jobs.replication[id]?.options.guest ?? id.split("-")[0]}`];

/** The replication jobs of a guest to a node. */
export const jobsTo = (world: World, guest: Guest, target: string): string[] =>
  Object.keys(world.jobs.replication).filter(
    (id) => guestOfReplication(world, id) === guest && world.jobs.replication[id]?.options.target === target,
  );

/** A guest that moves to where it is replicated is replicated back from there. */
export const turnReplication = (world: World, guest: Guest, target: string): void => {
  for (const id of jobsTo(world, guest, target)) {
    const job = world.jobs.replication[id];
    const state = world.jobs.replicationState[id];
    if (job) job.options.target = guest.node;
    if (state) state.lastSync = world.now;
  }
};

/** The disks of a guest that are replicated. */
export const replicatedDisks = (guest: Guest): { key: string; volid: string }[] =>
  disksOf(guest).filter(({ key, text }) => !key.startsWith("unused") && propertyOf(text, "replicate") !== "0");

/** Bytes of a volume that changed since the last sync; all of it before the first. */
const changedSince = (guest: Guest, state: ReplicationState, used: number, now: number): number =>
  state.lastSync === 0 ? used : Math.min(used, (guest.changeBytesPerSecond * (now - state.lastSync)) / 1000);

/**
 * A guest that HA has recovered where its copy was is copied back from there: source and target change places. False
 * where a job is left without another node. Mirrors `job_status` of pve-guest-common `src/PVE/ReplicationState.pm`.
 */
const followGuest = (world: World, id: string, guest: Guest): boolean => {
  const options = world.jobs.replication[id]?.options;
  if (!options || options.target !== guest.node) return true;
  const { source } = options;
  if (source === undefined || source === options.target) return false;
  options.source = guest.node;
  options.target = source;
  return true;
};

/** Starts a sync of a replication job on the node where its guest is. */
export const startReplication = (world: World, id: string): void => {
  const state = world.jobs.replicationState[id];
  const guest = guestOfReplication(world, id);
  const node = guest && world.nodes[guest.node];
  if (guest && !followGuest(world, id, guest)) return;
  if (!state || !node || node.state.kind !== "online" || !isQuorate(world, node.name)) return;
  if (state.task !== undefined && world.tasks[state.task]?.state.kind === "running") return;
  state.lastTry = world.now;
  const steps: Step[] = [
    { do: "wait", ms: 1500 },
    { do: "act", act: { kind: "replicate.begin", id } },
    { do: "catch", act: { kind: "replicate.failed", id } },
  ];
  state.task = startTask(world, { node, type: "replicate", id, user: "root@pam", steps, silent: true }).upid;
};

export const replicationActs: ActsFor<"replicate.begin" | "replicate.keep" | "replicate.done" | "replicate.failed"> = {
  "replicate.begin": (world, task, { id }) => {
    const state = world.jobs.replicationState[id];
    const guest = guestOfReplication(world, id);
    const target = `${world.jobs.replication[id]?.options.target ?? ""}`;
    if (!state || !guest) return { fail: "no such job" };
    if (guest.node === target) return { fail: "command failed: source and target are the same node" };
    if (!hears(world, task.node, target)) return { fail: `command '/usr/bin/ssh ... ${target}' failed: exit code 255` };
    const rate = Number(world.jobs.replication[id]?.options.rate ?? 0) * 1e6;
    const steps: Step[] = [];
    for (const { volid } of replicatedDisks(guest)) {
      const source = findVolume(world, guest.node, volid);
      const there = backingOf(world, target, storageOf(volid));
      if (!source) return { fail: `volume '${volid}' does not exist` };
      if (world.storages[storageOf(volid)]?.type !== "zfspool")
        return { fail: `missing replicate feature on volume '${volid}'` };
      const why = whyNotStorage(world, target, storageOf(volid));
      if (!there || why !== undefined)
        return { fail: why ?? `storage '${storageOf(volid)}' is not available on node '${target}'` };
      const replica = there.volumes[volid];
      const bytes = replica ? changedSince(guest, state, source.volume.used, world.now) : source.volume.used;
      if (!replica && freeOf(there) < source.volume.used)
        return { fail: "cannot receive new filesystem stream: out of space" };
      steps.push(
        copyStep(world, {
          source: source.backing,
          target: there,
          from: guest.node,
          to: target,
          bytes: Math.max(1, bytes),
          cap: Math.min(tunnelCap, rate > 0 ? rate : tunnelCap),
          progress: { kind: "none" },
        }),
        { do: "act", act: { kind: "replicate.keep", id, volid, target } },
      );
    }
    return [...steps, { do: "act", act: { kind: "replicate.done", id, startedAt: world.now } }];
  },
  "replicate.keep": (world, _task, { id, volid, target }) => {
    const guest = guestOfReplication(world, id);
    const source = guest && findVolume(world, guest.node, volid);
    const there = backingOf(world, target, storageOf(volid));
    if (!source || !there) return { fail: `volume '${volid}' does not exist` };
    const replica = there.volumes[volid];
    if (replica) {
      replica.size = source.volume.size;
      setUsed(world, there, replica, source.volume.used);
    } else addVolume(world, there, { ...source.volume, ctime: world.now });
    return undefined;
  },
  "replicate.done": (world, _task, { id, startedAt }) => {
    const state = world.jobs.replicationState[id];
    if (!state) return undefined;
    state.lastSync = startedAt;
    state.duration = world.now - state.lastTry;
    state.failCount = 0;
    delete state.error;
    return undefined;
  },
  "replicate.failed": (world, task, { id }) => {
    const state = world.jobs.replicationState[id];
    if (state) {
      state.failCount += 1;
      state.error = task.error;
      state.duration = world.now - state.lastTry;
      // A job that failed is tried again after five minutes for each failure, at most after half an hour.
      state.nextSync = Math.min(state.nextSync, world.now + Math.min(state.failCount * 5, 30) * 60_000);
    }
    return { fail: task.error };
  },
};
