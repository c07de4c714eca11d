import type { Inventory } from "./inventory.ts";
import type { NodeName } from "./names.ts";
import type { Storage } from "./storage.ts";

/** Content that Proxmox keeps as files. */
const files = new Set(["iso", "vztmpl", "backup", "snippets", "import"]);

const types = {
  dir: "dir",
  btrfs: "btrfs",
  lvm: "lvm",
  "lvm-thin": "lvmthin",
  "zfs-over-iscsi": "zfs",
  nfs: "nfs",
  cifs: "cifs",
  glusterfs: "glusterfs",
  cephfs: "cephfs",
  rbd: "rbd",
  iscsi: "iscsi",
  "iscsi-direct": "iscsidirect",
  esxi: "esxi",
  pbs: "pbs",
} as const;

/** The type that Proxmox VE has for a declared storage; undefined of what is none of its own: a bucket, a cloud's. */
export const storageTypeOf = ({ kind, home, content, options = {} }: Storage): string | undefined => {
  if (kind === "s3" || home.on === "cloud") return undefined;
  const keepsFiles = content.some((one) => files.has(one));
  // Proxmox keeps only disks of guests on a pool itself.
  if (kind === "zfs") return options.pool === undefined && (keepsFiles || "path" in options) ? "dir" : "zfspool";
  if (kind === "ceph") return keepsFiles ? "cephfs" : "rbd";
  return types[kind];
};

/** What Proxmox is told that it holds: `archive` is nothing of its own, and nothing at all is `none`. Sorted. */
export const storageContentOf = ({ content }: Storage): readonly string[] => {
  const held = new Set(content.filter((one) => one !== "archive" && one !== "none"));
  return held.size === 0 ? ["none"] : [...held].toSorted();
};

/** The nodes that it is there for, sorted; undefined of all. */
export const storageNodesOf = (inventory: Inventory, { home, nodes }: Storage): readonly NodeName[] | undefined => {
  const refs = nodes ?? (home.on === "each node" ? home.nodes : home.on === "node" ? [home.node] : undefined);
  const names = new Set(refs?.flatMap((ref) => inventory.nodeOf(ref) ?? []));
  return refs === undefined || names.size === inventory.nodes.size ? undefined : [...names].toSorted();
};
