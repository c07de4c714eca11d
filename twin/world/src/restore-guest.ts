import { restoreStream } from "@orrery/protection/proxmox-times";
import type { Config } from "./config.ts";
import { volumesOf } from "./destroy-guest.ts";
import { copy, dict } from "./dict.ts";
import type { GuestKind } from "./guest.ts";
import { disksOf, isRunning, lockedText } from "./guest-config.ts";
import { withDisk } from "./guest-disk.ts";
import { mkfsLines } from "./mkfs.ts";
import { drawMac, netText } from "./net-device.ts";
import { addGuest } from "./new-guest.ts";
import type { ActsFor } from "./outcome.ts";
import { drawUuid } from "./random.ts";
import type { Step } from "./step.ts";
import { copyStep } from "./transfer.ts";
import { allocate, backingOf, findVolume, formattingLine, removeVolume, storageOf } from "./volume.ts";
import { type Actor, begin, type Refused, refused, type Started, whyNotBegin } from "./worker.ts";
import type { World } from "./world.ts";

export type RestoreGuest = {
  node: string;
  kind: GuestKind;
  vmid: number;
  /** The volume id of the backup. */
  archive: string;
  /** Where the disks go; where they were unless told. */
  storage?: string;
  /** Over a guest that is there. */
  force?: boolean;
  /** New addresses and ids, so that it can run beside its origin. */
  unique?: boolean;
  start?: boolean;
  pool?: string;
  /** Options that replace those of the backup. */
  set?: Config;
  /** KiB per second. */
  bwlimit?: number;
};

/** `qmrestore`, `vzrestore`. What was there under the id is gone when the task begins. */
export const restoreGuest = (world: World, actor: Actor, args: RestoreGuest): Started | Refused => {
  const { kind, vmid } = args;
  const node = world.nodes[args.node];
  if (!node) return refused(`no such cluster node '${args.node}'`);
  const down = whyNotBegin(world, node);
  if (down) return down;
  const what = kind === "qemu" ? "VM" : "CT";
  const there = world.guests[vmid];
  if (there && (!args.force || there.kind !== kind || there.node !== args.node))
    return refused(
      `unable to restore ${what} ${vmid} - ${there.kind === "qemu" ? "VM" : "CT"} ${vmid} already exists on node '${there.node}'`,
    );
  if (there && isRunning(there)) return refused(`unable to restore ${what} ${vmid} - ${what} is running`);
  if (there) {
    const locked = lockedText(there);
    if (locked !== undefined) return refused(`unable to restore ${what} ${vmid} - ${locked}`);
  }
  const found = findVolume(world, args.node, args.archive);
  if (found && found.volume.archive?.kind !== kind)
    return refused(`unable to restore ${what} ${vmid} - '${args.archive}' is no backup of a ${what}`);
  if (!there)
    addGuest(world, {
      vmid,
      kind,
      node: args.node,
      config: dict<string | number>([["lock", "create"]]),
      installed: found?.volume.archive?.installed ?? false,
    });
  const pool = args.pool === undefined ? undefined : world.pools[args.pool];
  if (pool && !pool.vmids.includes(vmid)) pool.vmids.push(vmid);
  const steps: Step[] = [
    { do: "lock", name: `guest/${vmid}`, timeoutMs: 10_000 },
    {
      do: "act",
      act: {
        kind: "restore.begin",
        vmid,
        archive: args.archive,
        storage: args.storage ?? "",
        unique: args.unique ?? false,
        set: args.set ?? dict(),
        cap: (args.bwlimit ?? 0) * 1024,
      },
    },
    ...(args.start
      ? [
          { do: "wait" as const, ms: 900 },
          { do: "act" as const, act: { kind: "guest.launch" as const, vmid, skipLock: false } },
        ]
      : []),
  ];
  return begin(world, {
    node,
    type: kind === "qemu" ? "qmrestore" : "vzrestore",
    id: `${vmid}`,
    user: actor.user,
    steps,
  });
};

export const restoreActs: ActsFor<"restore.begin" | "restore.finish"> = {
  "restore.begin": (world, task, { vmid, archive: volid, storage, unique, set, cap }) => {
    const guest = world.guests[vmid];
    if (!guest) return { fail: `VM ${vmid} does not exist` };
    const what = guest.kind === "qemu" ? "VM" : "CT";
    const source = findVolume(world, task.node, volid);
    const archive = source?.volume.archive;
    if (!source || !archive) {
      if (guest.config.lock === "create") delete world.guests[vmid];
      return { fail: `unable to restore ${what} ${vmid} - volume '${volid}' does not exist` };
    }
    if (guest.kind === "lxc") task.log.push(`recovering backed-up configuration from '${volid}'`);
    for (const old of volumesOf(guest)) {
      const gone = findVolume(world, guest.node, old);
      if (gone?.volume.vmid === vmid) removeVolume(world, gone.backing, old);
    }
    guest.config = dict<string | number>([["lock", "create"]]);
    guest.snapshots = dict();
    guest.pending = dict();
    const steps: Step[] = [{ do: "cleanup", acts: [{ kind: "guest.discard", vmid }] }];
    for (const key of Object.keys(archive.disks)) {
      const disk = archive.disks[key];
      const text = archive.config[key];
      if (!disk || text === undefined) continue;
      // A VM's archive keeps the format of each image; a storage that knows no formats makes a raw one.
      const format = guest.kind === "qemu" ? /\.(raw|qcow2|vmdk)(?:,|$)/.exec(`${text}`)?.[1] : undefined;
      const where =
        storage === ""
          ? storageOf(
              disksOf({ config: archive.config, kind: guest.kind }).find((entry) => entry.key === key)?.volid ??
                "local:",
            )
          : storage;
      const made = allocate(world, task.node, guest.kind === "qemu" ? "images" : "rootdir", {
        storage: where,
        vmid,
        size: disk.size,
        ...(format === undefined ? {} : { format }),
      });
      if (typeof made === "string")
        return [...steps, { do: "fail", message: `unable to restore ${what} ${vmid} - ${made}` }];
      guest.config[key] = withDisk(guest.kind, `${text}`, { volid: made.volid, size: disk.size });
      const target = backingOf(world, task.node, where);
      const formatted = guest.kind === "lxc" && formattingLine(world, made).length > 0;
      task.log.push(
        ...formattingLine(world, made),
        ...(guest.kind === "qemu" ? [`new volume ID is '${made.volid}'`] : []),
      );
      if (formatted) task.log.push(...mkfsLines(made.size, world.random));
      steps.push(
        copyStep(world, {
          source: source.backing,
          ...(target ? { target } : {}),
          from: task.node,
          to: task.node,
          bytes: Math.max(1, disk.used),
          cap: Math.min(restoreStream, cap > 0 ? cap : restoreStream),
          progress: { kind: "convert", of: disk.size },
        }),
        { do: "act", act: { kind: "guest.fill-disk", vmid, volid: made.volid, used: disk.used } },
      );
    }
    if (guest.kind === "lxc")
      steps.push(
        { do: "log", text: `restoring '${volid}' now..` },
        { do: "log", text: "merging backed-up and given configuration.." },
      );
    else steps.push({ do: "log", text: "rescan volumes..." });
    return [...steps, { do: "act", act: { kind: "restore.finish", vmid, archive: volid, unique, set } }];
  },
  "restore.finish": (world, task, { vmid, archive: volid, unique, set }) => {
    const guest = world.guests[vmid];
    const archive = findVolume(world, task.node, volid)?.volume.archive;
    if (!guest || !archive) return { fail: `unable to restore VM ${vmid} - volume '${volid}' does not exist` };
    const prefix = `${world.cluster.options.mac_prefix ?? "BC:24:11"}`;
    for (const [key, value] of Object.entries(copy(archive.config))) {
      if (guest.config[key] !== undefined || key === "template" || /^unused\d+$/.test(key)) continue;
      if (disksOf({ config: dict([[key, value]]), kind: guest.kind }).length > 0) {
        // A disk that was not in the backup comes back as nothing.
        continue;
      }
      guest.config[key] =
        unique && /^net\d+$/.test(key)
          ? netText(
              guest.kind,
              `${value}`.replace(/([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}/, drawMac(world.random, prefix)),
              () => "",
            )
          : value;
    }
    if (unique && guest.kind === "qemu") {
      guest.config.smbios1 = `uuid=${drawUuid(world.random)}`;
      guest.config.vmgenid = drawUuid(world.random);
    }
    for (const [key, value] of Object.entries(set)) guest.config[key] = value;
    delete guest.config.lock;
    guest.obeysShutdown = archive.installed;
    if (archive.installed && guest.kind === "qemu") guest.agent = "present";
    task.cleanup = [];
    return undefined;
  },
};
