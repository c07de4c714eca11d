import type { DiskUse } from "./disk-use.ts";
import { addBacking } from "./new-backing.ts";
import type { Disk, Node } from "./node.ts";
import type { ActsFor } from "./outcome.ts";

const diskOf = (node: Node | undefined, devpath: string): Disk | undefined =>
  node?.disks.find((disk) => disk.devpath === devpath);

const spares: Readonly<Record<string, number>> = {
  raid10: 1,
  raidz: 1,
  draid: 1,
  raidz2: 2,
  draid2: 2,
  raidz3: 3,
  draid3: 3,
};

/** Disks that may fail before what was made of them does. */
const spareOf = ({ kind, devpaths, options }: DiskUse): number => {
  if (kind !== "zfs") return 0;
  const level = `${options.raidlevel ?? "single"}`;
  return level === "mirror" ? devpaths.length - 1 : (spares[level] ?? 0);
};

/** What storages find it by. */
const offerOf: Readonly<Record<DiskUse["kind"], (name: string) => string>> = {
  directory: (name) => `path /mnt/pve/${name}`,
  lvm: (name) => `vg ${name}`,
  lvmthin: (name) => `thin ${name}/${name}`,
  zfs: (name) => `zpool ${name}`,
};

const usedAs = { directory: "mounted", lvm: "LVM", lvmthin: "LVM", zfs: "ZFS" } as const;

export const nodeActs: ActsFor<
  | "node.set-service"
  | "node.apply-network"
  | "node.use-disks"
  | "node.free-disks"
  | "node.wipe-disk"
  | "node.label-disk"
  | "replication.remove"
> = {
  "node.set-service": (world, _task, { node, service, active }) => {
    const unit = world.nodes[node]?.services[service];
    if (!unit || unit.unit === "not-found") {
      return { fail: `command 'systemctl ${active ? "start" : "stop"} ${service}' failed: exit code 5` };
    }
    unit.active = active;
    return undefined;
  },
  "node.apply-network": (world, _task, { node: name }) => {
    const node = world.nodes[name];
    if (node?.pendingInterfaces) {
      node.interfaces = node.pendingInterfaces;
      delete node.pendingInterfaces;
    }
    return undefined;
  },
  "node.use-disks": (world, _task, { node: name, use, storage }) => {
    const node = world.nodes[name];
    if (!node) return { fail: `no such cluster node '${name}'` };
    for (const devpath of use.devpaths) {
      const disk = diskOf(node, devpath);
      if (!disk) return { fail: `device '${devpath}' does not exist` };
      disk.used = usedAs[use.kind];
      disk.mounted = use.kind === "directory";
      disk.gpt = use.kind === "directory";
    }
    node.diskUses = [...(node.diskUses ?? []), use];
    const id = `${name}/${use.kind}/${use.name}`;
    addBacking(world, {
      id,
      place: { kind: "node", node: name },
      total: use.size,
      disks: use.devpaths,
      spare: spareOf(use),
      offers: [offerOf[use.kind](use.name)],
    });
    if (storage) {
      world.storages[storage.id] ??= storage;
      world.mounts[`${storage.id}@${name}`] = id;
    }
    return undefined;
  },
  "node.free-disks": (world, _task, { node: name, use: kind, name: label, storage, wipe }) => {
    const node = world.nodes[name];
    const use = node?.diskUses?.find((one) => one.kind === kind && one.name === label);
    if (!node || !use) return { fail: `no such ${kind} '${label}'` };
    node.diskUses = (node.diskUses ?? []).filter((one) => one !== use);
    delete world.backings[`${name}/${kind}/${label}`];
    if (storage !== "") {
      delete world.mounts[`${storage}@${name}`];
      delete world.storages[storage];
    }
    for (const devpath of use.devpaths) {
      const disk = diskOf(node, devpath);
      if (!disk) continue;
      disk.mounted = false;
      if (wipe) {
        disk.used = "";
        disk.gpt = false;
      }
    }
    return undefined;
  },
  "node.wipe-disk": (world, _task, { node, devpath }) => {
    const disk = diskOf(world.nodes[node], devpath);
    if (!disk) return { fail: `device '${devpath}' does not exist` };
    disk.used = "";
    disk.gpt = false;
    return undefined;
  },
  "node.label-disk": (world, _task, { node, devpath }) => {
    const disk = diskOf(world.nodes[node], devpath);
    if (!disk) return { fail: `device '${devpath}' does not exist` };
    disk.gpt = true;
    return undefined;
  },
  "replication.remove": (world, _task, { id }) => {
    if (world.jobs.replication[id]?.options.remove_job === undefined) return undefined;
    delete world.jobs.replication[id];
    delete world.jobs.replicationState[id];
    return undefined;
  },
};
