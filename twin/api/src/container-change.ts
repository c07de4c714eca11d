import {
  copy,
  disksOf,
  drawMac,
  findVolume,
  type Guest,
  isRunning,
  keepUnused,
  makeDisk,
  netText,
  removeVolume,
  type World,
} from "@orrery/twin-world";
import { cleanPending, pendingDeletes, revertGuest, tagText, writeDeletes } from "./guest-change.ts";
import { fail, refuseParameters } from "./problem.ts";

export const isMount = (key: string): boolean => key === "rootfs" || /^mp\d+$/.test(key);

export const mountVolume = (text: string): string => /^(?:volume=)?([^,]*)/.exec(text)?.[1] ?? "";

/** A volume that is still to be made: `local:8`. */
export const newMount = /^([^:/\s]+):(\d+(?:\.\d+)?)$/;

/** What a mount point mounts, by its first word. */
export const mountKind = (volume: string): "volume" | "device" | "bind" =>
  volume.startsWith("/dev/") ? "device" : volume.startsWith("/") ? "bind" : "volume";

/** Options that a running container takes at once, whatever they become. */
const always = new Set("description onboot startup protection hostname hookscript cores tags lock".split(" "));
const setAtOnce = /^(?:cpulimit|cpuunits|memory|swap|net\d+)$/;
const goesAtOnce = /^(?:cpulimit|cpuunits|swap|net\d+|unused\d+)$/;

const isProtected = ({ config }: Guest): boolean => `${config.protection ?? 0}` === "1";

const isInUse = (guest: Guest, volid: string): boolean => disksOf(guest).some((disk) => disk.volid === volid);

const letGo = (world: World, guest: Guest, key: string): void => {
  const before = guest.config[key];
  delete guest.config[key];
  if (before === undefined) return;
  const volid = mountVolume(String(before));
  if (/^unused\d+$/.test(key)) {
    const found = findVolume(world, guest.node, volid);
    if (found?.volume.vmid === guest.vmid && !isInUse(guest, volid)) removeVolume(world, found.backing, volid);
  } else if (isMount(key) && mountKind(volid) === "volume" && !isInUse(guest, volid)) keepUnused(guest, volid);
};

const markForRemoval = (guest: Guest, remove: readonly string[]): void => {
  const deletes = pendingDeletes(guest);
  for (const key of remove) {
    if (guest.config[key] === undefined && guest.pending[key] === undefined) continue;
    if (key === "memory" || key === "rootfs" || key === "ostype") fail(`unable to delete required option '${key}'`);
    if (isProtected(guest) && /^(?:unused|mp)\d+$/.test(key))
      fail(`can't remove CT ${guest.vmid} drive '${key}' - protection mode enabled`);
    if (key === "unprivileged") fail(`unable to delete read-only option: '${key}'`);
    delete guest.pending[key];
    deletes.set(key, false);
  }
  writeDeletes(guest, deletes);
};

const needRootdir = (world: World, volid: string): void => {
  const storage = volid.slice(0, volid.indexOf(":"));
  const known = world.storages[storage];
  if (known === undefined) fail(`storage '${storage}' does not exist`);
  const contents = String(known?.options.content ?? "images,rootdir").split(",");
  if (!contents.includes("rootdir")) fail(`storage '${storage}' does not allow content type 'rootdir' (Container)`);
};

const kept = (world: World, key: string, value: string | number): string | number => {
  if (/^net\d+$/.test(key))
    return netText("lxc", String(value), () =>
      drawMac(world.random, String(world.cluster.options.mac_prefix ?? "BC:24:11")),
    );
  return key === "tags" ? tagText(world, String(value)) : value;
};

const markForChange = (world: World, guest: Guest, set: Readonly<Record<string, string | number>>): void => {
  const deletes = pendingDeletes(guest);
  for (const key of Object.keys(set).toSorted()) {
    const value = set[key] ?? "";
    if (isMount(key)) {
      if (isProtected(guest)) fail(`can't update CT ${guest.vmid} drive '${key}' - protection mode enabled`);
      const volid = mountVolume(String(value));
      if (mountKind(volid) === "volume") needRootdir(world, volid);
    }
    if (key === "unprivileged") fail(`unable to modify read-only option: '${key}'`);
    guest.pending[key] = kept(world, key, value);
    deletes.delete(key);
  }
  writeDeletes(guest, deletes);
};

/** Mounts what a pending mount point asks for; why not, where it cannot. */
const mount = (world: World, guest: Guest, key: string): string | undefined => {
  const asked = String(guest.pending[key]);
  const made = makeDisk(world, guest, key, asked);
  if ("fail" in made) return made.fail;
  const before = guest.config[key];
  guest.config[key] = made.text;
  delete guest.pending[key];
  const old = before === undefined ? "" : mountVolume(String(before));
  if (old !== "" && mountKind(old) === "volume" && !isInUse(guest, old)) keepUnused(guest, old);
  return undefined;
};

const reaches = (guest: Guest, key: string): boolean => {
  if (!isRunning(guest) || always.has(key) || setAtOnce.test(key)) return true;
  if (!/^mp\d+$/.test(key)) return false;
  return guest.config[key] === undefined || newMount.test(mountVolume(String(guest.pending[key])));
};

const settle = (world: World, guest: Guest, touched: ReadonlySet<string>): void => {
  const running = isRunning(guest);
  const errors: Record<string, string> = {};
  const deletes = pendingDeletes(guest);
  for (const key of [...deletes.keys()].toSorted()) {
    if (!touched.has(key) || (running && !always.has(key) && !goesAtOnce.test(key))) continue;
    deletes.delete(key);
    letGo(world, guest, key);
  }
  writeDeletes(guest, deletes);
  cleanPending(guest);
  for (const key of Object.keys(guest.pending).toSorted()) {
    const value = guest.pending[key];
    if (key === "delete" || value === undefined || !touched.has(key) || !reaches(guest, key)) continue;
    if (isMount(key)) {
      const why = mount(world, guest, key);
      if (why !== undefined)
        errors[key] = running
          ? `unable to hotplug ${key}: ${why}\n`
          : `unable to apply pending change ${key} : ${why}\n`;
    } else {
      guest.config[key] = value;
      delete guest.pending[key];
    }
  }
  if (Object.keys(errors).length > 0) refuseParameters(errors);
};

export type ContainerChange = {
  readonly set: Readonly<Record<string, string | number>>;
  readonly remove: readonly string[];
  /** Keys of which what waits is forgotten. */
  readonly reverts: readonly string[];
};

/** Changes a container's configuration; what it cannot take while it runs waits. Mirrors update_pct_config. */
export const changeContainer = (world: World, guest: Guest, { set, remove, reverts }: ContainerChange): void => {
  const before = copy(guest.pending);
  try {
    revertGuest(world, guest, reverts);
    markForRemoval(guest, remove);
    markForChange(world, guest, set);
  } catch (error) {
    // Nothing is written before all of it is right.
    guest.pending = before;
    throw error;
  }
  cleanPending(guest);
  settle(world, guest, new Set([...remove, ...Object.keys(set)]));
};
