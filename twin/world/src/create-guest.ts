import type { Config } from "./config.ts";
import { dict } from "./dict.ts";
import type { GuestKind } from "./guest.ts";
import { disksOf } from "./guest-config.ts";
import { defaultBoot, makeDisk } from "./guest-disk.ts";
import { mkfsLines } from "./mkfs.ts";
import { drawMac, netText } from "./net-device.ts";
import { addGuest } from "./new-guest.ts";
import type { ActsFor } from "./outcome.ts";
import { drawUuid } from "./random.ts";
import type { Step } from "./step.ts";
import { findVolume, pathOf, removeVolume, storageOf } from "./volume.ts";
import { type Actor, begin, type Refused, refused, type Started, whyNotBegin } from "./worker.ts";
import type { World } from "./world.ts";

export type CreateGuest = {
  node: string;
  kind: GuestKind;
  vmid: number;
  /** The options as asked; disks may be `STORAGE:SIZE`, network cards may lack an address. */
  config: Config;
  /** For a container: the volume id of its template. */
  ostemplate?: string;
  start?: boolean;
  pool?: string;
  /** Whether a system is on the new guest's disks; a VM's new disks are empty, a container has its template. */
  installed?: boolean;
};

const diskKey: Record<GuestKind, RegExp> = {
  qemu: /^(?:scsi|virtio|sata|ide|efidisk|tpmstate)\d+$/,
  lxc: /^(?:rootfs|mp\d+)$/,
};

/** Seconds that making a file system or unpacking a template takes beside the bytes it moves. */
const mkfsMs = 400;

const poolWith = (world: World, pool: string | undefined, vmid: number): void => {
  const found = pool === undefined ? undefined : world.pools[pool];
  if (found && !found.vmids.includes(vmid)) found.vmids.push(vmid);
};

/** Whether its disks come with a system on them. */
const isImported = (config: Config): boolean =>
  Object.values(config).some((value) => `${value}`.includes("import-from="));

/** `qmcreate`, `vzcreate`. The id is taken at once; disks are made in the task. */
export const createGuest = (world: World, actor: Actor, args: CreateGuest): Started | Refused => {
  const { kind, vmid, start = false } = args;
  const node = world.nodes[args.node];
  if (!node) return refused(`no such cluster node '${args.node}'`);
  const down = whyNotBegin(world, node);
  if (down) return down;
  const taken = world.guests[vmid];
  if (taken) {
    const what = taken.kind === "qemu" ? "VM" : "CT";
    return refused(
      `${kind === "qemu" ? `unable to create VM ${vmid} - ` : ""}${what} ${vmid} already exists on node '${taken.node}'`,
    );
  }
  const config = dict(Object.entries(args.config));
  if (kind === "lxc") config.rootfs ??= "local:4";
  for (const [key, value] of Object.entries(config)) {
    const first = `${value}`.split(",")[0] ?? "";
    if (diskKey[kind].test(key) && first.includes(":") && !first.startsWith("/") && !world.storages[storageOf(first)]) {
      return refused(`storage '${storageOf(first)}' does not exist`);
    }
  }
  addGuest(world, {
    vmid,
    kind,
    node: args.node,
    config: dict<string | number>([["lock", "create"]]),
    installed: args.installed ?? (kind === "lxc" || isImported(args.config)),
  });
  poolWith(world, args.pool, vmid);
  const keys = Object.keys(config)
    .filter((key) => diskKey[kind].test(key))
    .toSorted();
  const disks: Step[] = keys.map((key) => ({
    do: "act",
    act: { kind: "guest.make-disk", vmid, key, text: `${config[key]}` },
  }));
  const fill: Step[] =
    kind === "lxc" ? [{ do: "act", act: { kind: "guest.unpack", vmid, ostemplate: args.ostemplate ?? "" } }] : [];
  const autostart: Step[] = [
    ...(kind === "qemu" ? [{ do: "log" as const, text: "Execute autostart" }] : []),
    { do: "wait", ms: 900 },
    { do: "act", act: { kind: "guest.launch", vmid, skipLock: false } },
  ];
  const steps: Step[] = [
    { do: "lock", name: `guest/${vmid}`, timeoutMs: 10_000 },
    { do: "cleanup", acts: [{ kind: "guest.discard", vmid }] },
    ...(disks.length > 0 ? [{ do: "wait" as const, ms: 150 }] : []),
    ...disks,
    ...fill,
    { do: "act", act: { kind: "guest.write-new", vmid, config } },
    ...(start ? autostart : []),
  ];
  const type = kind === "qemu" ? "qmcreate" : "vzcreate";
  return begin(world, { node, type, id: `${vmid}`, user: actor.user, steps });
};

export const createGuestActs: ActsFor<"guest.make-disk" | "guest.unpack" | "guest.write-new" | "guest.discard"> = {
  /** Makes one disk and writes it into the new configuration, so that a failure finds and frees it. */
  "guest.make-disk": (world, task, { vmid, key, text }) => {
    const guest = world.guests[vmid];
    if (!guest) return { fail: `unable to find configuration file for VM ${vmid}` };
    const made = makeDisk(world, guest, key, text);
    if ("fail" in made)
      return { fail: `unable to create ${guest.kind === "qemu" ? "VM" : "CT"} ${vmid} - ${made.fail}` };
    guest.config[key] = made.text;
    task.log.push(...made.lines);
    const volume = made.made === undefined ? undefined : findVolume(world, guest.node, made.made)?.volume;
    if (guest.kind === "lxc" && volume && made.lines.length > 0) task.log.push(...mkfsLines(volume.size, world.random));
    return guest.kind === "lxc" && made.made !== undefined ? [{ do: "wait", ms: mkfsMs }] : undefined;
  },
  "guest.unpack": (world, task, { vmid, ostemplate }) => {
    const guest = world.guests[vmid];
    if (!guest) return { fail: `unable to find configuration file for CT ${vmid}` };
    const template = findVolume(world, guest.node, ostemplate);
    if (!template) task.log.push(`volume '${ostemplate}' does not exist`);
    if (!template) return { fail: `unable to create CT ${vmid} - volume '${ostemplate}' does not exist` };
    return [
      { do: "log", text: `extracting archive '${pathOf(world, ostemplate)}'` },
      { do: "wait", ms: Math.ceil((template.volume.size / template.backing.readBytesPerSecond) * 3000) },
    ];
  },
  /** Writes the configuration for good: what Proxmox adds by itself, without the lock. */
  "guest.write-new": (world, _task, { vmid, config }) => {
    const guest = world.guests[vmid];
    if (!guest) return { fail: `unable to find configuration file for VM ${vmid}` };
    const prefix = `${world.cluster.options.mac_prefix ?? "BC:24:11"}`;
    for (const [key, value] of Object.entries(config)) {
      if (diskKey[guest.kind].test(key)) continue;
      guest.config[key] = /^net\d+$/.test(key)
        ? netText(guest.kind, `${value}`, () => drawMac(world.random, prefix))
        : value;
    }
    if (guest.kind === "qemu") {
      const qemu = (world.nodes[guest.node]?.versions.qemu ?? "").split("-")[0];
      guest.config.meta ??= `creation-qemu=${qemu},ctime=${Math.floor(world.now / 1000)}`;
      guest.config.smbios1 ??= `uuid=${drawUuid(world.random)}`;
      guest.config.vmgenid ??= drawUuid(world.random);
      guest.config.boot ??= defaultBoot(guest.config);
    } else {
      guest.config.arch ??= "amd64";
    }
    delete guest.config.lock;
    return undefined;
  },
  /** A guest that could not be made leaves nothing behind. */
  "guest.discard": (world, _task, { vmid }) => {
    const guest = world.guests[vmid];
    if (!guest) return undefined;
    for (const { volid } of disksOf(guest)) {
      const found = findVolume(world, guest.node, volid);
      if (found?.volume.vmid === vmid) removeVolume(world, found.backing, volid);
    }
    delete world.guests[vmid];
    for (const pool of Object.values(world.pools)) pool.vmids = pool.vmids.filter((member) => member !== vmid);
    return undefined;
  },
};
