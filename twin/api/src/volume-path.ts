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
