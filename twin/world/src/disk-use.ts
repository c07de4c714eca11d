import type { Config } from "./config.ts";

/** What a node has made of its disks, beside what it boots from. */
export type DiskUse = {
  kind: "directory" | "lvm" | "lvmthin" | "zfs";
  name: string;
  /** The disks it lies on. */
  devpaths: string[];
  size: number;
  /** File system, RAID level, ashift … as they were asked for. */
  options: Config;
};
