import { copy, dict } from "./dict.ts";
import type { Guest } from "./guest.ts";
import { configPath, disksOf, guestOn, isRunning, lockedText, memoryOf } from "./guest-config.ts";
import { halt, launch } from "./guest-power.ts";
import { keepUnused } from "./guest-volume.ts";
import type { ActsFor } from "./outcome.ts";
import type { GuestAt } from "./power-guest.ts";
import type { Step } from "./step.ts";
import { copyStep } from "./transfer.ts";
import { allocate, backingOf, findVolume, hasPath, removeVolume, storageOf } from "./volume.ts";
import { type Actor, begin, type Refused, refused, type Started } from "./worker.ts";
import type { World } from "./world.ts";

export type SnapshotGuest = GuestAt & { snapname: string; description?: string; vmstate?: boolean };

const prefix = { qemu: "qm", lxc: "vz" } as const;

const work = (world: World, actor: Actor, args: GuestAt, verb: string, steps: Step[]): Started | Refused => {
  const node = world.nodes[args.node];
  if (!node || !guestOn(world, args.kind, args.node, args.vmid)) {
    return refused(`Configuration file '${configPath(args.kind, args.node, args.vmid)}' does not exist`);
  }
  const lock: Step = { do: "lock", name: `guest/${args.vmid}`, timeoutMs: 10_000 };
  return begin(world, {
    node,
    type: `${prefix[args.kind]}${verb}`,
    id: `${args.vmid}`,
    user: actor.user,
    steps: [lock, ...steps],
  });
};

/** `qmsnapshot`, `vzsnapshot`. What the storages cannot do, and a name that is taken, fail in the task. */
export const snapshotGuest = (world: World, actor: Actor, args: SnapshotGuest): Started | Refused =>
  work(world, actor, args, "snapshot", [
    {
      do: "act",
      act: {
        kind: "snapshot.take",
        vmid: args.vmid,
        name: args.snapname,
        description: args.description ?? "",
        vmstate: args.vmstate ?? false,
      },
    },
  ]);

/** `qmrollback`, `vzrollback`. */
export const rollbackGuest = (
  world: World,
  actor: Actor,
  args: GuestAt & { snapname: string; start?: boolean },
): Started | Refused =>
  work(world, actor, args, "rollback", [
    {
      do: "act",
      act: { kind: "snapshot.roll-back", vmid: args.vmid, name: args.snapname, start: args.start ?? false },
    },
  ]);

/** `qmdelsnapshot`, `vzdelsnapshot`. */
export const deleteSnapshot = (
  world: World,
  actor: Actor,
  args: GuestAt & { snapname: string; force?: boolean },
): Started | Refused =>
  work(world, actor, args, "delsnapshot", [
    { do: "act", act: { kind: "snapshot.delete", vmid: args.vmid, name: args.snapname } },
  ]);

const snapshotTypes = new Set(["lvmthin", "zfspool", "rbd", "btrfs", "cephfs"]);

/** Whether all disks of a guest lie where snapshots can be taken. */
export const canSnapshot = (world: World, guest: Guest): boolean =>
  disksOf(guest)
    .filter(({ key }) => !key.startsWith("unused"))
    .every(({ volid }) => {
      const storage = world.storages[storageOf(volid)];
      const format = findVolume(world, guest.node, volid)?.volume.format;
      return storage !== undefined && (snapshotTypes.has(storage.type) || (hasPath(storage) && format === "qcow2"));
    });

/** Options that a snapshot does not keep. */
const notKept = new Set(["lock", "template", "vmstate", "snaptime"]);

const takeNow = (guest: Guest, at: number, name: string, description: string, vmstate?: string): void => {
  const config = dict<string | number>();
  for (const [key, value] of Object.entries(guest.config)) {
    if (!notKept.has(key) && !key.startsWith("unused") && key !== "description") config[key] = value;
  }
  if (description !== "") config.description = description;
  config.snaptime = Math.floor(at / 1000);
  if (vmstate !== undefined) config.vmstate = vmstate;
  guest.snapshots[name] = { config };
  guest.config.parent = name;
};

export const snapshotGuestActs: ActsFor<"snapshot.take" | "snapshot.keep" | "snapshot.roll-back" | "snapshot.delete"> =
  {
    "snapshot.take": (world, task, { vmid, name, description, vmstate }) => {
      const guest = world.guests[vmid];
      if (!guest) return { fail: `VM ${vmid} does not exist` };
      const locked = lockedText(guest);
      if (locked !== undefined) return { fail: locked };
      if (guest.snapshots[name]) return { fail: `snapshot name '${name}' already used` };
      if (!canSnapshot(world, guest)) return { fail: "snapshot feature is not available" };
      const disks = disksOf(guest).filter(({ key }) => !key.startsWith("unused"));
      const lines: Step[] = disks.map(({ key, volid }) => ({
        do: "log",
        text: `snapshotting 'drive-${key}' (${volid})`,
      }));
      const storage = disks[0] ? storageOf(disks[0].volid) : "local";
      guest.config.lock = "snapshot";
      const keep: Step = { do: "act", act: { kind: "snapshot.keep", vmid, name, description, vmstate: "" } };
      const unlock: Step = { do: "cleanup", acts: [{ kind: "guest.unlock", vmid, lock: "snapshot" }] };
      if (!vmstate || guest.kind === "lxc" || !isRunning(guest))
        return [unlock, { do: "wait", ms: 300 }, ...lines, keep];
      const size = memoryOf(guest) * 2 + 500 * 2 ** 20;
      const state = allocate(world, guest.node, "images", { storage, vmid, size, name: `state-${name}` });
      if (typeof state === "string") {
        delete guest.config.lock;
        return { fail: state };
      }
      task.log.push(`saving VM state and RAM using storage '${storage}'`);
      const target = backingOf(world, guest.node, storage);
      const bytes = memoryOf(guest) * guest.load.memory;
      return [
        unlock,
        copyStep(world, {
          ...(target ? { target } : {}),
          from: guest.node,
          to: guest.node,
          bytes,
          progress: { kind: "none" },
        }),
        { do: "act", act: { kind: "guest.fill-disk", vmid, volid: state.volid, used: Math.floor(bytes) } },
        ...lines,
        { do: "act", act: { kind: "snapshot.keep", vmid, name, description, vmstate: state.volid } },
      ];
    },
    "snapshot.keep": (world, _task, { vmid, name, description, vmstate }) => {
      const guest = world.guests[vmid];
      if (!guest) return { fail: `VM ${vmid} does not exist` };
      delete guest.config.lock;
      takeNow(guest, world.now, name, description, vmstate === "" ? undefined : vmstate);
      return undefined;
    },
    "snapshot.roll-back": (world, _task, { vmid, name, start }) => {
      const guest = world.guests[vmid];
      const snapshot = guest?.snapshots[name];
      if (!guest || !snapshot) return { fail: `snapshot '${name}' does not exist` };
      const locked = lockedText(guest);
      if (locked !== undefined) return { fail: locked };
      const state = snapshot.config.vmstate;
      halt(world, guest);
      const config = copy(snapshot.config);
      // A description is the guest's or the snapshot's, and neither takes the other's: AbstractConfig.pm of pve-guest-common.
      for (const key of ["snaptime", "vmstate", "description"]) delete config[key];
      config.parent = name;
      for (const [key, value] of Object.entries(guest.config)) {
        if (key.startsWith("unused") || key === "description") config[key] = value;
      }
      const before = disksOf(guest).map(({ volid }) => volid);
      guest.config = config;
      const after = new Set(disksOf(guest).map(({ volid }) => volid));
      for (const volid of before) if (!after.has(volid)) keepUnused(guest, volid);
      for (const key of Object.keys(guest.pending)) delete guest.pending[key];
      if (state !== undefined || start) launch(world, guest);
      return undefined;
    },
    "snapshot.delete": (world, _task, { vmid, name }) => {
      const guest = world.guests[vmid];
      const snapshot = guest?.snapshots[name];
      if (!guest || !snapshot) return { fail: `snapshot '${name}' does not exist` };
      const locked = lockedText(guest);
      if (locked !== undefined) return { fail: locked };
      const { parent, vmstate } = snapshot.config;
      for (const { config } of [...Object.values(guest.snapshots), guest]) {
        if (config.parent !== name) continue;
        if (parent === undefined) delete config.parent;
        else config.parent = parent;
      }
      const found = vmstate === undefined ? undefined : findVolume(world, guest.node, `${vmstate}`);
      if (found) removeVolume(world, found.backing, found.volume.volid);
      delete guest.snapshots[name];
      return undefined;
    },
  };
