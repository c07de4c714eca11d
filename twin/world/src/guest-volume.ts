import type { Guest } from "./guest.ts";
import { configPath, disksOf, guestOn, isRunning, lockedText } from "./guest-config.ts";
import { withDisk } from "./guest-disk.ts";
import type { ActsFor } from "./outcome.ts";
import type { GuestAt } from "./power-guest.ts";
import type { Step } from "./step.ts";
import { copyStep } from "./transfer.ts";
import { parseDriveSize } from "./units.ts";
import { allocate, backingOf, findVolume, formattingLine, removeVolume, storageOf, whyNotStorage } from "./volume.ts";
import { type Actor, begin, type Refused, refused, type Started } from "./worker.ts";
import type { World } from "./world.ts";

export type ResizeDisk = GuestAt & { disk: string /** `+1G` or `32G`. */; size: string; digest?: string };

/** `resize`: a disk grows; that it is unknown or would shrink is said in the task. */
export const resizeDisk = (world: World, actor: Actor, args: ResizeDisk): Started | Refused => {
  const guest = guestOn(world, args.kind, args.node, args.vmid);
  const node = world.nodes[args.node];
  if (!guest || !node)
    return refused(`Configuration file '${configPath(args.kind, args.node, args.vmid)}' does not exist`);
  const steps: Step[] = [
    { do: "lock", name: `guest/${args.vmid}`, timeoutMs: 10_000 },
    { do: "act", act: { kind: "disk.resize", vmid: args.vmid, disk: args.disk, size: args.size } },
  ];
  return begin(world, { node, type: "resize", id: `${args.vmid}`, user: actor.user, steps });
};

export type MoveDisk = GuestAt & { disk: string; storage: string; format?: string; remove?: boolean; bwlimit?: number };

/** `qmmove`, `move_volume`: a disk goes to another storage while the guest runs on. */
export const moveDisk = (world: World, actor: Actor, args: MoveDisk): Started | Refused => {
  const guest = guestOn(world, args.kind, args.node, args.vmid);
  const node = world.nodes[args.node];
  if (!guest || !node)
    return refused(`Configuration file '${configPath(args.kind, args.node, args.vmid)}' does not exist`);
  const locked = lockedText(guest);
  if (locked !== undefined) return refused(locked);
  const disk = disksOf(guest).find(({ key }) => key === args.disk);
  if (!disk)
    return refused(
      args.kind === "qemu" ? `disk '${args.disk}' does not exist` : `volume '${args.disk}' does not exist`,
    );
  const why = whyNotStorage(world, args.node, args.storage, args.kind === "qemu" ? "images" : "rootdir");
  if (why !== undefined) return refused(why);
  const format = findVolume(world, args.node, disk.volid)?.volume.format;
  if (storageOf(disk.volid) === args.storage && (args.format === undefined || args.format === format)) {
    return refused("you can't move to the same storage with same format");
  }
  if (
    args.remove &&
    Object.values(guest.snapshots).some(({ config }) =>
      disksOf({ config, kind: args.kind }).some(({ volid }) => volid === disk.volid),
    )
  ) {
    return refused("you can't move a disk with snapshots and delete the source");
  }
  if (args.kind === "lxc" && isRunning(guest)) return refused(`cannot move volumes of a running container`);
  if (args.disk === "tpmstate0" && isRunning(guest)) return refused("cannot move TPM state while VM is running");
  const act = {
    kind: "disk.move",
    vmid: args.vmid,
    disk: args.disk,
    storage: args.storage,
    format: args.format ?? "",
    remove: args.remove ?? false,
    cap: (args.bwlimit ?? 0) * 1024,
  } as const;
  const steps: Step[] = [
    { do: "lock", name: `guest/${args.vmid}`, timeoutMs: 10_000 },
    { do: "act", act },
  ];
  return begin(world, {
    node,
    type: args.kind === "qemu" ? "qmmove" : "move_volume",
    id: `${args.vmid}`,
    user: actor.user,
    steps,
  });
};

/** Keeps a volume that a disk no longer names, as `unusedN`. */
export const keepUnused = (guest: Guest, volid: string): void => {
  let index = 0;
  while (guest.config[`unused${index}`] !== undefined) index += 1;
  guest.config[`unused${index}`] = volid;
};

export const guestVolumeActs: ActsFor<"disk.resize" | "disk.move" | "disk.switch" | "disk.drop"> = {
  "disk.resize": (world, task, { vmid, disk, size }) => {
    const guest = world.guests[vmid];
    if (!guest) return { fail: `VM ${vmid} does not exist` };
    const locked = lockedText(guest);
    if (locked !== undefined) return { fail: locked };
    const entry = disksOf(guest).find(({ key }) => key === disk);
    const found = entry ? findVolume(world, guest.node, entry.volid) : undefined;
    if (!entry || !found) return { fail: `disk '${disk}' does not exist` };
    const asked = parseDriveSize(size.replace(/^\+/, ""));
    if (asked === undefined) return { fail: `invalid size string` };
    const wanted = size.startsWith("+") ? found.volume.size + asked : asked;
    if (wanted < found.volume.size) return { fail: "shrinking disks is not supported" };
    found.volume.size = wanted;
    guest.config[disk] = withDisk(guest.kind, entry.text, { size: wanted });
    if (guest.kind === "lxc" || !isRunning(guest)) task.log.push("Image resized.");
    return undefined;
  },
  "disk.move": (world, task, { vmid, disk, storage, format, remove, cap }) => {
    const guest = world.guests[vmid];
    const entry = guest ? disksOf(guest).find(({ key }) => key === disk) : undefined;
    const found = guest && entry ? findVolume(world, guest.node, entry.volid) : undefined;
    if (!guest || !entry || !found) return { fail: `storage migration failed: disk '${disk}' does not exist` };
    task.log.push(`create full clone of ${guest.kind === "qemu" ? "drive" : "mountpoint"} ${disk} (${entry.volid})`);
    const made = allocate(world, guest.node, guest.kind === "qemu" ? "images" : "rootdir", {
      storage,
      vmid,
      size: found.volume.size,
      format: format === "" ? found.volume.format : format,
    });
    if (typeof made === "string") return { fail: `storage migration failed: ${made}` };
    guest.config.lock = "disk";
    task.log.push(...formattingLine(world, made));
    const live = isRunning(guest) && guest.kind === "qemu";
    if (live) task.log.push(`drive mirror is starting for drive-${disk}`);
    const target = backingOf(world, guest.node, storage);
    return [
      {
        do: "cleanup",
        acts: [
          { kind: "guest.unlock", vmid, lock: "disk" },
          { kind: "disk.drop", vmid, volid: made.volid },
        ],
      },
      copyStep(world, {
        source: found.backing,
        ...(target ? { target } : {}),
        from: guest.node,
        to: guest.node,
        bytes: Math.max(1, found.volume.used),
        ...(cap > 0 ? { cap } : {}),
        progress: live
          ? { kind: "mirror", of: found.volume.size, drive: `drive-${disk}` }
          : { kind: "convert", of: found.volume.size },
      }),
      ...(live ? mirrorEnd(disk) : []),
      { do: "act", act: { kind: "guest.fill-disk", vmid, volid: made.volid, used: found.volume.used } },
      { do: "act", act: { kind: "disk.switch", vmid, disk, volid: made.volid, remove } },
    ];
  },
  "disk.switch": (world, _task, { vmid, disk, volid, remove }) => {
    const guest = world.guests[vmid];
    const entry = guest ? disksOf(guest).find(({ key }) => key === disk) : undefined;
    if (!guest || !entry) return { fail: `storage migration failed: disk '${disk}' does not exist` };
    guest.config[disk] = withDisk(guest.kind, entry.text, { volid });
    delete guest.config.lock;
    const old = findVolume(world, guest.node, entry.volid);
    if (remove && old) removeVolume(world, old.backing, entry.volid);
    else keepUnused(guest, entry.volid);
    return undefined;
  },
  /** A volume that came to nothing is freed. */
  "disk.drop": (world, _task, { vmid, volid }) => {
    const guest = world.guests[vmid];
    const found = guest ? findVolume(world, guest.node, volid) : undefined;
    if (found) removeVolume(world, found.backing, volid);
    return undefined;
  },
};

const mirrorEnd = (disk: string): Step[] =>
  [
    "all 'mirror' jobs are ready",
    `drive-${disk}: Completing block job...`,
    `drive-${disk}: Completed successfully.`,
    `drive-${disk}: mirror-job finished`,
  ].map((text) => ({ do: "log", text }));
