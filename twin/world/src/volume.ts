import type { Archive, Backing, Storage, Volume } from "./storage.ts";
import type { World } from "./world.ts";

const networked = new Set(["nfs", "cifs", "pbs", "cephfs", "rbd", "iscsi", "iscsidirect", "glusterfs"]);
const withPath = new Set(["dir", "nfs", "cifs", "cephfs", "btrfs", "glusterfs"]);

export const isShared = (storage: Storage): boolean =>
  networked.has(storage.type) || `${storage.options.shared ?? 0}` === "1";

/** Whether its volumes are files below a path. */
export const hasPath = (storage: Storage): boolean => withPath.has(storage.type);

/** Whether the storage is to be used on this node, as storage.cfg says. */
export const isOnNode = (storage: Storage, node: string): boolean => {
  const nodes = storage.options.nodes;
  return nodes === undefined || `${nodes}`.split(",").includes(node);
};

const isEnabled = (storage: Storage): boolean => `${storage.options.disable ?? 0}` !== "1";

export const contentOf = (storage: Storage): string[] => `${storage.options.content ?? ""}`.split(",").filter(Boolean);

/** What a storage lies on, seen from a node; undefined where it is not there. */
export const backingOf = (world: World, node: string, storageId: string): Backing | undefined => {
  const id = world.mounts[`${storageId}@${node}`] ?? world.mounts[storageId];
  return id === undefined ? undefined : world.backings[id];
};

/** Whether the guest that serves a backing, if one does, runs. */
const isServed = (world: World, { server }: Backing): boolean =>
  server === undefined || world.guests[server]?.run.kind === "running";

/** Why a storage cannot be used on a node, in Proxmox's words; undefined where it can. */
export const whyNotStorage = (world: World, node: string, id: string, content?: string): string | undefined => {
  const storage = world.storages[id];
  if (!storage) return `storage '${id}' does not exist`;
  if (!isEnabled(storage)) return `storage '${id}' is disabled`;
  if (!isOnNode(storage, node)) return `storage '${id}' is not available on node '${node}'`;
  if (content !== undefined && !contentOf(storage).includes(content)) {
    return `storage '${id}' does not support content-type '${content}'`;
  }
  const backing = backingOf(world, node, id);
  if (!backing || backing.health <= 0 || !isServed(world, backing)) return `storage '${id}' is not online`;
  return undefined;
};

/** The storage id of a volume id. */
export const storageOf = (volid: string): string => volid.slice(0, Math.max(0, volid.indexOf(":")));

/** The volume as a node sees it. */
export const findVolume = (
  world: World,
  node: string,
  volid: string,
): { volume: Volume; backing: Backing } | undefined => {
  const backing = backingOf(world, node, storageOf(volid));
  const volume = backing?.volumes[volid];
  return backing && volume ? { volume, backing } : undefined;
};

const byId = (one: Volume, other: Volume): number => (one.volid < other.volid ? -1 : 1);

/** All volumes of a storage that a node sees, in the order of their ids. */
export const volumesOn = (world: World, node: string, storage: string): Volume[] => {
  const backing = backingOf(world, node, storage);
  if (!backing) return [];
  const found: Volume[] = [];
  for (const id in backing.volumes) {
    const volume = backing.volumes[id];
    if (volume?.storage === storage) found.push(volume);
  }
  return found.sort(byId);
};

/** The volumes of a guest on a storage that a node sees, the oldest first. */
export const volumesOfGuest = (world: World, node: string, storage: string, vmid: number): Volume[] => {
  const backing = backingOf(world, node, storage);
  const found: Volume[] = [];
  for (const id of backing?.guests[vmid] ?? []) {
    const volume = backing?.volumes[id];
    if (volume?.storage === storage) found.push(volume);
  }
  return found;
};

const keptHistory = 2048;

/** More (or fewer) bytes lie on the backing from now on. */
export const charge = (world: World, backing: Backing, bytes: number): void => {
  backing.used += bytes;
  const { history } = backing;
  const last = history.at(-1);
  if (last && world.now - last[0] < 60_000) last[1] = backing.used;
  else history.push([world.now, backing.used]);
  // The older half is thinned: the further back, the coarser it is read.
  if (history.length > keptHistory)
    backing.history = history.filter((_, index) => index >= keptHistory / 2 || index % 2 === 0);
};

/** Bytes that can still be written. */
export const freeOf = (backing: Backing): number => Math.max(0, backing.total - backing.reserved - backing.used);

const index = (backing: Backing, { vmid, volid }: Volume): void => {
  if (vmid === undefined) return;
  const list = backing.guests[vmid];
  if (!list) backing.guests[vmid] = [volid];
  else if (!list.includes(volid)) list.push(volid);
};

const unindex = (backing: Backing, { vmid, volid }: Volume): void => {
  const list = vmid === undefined ? undefined : backing.guests[vmid];
  if (!list || vmid === undefined) return;
  list.splice(list.indexOf(volid), 1);
  if (list.length === 0) delete backing.guests[vmid];
};

/** Puts a volume on a backing; one of the same id is overwritten. */
export const addVolume = (world: World, backing: Backing, volume: Volume): Volume => {
  const old = backing.volumes[volume.volid];
  if (old) unindex(backing, old);
  backing.volumes[volume.volid] = volume;
  index(backing, volume);
  charge(world, backing, volume.used - (old?.used ?? 0));
  return volume;
};

/** Takes a volume away for good. */
export const removeVolume = (world: World, backing: Backing, volid: string): void => {
  const volume = backing.volumes[volid];
  if (!volume) return;
  delete backing.volumes[volid];
  unindex(backing, volume);
  charge(world, backing, -volume.used);
};

/** Takes a backup from a datastore: its chunks stay, as garbage, until they are collected. */
export const forgetVolume = (backing: Backing, volid: string): void => {
  const volume = backing.volumes[volid];
  if (!volume) return;
  delete backing.volumes[volid];
  unindex(backing, volume);
  backing.garbage += volume.used;
};

/** Gives a volume another id, on the same storage. */
export const renameVolumeTo = (backing: Backing, volume: Volume, volid: string): void => {
  delete backing.volumes[volume.volid];
  unindex(backing, volume);
  volume.volid = volid;
  backing.volumes[volid] = volume;
  index(backing, volume);
};

/** Changes how many bytes of its backing a volume takes. */
export const setUsed = (world: World, backing: Backing, volume: Volume, used: number): void => {
  charge(world, backing, used - volume.used);
  volume.used = used;
};

/** What an empty image takes at once: metadata of qcow2, a block of raw, all of a thick volume. */
const emptyUsed = (storage: Storage, format: string, size: number): number => {
  if (format === "qcow2") return 131_072 + Math.ceil((size / 2 ** 30) * 200_704);
  return storage.type === "lvm" ? size : Math.min(4096, size);
};

const imageFormat = (storage: Storage, asked?: string): string => {
  if (!hasPath(storage)) return "raw";
  return asked ?? "raw";
};

export type NewImage = {
  storage: string;
  vmid: number;
  size: number;
  format?: string;
  /** `vm` unless told: `base`, or the name of a special image such as `cloudinit`. */
  prefix?: "vm" | "base";
  name?: string;
  /** Bytes that are written into it at once. */
  used?: number;
};

/** The id of the next free image of a guest on a storage. */
const nextImage = (
  backing: Backing,
  storage: Storage,
  { vmid, prefix = "vm", name }: NewImage,
  format: string,
): string => {
  const extension = hasPath(storage) ? `.${format}` : "";
  const folder = hasPath(storage) ? `${vmid}/` : "";
  const volid = (file: string) => `${storage.id}:${folder}${file}${extension}`;
  if (name !== undefined) return volid(`${prefix}-${vmid}-${name}`);
  const taken = new Set<number>();
  const pattern = new RegExp(`(?:vm|base)-${vmid}-disk-(\\d+)(?:\\.\\w+)?$`);
  for (const id of backing.guests[vmid] ?? []) {
    const found = backing.volumes[id]?.storage === storage.id ? pattern.exec(id) : undefined;
    if (found) taken.add(Number(found[1]));
  }
  let number = 0;
  while (taken.has(number)) number += 1;
  return volid(`${prefix}-${vmid}-disk-${number}`);
};

/** The path of a volume on its node. */
export const pathOf = (world: World, volid: string): string => {
  const storage = world.storages[storageOf(volid)];
  const name = volid.slice(volid.indexOf(":") + 1);
  const root = `${storage?.options.path ?? (storage ? `/mnt/pve/${storage.id}` : "")}`;
  const file = name.split("/").slice(-2).join("/");
  if (storage && !hasPath(storage)) {
    return storage.type.startsWith("lvm")
      ? `/dev/${storage.options.vgname ?? "pve"}/${name}`
      : `/dev/zvol/${storage.options.pool ?? storage.id}/${name}`;
  }
  if (name.startsWith("backup/")) return `${root}/dump/${name.slice(7)}`;
  if (name.startsWith("iso/")) return `${root}/template/iso/${name.slice(4)}`;
  if (name.startsWith("vztmpl/")) return `${root}/template/cache/${name.slice(7)}`;
  if (name.startsWith("snippets/") || name.startsWith("import/")) return `${root}/${name}`;
  return `${root}/images/${file}`;
};

/** The line that qemu-img leaves when it makes an image; block storages are silent here. */
export const formattingLine = (world: World, volume: Volume, base?: string): string[] => {
  const storage = world.storages[volume.storage];
  if (!storage || !hasPath(storage)) return [];
  const path = pathOf(world, volume.volid);
  if (volume.format === "raw") return [`Formatting '${path}', fmt=raw size=${volume.size} preallocation=off`];
  const backing = base === undefined ? "" : ` backing_file=${base} backing_fmt=qcow2`;
  const clusters = base === undefined ? "cluster_size=65536 extended_l2=off" : "cluster_size=131072 extended_l2=on";
  return [
    `Formatting '${path}', fmt=qcow2 ${clusters} preallocation=metadata compression_type=zlib size=${volume.size}${backing} lazy_refcounts=off refcount_bits=16`,
  ];
};

/** Makes an image of a guest; answers why not, where it cannot be. */
export const allocate = (
  world: World,
  node: string,
  content: "images" | "rootdir",
  asked: NewImage,
): Volume | string => {
  const why = whyNotStorage(world, node, asked.storage, content);
  if (why !== undefined) return why;
  const storage = world.storages[asked.storage];
  const backing = backingOf(world, node, asked.storage);
  if (!storage || !backing) return `storage '${asked.storage}' does not exist`;
  const format =
    content === "rootdir" && hasPath(storage) ? (asked.format ?? "raw") : imageFormat(storage, asked.format);
  const used = Math.max(asked.used ?? 0, emptyUsed(storage, format, asked.size));
  if (used > freeOf(backing)) {
    return storage.type.startsWith("lvm")
      ? `lvcreate '${storage.options.vgname ?? "pve"}/vm-${asked.vmid}-disk-0' error:   Volume group "${storage.options.vgname ?? "pve"}" has insufficient free space`
      : `unable to create image: No space left on device`;
  }
  const volid = nextImage(backing, storage, asked, format);
  return addVolume(world, backing, {
    volid,
    storage: storage.id,
    content,
    format,
    size: asked.size,
    used,
    vmid: asked.vmid,
    ctime: world.now,
    protected: false,
  });
};

/** Whether a volume is the base of linked clones. */
export const clonesOf = (backing: Backing, volid: string): Volume[] => {
  const found: Volume[] = [];
  for (const id in backing.volumes) {
    const volume = backing.volumes[id];
    if (volume?.parent === volid) found.push(volume);
  }
  return found;
};

/** The volume id without the base that a linked clone names before it: the place of the volume itself. */
export const plainName = (volid: string): string => {
  const [head = "", ...rest] = volid.split("/");
  return rest.length >= 3 ? `${head.slice(0, head.indexOf(":") + 1)}${rest.slice(-2).join("/")}` : volid;
};

/** The backups of a guest on a storage, the oldest first. */
export const backupsOf = (
  world: World,
  node: string,
  storage: string,
  vmid: number,
): (Volume & { archive: Archive })[] =>
  volumesOfGuest(world, node, storage, vmid)
    .filter(
      (volume): volume is Volume & { archive: Archive } => volume.content === "backup" && volume.archive !== undefined,
    )
    .sort((one, other) => one.archive.at - other.archive.at);
