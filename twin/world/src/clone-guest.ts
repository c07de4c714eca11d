import type { Config } from "./config.ts";
import { copy, dict } from "./dict.ts";
import type { Guest } from "./guest.ts";
import { disksOf, isTemplate, lockedText } from "./guest-config.ts";
import { withDisk } from "./guest-disk.ts";
import { drawMac, netText } from "./net-device.ts";
import { addGuest } from "./new-guest.ts";
import type { ActsFor } from "./outcome.ts";
import type { GuestAt } from "./power-guest.ts";
import { drawUuid } from "./random.ts";
import type { Step } from "./step.ts";
import { copyStep } from "./transfer.ts";
import {
  addVolume,
  allocate,
  backingOf,
  findVolume,
  formattingLine,
  hasPath,
  isShared,
  plainName,
  removeVolume,
  setUsed,
  storageOf,
  whyNotStorage,
} from "./volume.ts";
import { type Actor, begin, type Refused, refused, type Started, whyNotBegin } from "./worker.ts";
import type { World } from "./world.ts";

export type CloneGuest = GuestAt & {
  newid: number;
  /** Unless told: linked for a template, full for what is none. */
  full?: boolean;
  /** Other options of the new guest, such as `name`. */
  set?: Config;
  storage?: string;
  format?: string;
  target?: string;
  pool?: string;
  snapname?: string;
  bwlimit?: number;
};

const left = new Set(["lock", "template", "parent", "protection", "meta", "vmgenid", "smbios1", "snaptime", "vmstate"]);

/** `qmclone`, `vzclone`. */
export const cloneGuest = (world: World, actor: Actor, args: CloneGuest): Started | Refused => {
  const { kind, vmid, newid, target = args.node } = args;
  const node = world.nodes[args.node];
  if (!node) return refused(`no such cluster node '${args.node}'`);
  const down = whyNotBegin(world, node);
  if (down) return down;
  if (!world.nodes[target]) return refused(`no such cluster node '${target}'`);
  const guest = world.guests[vmid];
  const what = kind === "qemu" ? "VM" : "CT";
  if (guest?.kind !== kind || guest.node !== args.node)
    return refused(`unable to find configuration file for ${what} ${vmid} on node '${args.node}'`);
  const locked = lockedText(guest);
  if (locked !== undefined) return refused(locked);
  if (world.guests[newid]) return refused(`unable to create ${what} ${newid}: config file already exists`);
  if (args.snapname !== undefined && !guest.snapshots[args.snapname])
    return refused(`snapshot '${args.snapname}' does not exist`);
  const config = args.snapname === undefined ? guest.config : (guest.snapshots[args.snapname]?.config ?? guest.config);
  const disks = disksOf({ config, kind }).filter(({ key }) => !key.startsWith("unused"));
  const full = args.full ?? !isTemplate(guest);
  for (const { key, volid } of disks) {
    const storage = world.storages[storageOf(volid)];
    if (volid.includes("cloudinit")) continue;
    if (!full && !findVolume(world, guest.node, volid)?.volume.volid.includes("base-")) {
      return refused(`Linked clone feature is not supported for '${volid}' (${key})`);
    }
    if (target === args.node) continue;
    if (
      full &&
      args.storage !== undefined &&
      !isShared(world.storages[args.storage] ?? { id: "", type: "", options: dict() })
    ) {
      return refused(`can't clone to non-shared storage '${args.storage}'`);
    }
    if (storage && !isShared(storage) && (!full || args.storage === undefined))
      return refused(`can't clone ${what} to node '${target}' (${what} uses local storage)`);
  }
  if (args.storage !== undefined) {
    const why = whyNotStorage(world, args.node, args.storage, kind === "qemu" ? "images" : "rootdir");
    if (why !== undefined) return refused(why);
  }
  const made = addGuest(world, {
    vmid: newid,
    kind,
    node: args.node,
    config: dict<string | number>([["lock", "clone"]]),
    installed: guest.obeysShutdown,
  });
  inheritNature(made, guest);
  const pool = args.pool === undefined ? undefined : world.pools[args.pool];
  if (pool) pool.vmids.push(newid);
  const bwlimit = args.bwlimit ?? 0;
  const each: Step[] = disks.map(({ key, volid, text }) => ({
    do: "act",
    act: {
      kind: "guest.clone-disk",
      from: vmid,
      vmid: newid,
      key,
      volid,
      text,
      // A configuration drive is made anew for each guest.
      full: full || volid.includes("cloudinit"),
      storage: args.storage ?? storageOf(volid),
      format: args.format ?? "",
      cap: bwlimit > 0 ? bwlimit * 1024 : 0,
    },
  }));
  const steps: Step[] = [
    { do: "log", text: `creating a clone of ${kind === "qemu" ? "VM" : "container"} ${vmid} with ID ${newid}` },
    { do: "lock", name: `guest/${newid}`, timeoutMs: 10_000 },
    { do: "cleanup", acts: [{ kind: "guest.discard", vmid: newid }] },
    ...each,
    {
      do: "act",
      act: {
        kind: "guest.finish-clone",
        vmid: newid,
        config: copy(config),
        set: args.set ?? dict(),
        target,
        name: `${guest.config.name ?? guest.config.hostname ?? ""}`,
      },
    },
  ];
  return begin(world, {
    node,
    type: kind === "qemu" ? "qmclone" : "vzclone",
    id: `${vmid}`,
    user: actor.user,
    steps,
  });
};

/** A copy behaves as its origin does. */
const inheritNature = (made: Guest, origin: Guest): void => {
  made.agent = origin.agent;
  made.load = { ...origin.load, seed: made.load.seed };
  made.bootMs = origin.bootMs;
  made.shutdownMs = origin.shutdownMs;
  made.obeysShutdown = origin.obeysShutdown;
  made.dirtyBytesPerSecond = origin.dirtyBytesPerSecond;
  made.changeBytesPerSecond = origin.changeBytesPerSecond;
};

export const cloneGuestActs: ActsFor<"guest.clone-disk" | "guest.fill-disk" | "guest.finish-clone"> = {
  "guest.clone-disk": (world, task, act) => {
    const guest = world.guests[act.vmid];
    const found = guest ? findVolume(world, guest.node, act.volid) : undefined;
    if (!guest || !found) return { fail: `clone failed: volume '${act.volid}' does not exist` };
    const noun = guest.kind === "qemu" ? "drive" : "mountpoint";
    if (!act.full) {
      task.log.push(`create linked clone of ${noun} ${act.key} (${act.volid})`);
      const made = linkTo(world, guest, act.volid);
      if (typeof made === "string") return { fail: `clone failed: ${made}` };
      guest.config[act.key] = withDisk(guest.kind, act.text, { volid: made.volid });
      task.log.push(...made.lines);
      return undefined;
    }
    task.log.push(`create full clone of ${noun} ${act.key} (${act.volid})`);
    const format = act.format === "" ? found.volume.format : act.format;
    const made = allocate(world, guest.node, guest.kind === "qemu" ? "images" : "rootdir", {
      storage: act.storage,
      vmid: act.vmid,
      size: found.volume.size,
      format,
      ...(act.volid.includes("cloudinit") ? { name: "cloudinit" } : {}),
    });
    if (typeof made === "string") return { fail: `clone failed: ${made}` };
    guest.config[act.key] = withDisk(guest.kind, act.text, { volid: made.volid });
    task.log.push(
      ...formattingLine(world, made),
      `allocated target volume '${made.volid}'`,
      `transferred 0.0 B of ${gib(made.size)} (0.00%)`,
    );
    const target = backingOf(world, guest.node, act.storage);
    return [
      copyStep(world, {
        source: found.backing,
        ...(target ? { target } : {}),
        from: guest.node,
        to: guest.node,
        bytes: Math.max(found.volume.used, 1),
        ...(act.cap > 0 ? { cap: act.cap } : {}),
        progress: { kind: "convert", of: found.volume.size },
      }),
      { do: "act", act: { kind: "guest.fill-disk", vmid: act.vmid, volid: made.volid, used: found.volume.used } },
    ];
  },
  /** The copied bytes lie on the new volume. */
  "guest.fill-disk": (world, _task, { vmid, volid, used }) => {
    const guest = world.guests[vmid];
    const found = guest ? findVolume(world, guest.node, volid) : undefined;
    if (found) setUsed(world, found.backing, found.volume, Math.max(found.volume.used, used));
    return undefined;
  },
  "guest.finish-clone": (world, _task, { vmid, config, set, target, name }) => {
    const guest = world.guests[vmid];
    if (!guest) return { fail: `unable to find configuration file for VM ${vmid}` };
    const prefix = `${world.cluster.options.mac_prefix ?? "BC:24:11"}`;
    const made = new Set(disksOf(guest).map(({ key }) => key));
    for (const [key, value] of Object.entries(config)) {
      if (left.has(key) || made.has(key) || key.startsWith("unused")) continue;
      guest.config[key] = /^net\d+$/.test(key)
        ? withNewMac(guest, `${value}`, () => drawMac(world.random, prefix))
        : value;
    }
    const nameKey = guest.kind === "qemu" ? "name" : "hostname";
    if (guest.kind === "qemu") {
      const qemu = (world.nodes[guest.node]?.versions.qemu ?? "").split("-")[0];
      guest.config.meta = `creation-qemu=${qemu},ctime=${Math.floor(world.now / 1000)}`;
      guest.config.smbios1 = `uuid=${drawUuid(world.random)}`;
      guest.config.vmgenid = drawUuid(world.random);
      guest.config.name = name === "" ? `Copy-of-VM-${vmid}` : `Copy-of-VM-${name}`;
    } else guest.config[nameKey] = name === "" ? `Copy-of-CT-${vmid}` : `Copy-of-CT-${name}`;
    for (const [key, value] of Object.entries(set)) guest.config[key] = value;
    delete guest.config.lock;
    guest.node = target;
    return undefined;
  },
};

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

const withNewMac = (guest: Guest, text: string, mac: () => string): string => {
  const without = text
    .replace(/([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}/, "")
    .replace(/hwaddr=,?/, "")
    .replace(/^(\w+)=,/, "$1,")
    .replace(/^(\w+)=$/, "$1")
    .replace(/,$/, "");
  return netText(guest.kind, without, mac);
};

/** A volume that holds only what differs from its base. */
const linkTo = (world: World, guest: Guest, base: string): { volid: string; lines: string[] } | string => {
  const storage = world.storages[storageOf(base)];
  const backing = backingOf(world, guest.node, storageOf(base));
  const source = backing?.volumes[base];
  if (!storage || !backing || !source) return `volume '${base}' does not exist`;
  const format = hasPath(storage) ? "qcow2" : "raw";
  const asked = { storage: storage.id, vmid: guest.vmid, size: source.size, format };
  const plain = allocate(world, guest.node, source.content === "rootdir" ? "rootdir" : "images", asked);
  if (typeof plain === "string") return plain;
  const name = plain.volid.slice(plain.volid.indexOf(":") + 1);
  const baseName = plainName(base).slice(base.indexOf(":") + 1);
  const keepsBase = hasPath(storage) || storage.type === "zfspool";
  const volid = keepsBase ? `${storage.id}:${baseName}/${name}` : plain.volid;
  removeVolume(world, backing, plain.volid);
  const used = format === "qcow2" ? 131_072 + Math.ceil((source.size / 2 ** 30) * 264_192) : 4096;
  const made = addVolume(world, backing, { ...plain, volid, used, parent: base });
  if (!hasPath(storage)) return { volid, lines: [] };
  const file = name.split("/").at(-1) ?? name;
  return {
    volid,
    lines: [
      `clone ${baseName}: images, ${file}, ${guest.vmid} to ${file} (base=../${baseName})`,
      ...formattingLine(world, made, `../${baseName}`),
    ],
  };
};
