import {
  type Config,
  disksOf,
  drawMac,
  drawUuid,
  findVolume,
  type Guest,
  isRunning,
  keepUnused,
  makeDisk,
  netText,
  propertyOf,
  removeVolume,
  type World,
} from "@orrery/twin-world";
import { isDrive } from "./handlers/qemu-rights.ts";
import { fail, refuseParameters } from "./problem.ts";

/** What is asked of a VM's configuration: values by key, in the order of the keys. */
export type GuestChange = {
  readonly set: Readonly<Record<string, string | number>>;
  readonly remove: readonly string[];
  readonly force: boolean;
};

export const pendingDeletes = (guest: Guest): Map<string, boolean> =>
  new Map(
    String(guest.pending.delete ?? "")
      .split(/[,;\s]+/)
      .filter((key) => key !== "")
      .map((key) => [key.replace(/^!/, ""), key.startsWith("!")]),
  );

export const writeDeletes = (guest: Guest, deletes: ReadonlyMap<string, boolean>): void => {
  if (deletes.size === 0) delete guest.pending.delete;
  else
    guest.pending.delete = [...deletes]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, force]) => `${force ? "!" : ""}${key}`)
      .join(",");
};

const bootOrder = (config: Config): string[] | undefined => {
  const order = propertyOf(String(config.boot ?? ""), "order");
  return order === undefined ? undefined : order.split(";").filter((key) => key !== "");
};

const isCdrom = (text: string): boolean =>
  propertyOf(text, "media") === "cdrom" || /^(?:file=)?cdrom(?:,|$)/.test(text);
const volidOf = (text: string): string => /^(?:file=|volume=)?([^,]*)/.exec(text)?.[1] ?? "";

/** Keeps a volume that the guest owned and no key names any more. */
const dropDrive = (world: World, guest: Guest, text: string, force: boolean): void => {
  const volid = volidOf(text);
  const found = findVolume(world, guest.node, volid);
  if (found === undefined || found.volume.vmid !== guest.vmid) return;
  if (isCdrom(text) && !volid.includes("cloudinit")) return;
  if (force || volid.includes("cloudinit")) removeVolume(world, found.backing, volid);
  else if (!disksOf(guest).some((disk) => disk.volid === volid)) keepUnused(guest, volid);
};

/** Options that a running VM takes at once. Mirrors vmconfig_hotplug_pending in qemu-server. */
const atOnce = new Set(
  "description hookscript lock migrate_downtime migrate_speed name onboot protection shares startup tags vmstatestorage template cpulimit cpuunits balloon parent digest".split(
    " ",
  ),
);

type Hotplug = { kind: "now" } | { kind: "later" } | { kind: "fails"; why: string };

const now: Hotplug = { kind: "now" };
const later: Hotplug = { kind: "later" };

const hotplugFeatures = (guest: Guest): ReadonlySet<string> => {
  const text = String(guest.config.hotplug ?? "network,disk,usb");
  if (text === "1") return new Set(["network", "disk", "usb"]);
  return text === "0" ? new Set() : new Set(text.split(/[,;]/));
};

/** Taken at once; the guest is told when it starts next. Mirrors confdesc_cloudinit in qemu-server. */
const isCloudInit = (key: string): boolean =>
  /^(?:ci(?:custom|password|type|user|upgrade)|nameserver|searchdomain|sshkeys|ipconfig\d+)$/.test(key);

/** What a card can only be told by plugging it anew. Mirrors vmconfig_update_net in qemu-server. */
const isReplugged = (before: string, after: string): boolean => {
  const fixed = (text: string): string =>
    [text.split(",", 1)[0], propertyOf(text, "queues"), propertyOf(text, "mtu")].join("\n");
  const hasNone = [before, after].some((text) => propertyOf(text, "bridge") === undefined);
  return hasNone || fixed(before) !== fixed(after);
};

const driveWaits = ["aio", "discard", "iothread", "queues", "product", "cache", "ssd", "vendor", "ro"];

/** Whether a drive that stays gets what it can only have from its next start on. Mirrors vmconfig_update_disk. */
const waitsForStart = (before: string, after: string): boolean =>
  driveWaits.some((key) => propertyOf(before, key) !== propertyOf(after, key));

/** Whether a change of one option reaches the running VM: at once, at its next start, or not at all. */
const hotplugOf = (guest: Guest, key: string, value: string | undefined): Hotplug => {
  if (atOnce.has(key) || /^unused\d+$/.test(key)) return now;
  const features = hotplugFeatures(guest);
  const before = guest.config[key];
  if (isCloudInit(key)) return now;
  if (key === "hotplug") return /cpu|memory/.test(`${before ?? ""} ${value ?? ""}`) ? later : now;
  if (/^net\d+$/.test(key)) {
    if (before !== undefined && value !== undefined && !isReplugged(String(before), value)) return now;
    if (!features.has("network")) return later;
    if (value === undefined)
      return guest.obeysShutdown
        ? now
        : { kind: "fails", why: `error on hot-unplugging device '${key}' - still busy in guest?\n` };
    return now;
  }
  if (isDrive(key)) {
    if (value !== undefined && before !== undefined && isCdrom(String(before)) && isCdrom(value)) return now;
    if (value !== undefined && before !== undefined && volidOf(String(before)) === volidOf(value))
      return waitsForStart(String(before), value) ? later : now;
    if (!/^(?:scsi|virtio)/.test(key) || !features.has("disk")) return later;
    if (value === undefined)
      return guest.obeysShutdown
        ? now
        : { kind: "fails", why: `error on hot-unplugging device '${key}' - still busy in guest?\n` };
    if (before !== undefined) return guest.obeysShutdown ? now : later;
    return now;
  }
  if (/^usb\d+$/.test(key)) return features.has("usb") ? now : later;
  if (key === "vcpus") return features.has("cpu") ? now : later;
  if (key === "memory") return features.has("memory") ? now : later;
  if (key === "agent") return later;
  return later;
};

const applyOne = (world: World, guest: Guest, key: string): void => {
  const value = guest.pending[key];
  if (value === undefined) return;
  const before = guest.config[key];
  guest.config[key] = value;
  delete guest.pending[key];
  if (isDrive(key) && before !== undefined && volidOf(String(before)) !== volidOf(String(value)))
    dropDrive(world, guest, String(before), false);
};

const deleteOne = (world: World, guest: Guest, key: string, force: boolean): void => {
  const before = guest.config[key];
  if (before === undefined) return;
  delete guest.config[key];
  if (/^unused\d+$/.test(key)) {
    const found = findVolume(world, guest.node, String(before));
    if (
      found !== undefined &&
      found.volume.vmid === guest.vmid &&
      !disksOf(guest).some((disk) => disk.volid === before)
    ) {
      removeVolume(world, found.backing, String(before));
    }
  } else if (isDrive(key)) dropDrive(world, guest, String(before), force);
};

/** Takes out of [PENDING] what is so already. Mirrors cleanup_pending. */
export const cleanPending = (guest: Guest): void => {
  for (const [key, value] of Object.entries(guest.pending))
    if (key !== "delete" && guest.config[key] === value) delete guest.pending[key];
  const deletes = pendingDeletes(guest);
  for (const key of deletes.keys()) if (guest.config[key] === undefined) deletes.delete(key);
  writeDeletes(guest, deletes);
};

/** Carries out what waits, as far as the guest's state lets it; refuses with what could not be plugged. */
const settle = (world: World, guest: Guest, touched: ReadonlySet<string>): void => {
  const running = isRunning(guest);
  const errors: Record<string, string> = {};
  const deletes = pendingDeletes(guest);
  for (const [key, force] of deletes) {
    const outcome = running ? hotplugOf(guest, key, undefined) : now;
    if (outcome.kind === "fails" && touched.has(key)) errors[key] = `hotplug problem - ${outcome.why}`;
    if (outcome.kind !== "now") continue;
    deleteOne(world, guest, key, force);
    deletes.delete(key);
  }
  writeDeletes(guest, deletes);
  for (const key of Object.keys(guest.pending)) {
    if (key === "delete") continue;
    const outcome = running ? hotplugOf(guest, key, String(guest.pending[key])) : now;
    if (outcome.kind === "now") applyOne(world, guest, key);
  }
  cleanPending(guest);
  if (Object.keys(errors).length > 0) refuseParameters(errors);
};

const needUnprotected = (guest: Guest, key: string): void => {
  if (`${guest.config.protection ?? 0}` !== "1") return;
  const what = key.startsWith("unused") ? `unused disk '${guest.config[key] ?? ""}'` : `drive '${key}'`;
  fail(`can't remove ${what} - protection mode enabled`);
};

const wordsOf = (text: string): string[] => text.split(/[,;\0\s]+/).filter((word) => word !== "");

/** Tags as the product keeps them: lower case, each once, sorted; a blank when there are none. */
export const tagText = (world: World, text: string): string => {
  const style = String(world.cluster.options["tag-style"] ?? "");
  const cased =
    propertyOf(style, "case-sensitive") === "1" ? wordsOf(text) : wordsOf(text).map((tag) => tag.toLowerCase());
  const unique = [...new Set(cased)];
  const sorted = propertyOf(style, "ordering") === "config" ? unique : unique.toSorted();
  return sorted.length === 0 ? " " : sorted.join(";");
};

/** A value as it is kept: addresses drawn, ids generated, tags sorted. */
const kept = (world: World, key: string, value: string | number): string | number => {
  const text = String(value);
  if (/^net\d+$/.test(key))
    return netText("qemu", text, () => drawMac(world.random, String(world.cluster.options.mac_prefix ?? "BC:24:11")));
  if (key === "vmgenid" && text === "1") return drawUuid(world.random);
  if (key === "tags") return tagText(world, text);
  if (key === "smbios1" && propertyOf(text, "uuid") === undefined) return text;
  return value;
};

/**
 * Changes a VM's configuration: new values wait in [PENDING] until the VM can take them, drives that go leave their
 * volumes as `unusedN`. Answers the lines that a worker logs. Mirrors update_vm_api in qemu-server.
 */
export const changeGuest = (world: World, guest: Guest, change: GuestChange): string[] => {
  const lines: string[] = [];
  const order = bootOrder({ ...guest.config, ...guest.pending });
  let boot = order;
  const deletes = pendingDeletes(guest);
  for (const key of change.remove) {
    if (guest.config[key] === undefined && guest.pending[key] === undefined) continue;
    if (isDrive(key) || /^unused\d+$/.test(key)) needUnprotected(guest, key);
    if (boot?.includes(key)) boot = boot.filter((one) => one !== key);
    const waiting = guest.pending[key];
    if (isDrive(key) && waiting !== undefined) dropDrive(world, guest, String(waiting), change.force);
    delete guest.pending[key];
    if (guest.config[key] !== undefined) deletes.set(key, change.force);
  }
  for (const key of Object.keys(change.set).toSorted()) {
    const asked = change.set[key];
    if (asked === undefined) continue;
    deletes.delete(key);
    if (key === "description" && asked === "") {
      delete guest.pending[key];
      if (guest.config[key] !== undefined) deletes.set(key, false);
      continue;
    }
    if (!isDrive(key)) {
      guest.pending[key] = kept(world, key, asked);
      continue;
    }
    const waiting = guest.pending[key];
    const made = makeDisk(world, guest, key, String(asked));
    if ("fail" in made) return fail(made.fail);
    if (waiting !== undefined) {
      delete guest.pending[key];
      dropDrive(world, guest, String(waiting), false);
    }
    guest.pending[key] = made.text;
    lines.push(...made.lines);
    if (boot !== undefined && isCdrom(made.text) && !boot.includes(key)) boot = [...boot, key];
  }
  if (boot !== order && boot !== undefined && change.set.boot === undefined) {
    guest.pending.boot = boot.length > 0 ? `order=${boot.join(";")}` : " ";
  }
  writeDeletes(guest, deletes);
  settle(world, guest, new Set([...change.remove, ...Object.keys(change.set)]));
  return lines;
};

/** Forgets what waits for these keys. */
export const revertGuest = (world: World, guest: Guest, keys: readonly string[]): void => {
  const deletes = pendingDeletes(guest);
  for (const key of keys) {
    const waiting = guest.pending[key];
    delete guest.pending[key];
    deletes.delete(key);
    if (isDrive(key) && waiting !== undefined) dropDrive(world, guest, String(waiting), false);
  }
  writeDeletes(guest, deletes);
};

/** What the configuration will be once all that waits is done. */
export const configWithPending = (guest: Guest): Config => {
  const merged: Config = Object.assign(Object.create(null), guest.config);
  for (const [key, value] of Object.entries(guest.pending)) if (key !== "delete") merged[key] = value;
  for (const key of pendingDeletes(guest).keys()) delete merged[key];
  return merged;
};

/** Keys with what they are, what they will be, and whether they will go (2: and their volume with them). */
export const pendingRows = (
  guest: Guest,
): { key: string; value?: string | number; pending?: string | number; delete?: number }[] => {
  const deletes = pendingDeletes(guest);
  const keys = new Set([...Object.keys(guest.config), ...Object.keys(guest.pending).filter((key) => key !== "delete")]);
  return [...keys].map((key) => {
    const [value, pending] = [guest.config[key], guest.pending[key]];
    const force = deletes.get(key);
    return {
      key,
      ...(value === undefined ? {} : { value }),
      ...(pending === undefined ? {} : { pending }),
      ...(force === undefined ? {} : { delete: force ? 2 : 1 }),
    };
  });
};
