import { asWritten, defineStorage, unknown } from "@orrery/model";

const speed = unknown("throughput is stated nowhere");

/** Section 3.3, and the locations of 6.1. */
export const storage = defineStorage({
  items: {
    "local-nvme": {
      kind: "lvm-thin",
      purpose: "VM and Container primary storage",
      home: { on: "each node", nodes: ["node01", "node02", "node03", "node04", "node05"], disks: ["nvme0"] },
      content: ["images", "rootdir"],
      shared: false,
      read: speed,
      write: speed,
    },
    "zfs-pool": {
      kind: "zfs",
      purpose: "Shared storage for backups and archives",
      home: { on: "node", node: "node05", disks: ["hdd"] },
      content: ["backup", "archive"],
      // Mirrored vdevs: half of 8 × 8 TB.
      capacity: "32 TB",
      shared: false,
      nodes: ["node05"],
      read: speed,
      write: speed,
    },
    nfs: {
      kind: "nfs",
      purpose: "Template storage, shared media",
      home: { on: "storage", storage: "zfs-pool" },
      content: ["images", "iso", "vztmpl"],
      capacity: "2 TB",
      shared: true,
      read: speed,
      write: speed,
    },
    "pbs-backup01": {
      kind: "pbs",
      purpose: "VM and container backups",
      home: {
        on: "guest",
        guest: asWritten("backup01"),
        node: "node05",
        storage: unknown("no document says which disks the backup server's datastores are on"),
      },
      content: ["backup"],
      capacity: unknown("3.3 says multiple datastores, and no size"),
      shared: true,
      read: speed,
      write: speed,
    },
    "pbs-configuration": {
      kind: "pbs",
      purpose: "Configuration backups (dedicated storage)",
      home: {
        on: "guest",
        guest: asWritten("backup01"),
        node: "node05",
        storage: unknown("6.1 says dedicated storage, and not which"),
      },
      content: ["backup"],
      capacity: unknown("6.1 says dedicated storage, and no size"),
      shared: true,
      read: speed,
      write: speed,
    },
    "aws-glacier": {
      kind: "s3",
      purpose: "Offsite copies of weekly and monthly backups",
      home: { on: "cloud", provider: "AWS", region: unknown("stated nowhere"), uplink: "wan" },
      content: ["archive"],
      capacity: unknown("the bucket has no stated limit"),
      shared: true,
      read: speed,
      write: speed,
      storageClass: "DEEP_ARCHIVE",
      retrieval: unknown("the retrieval tier that recovery would use is stated nowhere"),
    },
  },
  claims: [
    { kind: "storage on all nodes", storage: "local-nvme", source: "3.3: Local NVMe, all nodes" },
    {
      kind: "storage capacity per node",
      storage: "local-nvme",
      least: "2 TB",
      most: "4 TB",
      source: "3.3: 2-4TB per node",
    },
    { kind: "shared storage", storage: "zfs-pool", source: "3.3: Shared storage for backups and archives" },
  ],
});
