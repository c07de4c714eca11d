import type { Config } from "./config.ts";
import type { Dict } from "./dict.ts";
import type { GuestKind } from "./guest.ts";

/** What a backup holds: enough to restore the guest. */
export type Archive = {
  kind: GuestKind;
  at: number;
  guestName: string;
  config: Config;
  /** Configuration key of a disk to its size and the bytes in it. */
  disks: Dict<{ size: number; used: number }>;
  verification:
    | { kind: "none" }
    | { kind: "ok"; at: number; upid: string }
    | { kind: "failed"; at: number; upid: string };
  encrypted: boolean;
  /** Whether a system is on it, so that a restored guest boots. */
  installed: boolean;
};

/** Anything with a volume id. `used` is what it takes of its backing. */
export type Volume = {
  volid: string;
  storage: string;
  content: "images" | "rootdir" | "iso" | "vztmpl" | "backup" | "snippets" | "import";
  format: string;
  size: number;
  used: number;
  vmid?: number;
  ctime: number;
  notes?: string;
  protected: boolean;
  /** The volume id of the base of a linked clone. */
  parent?: string;
  archive?: Archive;
};

/**
 * The thing that bytes lie on: a file system, a pool, an export, a datastore. Several storages may share one.
 * `base` bytes belong to no volume, `reserved` cannot be had, `garbage` are those of removed backups that a datastore
 * has not collected; `used` is `base`, `garbage` and the `used` of all volumes.
 */
export type Backing = {
  id: string;
  /** Where it is: a node's name for a local one, a vertex of the network for one reached over it. */
  place: { kind: "node"; node: string } | { kind: "host"; vertex: string };
  total: number;
  base: number;
  garbage: number;
  reserved: number;
  used: number;
  readBytesPerSecond: number;
  writeBytesPerSecond: number;
  /** The guest that serves it, where one does: it is reached only while that guest runs. */
  server?: number;
  /** Share of its speed that it has now: 1 sound, less degraded, 0 failed. */
  health: number;
  /** The disks of the node that it lies on, and how many of them may fail before it does. */
  disks: string[];
  spare: number;
  /** What storages may look for to find it: `vg pve`, `path /mnt/media`, `nfs 10.0.0.5:/export`. */
  offers?: string[];
  volumes: Dict<Volume>;
  /** The ids of the volumes of each guest, by VMID; kept by those who add, remove and rename volumes. */
  guests: Dict<string[]>;
  /** How `used` went: times and bytes, the oldest first. */
  history: [at: number, used: number][];
};

/** An entry of storage.cfg. */
export type Storage = { id: string; type: string; options: Config };
