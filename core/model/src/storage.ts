import { z } from "zod";
import { claims, guestRef, nodeRef, storageRef } from "./claims.ts";
import { localName, storageName, text } from "./names.ts";
import { proxmoxOptions } from "./options.ts";
import { duration, size, throughput } from "./quantity.ts";
import { measurable } from "./unknown.ts";

/** S3 storage classes, by the names that the API uses. */
export const storageClass = z.enum([
  "STANDARD",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
]);
export type StorageClass = z.output<typeof storageClass>;

/** Where a storage's bytes really are: what must not fail for them to be there. */
export const home = z.discriminatedUnion(
  "on",
  [
    /** Each of the nodes has its own, under one name; not shared. */
    z.strictObject({
      on: z.literal("each node"),
      nodes: z.array(nodeRef).min(1),
      disks: measurable(z.array(localName).min(1)),
    }),
    z.strictObject({ on: z.literal("node"), node: nodeRef, disks: measurable(z.array(localName).min(1)) }),
    /** An export or a dataset of another storage. */
    z.strictObject({ on: z.literal("storage"), storage: storageRef }),
    /** A server in a guest; its disk is on the storage that is named. */
    z.strictObject({
      on: z.literal("guest"),
      guest: guestRef,
      /** Where the document says the server runs, for a guest that is declared nowhere. */
      node: nodeRef.optional(),
      storage: measurable(storageRef),
    }),
    z.strictObject({ on: z.literal("cloud"), provider: text, region: measurable(text), uplink: localName }),
    /** An appliance or a server that is none of the nodes; `this` site is the one that a site failure takes. */
    z.strictObject({ on: z.literal("elsewhere"), place: text, site: measurable(z.enum(["this", "another"])) }),
  ],
  { error: 'expected a home such as { on: "node", node: "node05", disks: ["hdd"] }' },
);
export type Home = z.output<typeof home>;

export const storageItem = z.strictObject({
  /** `ceph` is `cephfs` where it keeps files and `rbd` where not; `zfs` that keeps files is a directory on the pool. */
  kind: z.enum([
    "dir",
    "btrfs",
    "lvm",
    "lvm-thin",
    "zfs",
    "zfs-over-iscsi",
    "nfs",
    "cifs",
    "glusterfs",
    "ceph",
    "cephfs",
    "rbd",
    "iscsi",
    "iscsi-direct",
    "esxi",
    "pbs",
    "s3",
  ]),
  home,
  purpose: text,
  content: z
    .array(z.enum(["images", "rootdir", "backup", "iso", "vztmpl", "snippets", "import", "archive", "none"]))
    .min(1),
  /** Usable, of one instance: after mirrors and parity. Left out: the raw size of its disks. */
  capacity: measurable(size).optional(),
  /** Reached by all its nodes at once. */
  shared: z.boolean(),
  /** Which nodes can use it; all where left out. */
  nodes: z.array(nodeRef).optional(),
  /**
   * All else that Proxmox is told of it, by the names of its API: `path`, `server`, `export`, `vgname`, `thinpool`,
   * `pool`, `datastore`, `prune-backups` … What is left out has its default; with no options at all, nobody looks at
   * them. Not `type`, `content`, `nodes` and `shared`, which are said above.
   */
  options: proxmoxOptions.optional(),
  read: measurable(throughput),
  write: measurable(throughput),
  /** Of an S3 storage. */
  storageClass: storageClass.optional(),
  /** From asking for an archived object until it can be read, by the tier that the recovery plan uses. */
  retrieval: measurable(duration).optional(),
});
export type Storage = z.output<typeof storageItem>;

/** Every place that keeps bytes, and where that place itself is. */
export const storage = z.strictObject({ items: z.record(storageName, storageItem), claims });
export type StorageChapter = z.output<typeof storage>;
