import type { Disk } from "@orrery/model";
import type { Ledger } from "./assumption.ts";

const gib = 2 ** 30;

type Default<T> = { readonly value: T; readonly shown: string; readonly because: string };
const of = <T>(value: T, shown: string, because: string): Default<T> => ({ value, shown, because });

/** Every number that a world needs and a declaration may not have. */
export const defaults = {
  nodeBootSeconds: of(180, "3 min", "small servers take 2 to 4 min from power to a member of the cluster"),
  vmBootMs: of(45_000, "45 s", "a Linux server with an agent answers after 30 to 60 s"),
  windowsBootMs: of(90_000, "90 s", "a Windows server answers after 1 to 2 min"),
  containerBootMs: of(4_000, "4 s", "a container has no firmware and no kernel to start"),
  guestMemory: of(4 * gib, "4 GiB", "the median of small servers"),
  usedShare: of(0.35, "35 % of its size", "thin volumes of servers are a third to a half full"),
  changeShareOfDay: of(0.02, "2 % of its used bytes a day", "incremental backups of servers carry 1 to 3 % a day"),
  rootBytes: of(96 * gib, "a quarter of the disk, at most 96 GiB", "the installer's own rule for the root volume"),
  rootUsed: of(8 * gib, "8 GiB used", "an installed node with two kernels and some ISO images"),
  pbsBytes: of(8 * 2 ** 40, "8 TiB", "a datastore on disks of its own, where no document says which"),
  sharedBytes: of(4 * 2 ** 40, "4 TiB", "a network storage whose size is stated nowhere"),
  linkBitsPerSecond: of(10e9, "10 Gbps", "what the switches' fastest ports have"),
  uplinkBitsPerSecond: of(1e9, "1 Gbps", "the usual port of a firewall"),
  jobHour: of("02:00", "02:00", "most backup jobs run at night"),
  jobDay: of("Sunday" as const, "Sunday", "most weekly jobs run at the weekend"),
  imageSize: of(gib, "1 GiB", "ISO images and templates of Linux systems have 0.1 to 3 GiB"),
  serverMemory: of(8 * gib, "4 vCPUs, 8 GiB, 64 GiB disk", "what Proxmox recommends for a backup server"),
} as const;

/** Bytes per second of one disk, reading and writing in long runs. */
export const diskSpeeds: Readonly<Record<Disk["kind"], Default<{ read: number; write: number }>>> = {
  nvme: of({ read: 2.5e9, write: 1.5e9 }, "2.5 GB/s read, 1.5 GB/s write", "a PCIe 3 NVMe disk, sustained"),
  ssd: of({ read: 500e6, write: 400e6 }, "500 MB/s read, 400 MB/s write", "a SATA solid state disk, sustained"),
  hdd: of({ read: 180e6, write: 160e6 }, "180 MB/s read, 160 MB/s write", "a 7,200 rpm disk, middle of the platter"),
};

/** Takes a default and says so. */
export const assumed = <T>(ledger: Ledger, what: string, taken: Default<T>, subject: string): T => {
  ledger.assume(what, taken.shown, taken.because, subject);
  return taken.value;
};
