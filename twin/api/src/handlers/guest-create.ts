import { drawUuid, isOnNode, isRunning } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { isMount, mountKind, mountVolume } from "../container-change.ts";
import { tagText } from "../guest-change.ts";
import { fail, Problem, refuseParameters } from "../problem.ts";
import { needQuorum } from "../quorum.ts";
import { startWorker } from "../start.ts";
import { asText } from "../within.ts";
import { archiveOf, create, needAllocate, needPool, restore } from "./guest-life.ts";
import { needTags } from "./guest-tags.ts";
import { needContainerRights } from "./lxc-rights.ts";
import { givenOptions } from "./qemu-config.ts";
import {
  isDrive,
  needBridges,
  needDevices,
  needOptionRights,
  needSoundDrives,
  needStorageAccess,
  type OnGuest,
} from "./qemu-rights.ts";
import { contentOf } from "./storage-config.ts";
import { configOf } from "./values.ts";
import { needVolumeAccess, splitVolid, storageNamed } from "./volume-access.ts";

/** Parameters of a creation that are no options of the guest. */
const control = [
  "archive",
  "pool",
  "start",
  "storage",
  "unique",
  "live-restore",
  "ha-managed",
  "bwlimit",
  "force",
  "restore",
  "ostemplate",
  "ignore-unpack-errors",
  "ssh-public-keys",
  "password",
];

const cardsAmong = (config: Readonly<Record<string, string | number>>): string[] =>
  Object.entries(config).flatMap(([key, value]) => (/^net\d+$/.test(key) ? [String(value)] : []));

/** What a creation or a restore must find: its id free, or a guest that it may overwrite. */
const needFree = (call: Call, vmid: number, what: string): void => {
  const taken = call.world.guests[vmid];
  if (taken !== undefined)
    fail(`${what}${taken.kind === "qemu" ? "VM" : "CT"} ${vmid} already exists on node '${taken.node}'`);
};

/** Tags are looked at by the worker, which then fails. */
const refusedTags = (call: Call, guest: OnGuest, tags: string): string | undefined => {
  try {
    needTags(call, guest, undefined, tags);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return asText(error).trimEnd();
    throw error;
  }
};

const createQemu = (call: Call): unknown => {
  const vmid = Number(call.need("vmid"));
  needQuorum(call.world, call.node);
  const pool = needPool(call);
  const storage = call.text("storage");
  if (storage !== undefined && !call.rights.isRoot) call.rights.need(`/storage/${storage}`, "Datastore.AllocateSpace");
  if (call.flag("ha-managed") && !call.rights.isRoot) call.rights.need("/", "Sys.Console");
  const archive = archiveOf(call, "qemu");
  needAllocate(call, vmid, pool, archive !== undefined && call.flag("force"));
  const config = givenOptions(call, ...control);
  const texts = new Map(Object.entries(config).map(([key, value]) => [key, String(value)]));
  if (archive !== undefined) {
    for (const key of [...texts.keys()].toSorted())
      if (isDrive(key)) refuseParameters({ [key]: "option conflicts with option 'archive'" });
    needVolumeAccess(call, vmid, archive, "backup");
  }
  const guest = { vmid, pool };
  needStorageAccess(call, vmid, texts, storage);
  needOptionRights(call, guest, texts.keys());
  needDevices(call, guest, texts);
  needBridges(call, cardsAmong(config));
  needSoundDrives(call, texts);
  if (archive !== undefined) return restore(call, "qemu", archive, pool);
  needFree(call, vmid, `unable to create VM ${vmid} - `);
  for (const [key, text] of Object.entries(config))
    if (key === "vmgenid" && text === "1") config[key] = drawUuid(call.world.random);
  if (config.tags !== undefined) {
    const why = refusedTags(call, guest, String(config.tags));
    if (why !== undefined)
      return startWorker(call, "qmcreate", String(vmid), [
        { do: "fail", message: `unable to create VM ${vmid} - ${why}` },
      ]);
    config.tags = tagText(call.world, String(config.tags));
  }
  if (storage !== undefined)
    for (const key of Object.keys(config)) {
      const text = String(config[key]);
      if (isDrive(key) && /^(?:file=)?\d+(?:\.\d+)?(?:,|$)/.test(text))
        config[key] = text.replace(/^(?:file=)?/, `${storage}:`);
    }
  return create(call, "qemu", config, pool);
};

const systems = [
  "debian",
  "devuan",
  "ubuntu",
  "centos",
  "fedora",
  "opensuse",
  "archlinux",
  "alpine",
  "gentoo",
  "nixos",
];
/** Those that are set up as another one. */
const kin: Readonly<Record<string, string>> = { almalinux: "centos", rockylinux: "centos" };

/** The system in a template. The product looks into it; the twin, which keeps no file's content, goes by its name. */
const systemOf = (template: string): string => {
  const name = /(?:^|[:/])([a-z]+)-[^/]*$/.exec(template)?.[1] ?? "";
  return kin[name] ?? (systems.includes(name) ? name : "unmanaged");
};

const needContainerStorage = (call: Call, id: string): void => {
  const storage = storageNamed(call, id);
  if (`${storage.options.disable ?? 0}` === "1") fail(`storage '${id}' is disabled`);
  if (!isOnNode(storage, call.node)) fail(`storage '${id}' is not available on node '${call.node}'`);
  if (!contentOf(storage).includes("rootdir"))
    refuseParameters({ storage: `storage '${id}' does not support container directories` });
  if (!call.rights.isRoot) call.rights.need(`/storage/${id}`, "Datastore.AllocateSpace");
};

/** The mount points of a creation, a bare number being one on its default storage. */
const mountsAmong = (call: Call, config: Record<string, string | number>, storage: string): void => {
  const mounts = Object.keys(config).filter(isMount);
  for (const key of mounts) {
    const text = String(config[key]);
    if (/^\d+(?:\.\d+)?$/.test(text)) config[key] = `${storage}:${text}`;
  }
  if (mounts.length > 0 && config.rootfs === undefined)
    fail("mount points configured, but 'rootfs' not set - aborting");
  for (const key of mounts) {
    const volid = mountVolume(String(config[key]));
    if (mountKind(volid) === "volume")
      needContainerStorage(call, splitVolid(volid)?.storage ?? fail(`unable to parse volume ID '${volid}'`));
    else if (!call.rights.isRoot) fail("Only root can pass arbitrary filesystem paths.");
  }
  if (config.rootfs === undefined) needContainerStorage(call, storage);
};

const createLxc = (call: Call): unknown => {
  const vmid = Number(call.need("vmid"));
  const isRestore = call.flag("restore");
  const taken = call.world.guests[vmid];
  const overwrites = taken?.kind === "lxc" && taken.node === call.node && isRestore && call.flag("force");
  if (!overwrites) needFree(call, vmid, "");
  else if (isRunning(taken)) fail("can't overwrite running container");
  else if (`${taken.config.protection ?? 0}` === "1") fail(`unable to restore CT ${vmid} - protection mode enabled`);
  const pool = needPool(call);
  needAllocate(call, vmid, pool, overwrites);
  const storage = call.text("storage") ?? "local";
  const config: Record<string, string | number> = { ...configOf(call, "node", "vmid", ...control) };
  const texts = new Map(Object.entries(config).map(([key, value]) => [key, String(value)]));
  texts.delete("unprivileged");
  needContainerRights(call, { vmid, pool, config: {}, isUnprivileged: call.flag("unprivileged") }, texts);
  const template = call.need("ostemplate");
  if (template === "-") fail("pipe requires cli environment");
  needVolumeAccess(call, vmid, template, isRestore ? "backup" : "vztmpl");
  mountsAmong(call, config, storage);
  if (isRestore) return restore(call, "lxc", template, pool);
  config.rootfs ??= `${storage}:4`;
  config.memory ??= 512;
  config.swap ??= 512;
  config.hostname ??= `CT${vmid}`;
  config.ostype ??= systemOf(template);
  if (config.unprivileged === 0) delete config.unprivileged;
  if (config.tags !== undefined) config.tags = tagText(call.world, String(config.tags));
  return create(call, "lxc", config, pool);
};

export const guestCreate: Handlers = {
  "POST /nodes/{node}/qemu": createQemu,
  "POST /nodes/{node}/lxc": createLxc,
};
