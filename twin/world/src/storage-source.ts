import type { Backing, Storage } from "./storage.ts";
import type { World } from "./world.ts";

/** What a storage is told to look for, and where: something of each of its nodes, or one thing that they all reach. */
export type StorageSource = { readonly on: "node" | "network"; readonly what: string };

/** The storage's own words for what it lies on: `vg pve`, `zpool tank`, `nfs 10.0.0.5:/export`, `pbs 10.0.0.6/store`. */
export const storageSource = ({ id, type, options }: Storage): StorageSource | undefined => {
  const text = (key: string, otherwise = ""): string => String(options[key] ?? otherwise);
  const node = (what: string): StorageSource => ({ on: "node", what });
  const network = (what: string): StorageSource => ({ on: "network", what });
  switch (type) {
    case "dir":
    case "btrfs":
      return node(`path ${text("path")}`);
    case "lvm":
      return node(`vg ${text("vgname")}`);
    case "lvmthin":
      return node(`thin ${text("vgname")}/${text("thinpool")}`);
    case "zfspool":
      return node(`zpool ${text("pool")}`);
    case "nfs":
      return network(`nfs ${text("server")}:${text("export")}`);
    case "cifs":
      return network(`cifs //${text("server")}/${text("share")}`);
    case "glusterfs":
      return network(`gluster ${text("server")}:${text("volume")}`);
    case "cephfs":
      return network(`cephfs ${text("fs-name", "cephfs")}`);
    case "rbd":
      return network(`rbd ${text("pool", "rbd")}`);
    case "iscsi":
    case "iscsidirect":
      return network(`iscsi ${text("portal")}/${text("target")}`);
    case "zfs":
      return network(`zfs ${text("portal")}/${text("pool")}`);
    case "esxi":
      return network(`esxi ${text("server", id)}`);
    case "pbs":
      return network(`pbs ${text("server")}/${text("datastore")}`);
    default:
      return undefined;
  }
};

/** Whether the thing looked for is what is offered or lies within it: a dataset of a pool, a directory of a file system. */
const isWithin = (what: string, offered: string): boolean =>
  what === offered || (/^(?:path|zpool) /.test(offered) && what.startsWith(`${offered}/`));

/**
 * The backing that offers what a storage looks for.
 *
 * @param node the node that looks, of what each node has its own of
 */
export const offeredTo = (world: World, { on, what }: StorageSource, node?: string): Backing | undefined => {
  let best: { backing: Backing; length: number } | undefined;
  for (const backing of Object.values(world.backings)) {
    if (on === "node" && !(backing.place.kind === "node" && backing.place.node === node)) continue;
    for (const offered of backing.offers ?? [])
      if (isWithin(what, offered) && offered.length > (best?.length ?? 0)) best = { backing, length: offered.length };
  }
  return best?.backing;
};
