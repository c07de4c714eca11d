import type { Storage, Volume } from "@orrery/twin-world";

const folders: Readonly<Record<Volume["content"], string>> = {
  images: "images",
  rootdir: "images",
  iso: "template/iso",
  vztmpl: "template/cache",
  backup: "dump",
  snippets: "snippets",
  import: "import",
};

/** The directory of a storage on its nodes: where it is told, or where the product mounts it. */
export const storagePath = (storage: Storage): string | undefined => {
  if (storage.options.path !== undefined) return String(storage.options.path);
  return /^(?:nfs|cifs|cephfs)$/.test(storage.type) ? `/mnt/pve/${storage.id}` : undefined;
};

/** The name of a volume within its storage: what follows the colon of its id. */
export const volumeName = (volid: string): string => volid.slice(volid.indexOf(":") + 1);

/** Where a volume is on its node. */
export const volumePath = (storage: Storage, content: Volume["content"], volid: string): string => {
  const name = volumeName(volid);
  const base = storagePath(storage);
  if (base !== undefined) {
    const file = content === "images" || content === "rootdir" ? name : name.slice(name.indexOf("/") + 1);
    return `${base}/${folders[content]}/${file}`;
  }
  if (storage.type === "zfspool") return `/dev/zvol/${storage.options.pool}/${name}`;
  if (storage.type === "lvm" || storage.type === "lvmthin") return `/dev/${storage.options.vgname}/${name}`;
  return name;
};

/** What kind of thing a volume's name says it is. */
export const contentOfName = (name: string): Volume["content"] | undefined => {
  const folder = /^([a-z]+)\//.exec(name)?.[1];
  if (folder === "iso" || folder === "vztmpl" || folder === "backup" || folder === "snippets" || folder === "import")
    return folder;
  return /^(?:\d+\/)?[^/]+$/.test(name) ? "images" : undefined;
};

export type VolumeName = {
  readonly content: Volume["content"];
  /** The guest that the name says it belongs to. */
  readonly owner?: number;
};

const filed = /^(?:dir|nfs|cifs|cephfs|glusterfs|btrfs)$/;
const image = /^(\d+)\/[^/\s]+(?:\/\d+\/[^/\s]+)?$/;
const block = /^(?:(?:vm|base|subvol|basevol)-(\d+)-[^/\s]+)(?:\/(?:vm|subvol)-(\d+)-[^/\s]+)?$/;
const archive = /vzdump-(?:qemu|lxc|openvz)-(\d+)-/;

/** What a name says of a volume of this storage; undefined where its storage could not read it. */
export const readVolumeName = (type: Storage["type"], name: string): VolumeName | undefined => {
  const owned = (content: Volume["content"], owner: string | undefined): VolumeName =>
    owner === undefined ? { content } : { content, owner: Number(owner) };
  if (type === "pbs") return owned("backup", /^backup\/(?:vm|ct)\/(\d+)\//.exec(name)?.[1]);
  if (!filed.test(type)) {
    const match = block.exec(name);
    return match === null ? undefined : owned("images", match[2] ?? match[1]);
  }
  const drawer = /^(iso|vztmpl|backup|snippets|import)\/(?:.*)$/.exec(name)?.[1];
  if (drawer !== undefined) {
    const content = contentOfName(name) ?? "iso";
    return owned(content, content === "backup" ? archive.exec(name)?.[1] : undefined);
  }
  const match = image.exec(name);
  if (match === null) return undefined;
  return owned("images", /\/(\d+)\//.exec(name)?.[1] ?? match[1]);
};

const spoken: Readonly<Record<string, string>> = { zfspool: "zfs", lvmthin: "lvm", pbs: "PBS" };

/** The sentence of a storage that could not read a volume's name. */
export const unreadableName = (type: Storage["type"], name: string): string =>
  `unable to parse ${filed.test(type) ? "directory" : (spoken[type] ?? type)} volume name '${name}'`;
