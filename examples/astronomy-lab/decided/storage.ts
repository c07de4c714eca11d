import { defineStorage, secret, unknown } from "@orrery/model";
import { storage as written } from "../storage.ts";

const items = written.items;
const speed = unknown("throughput is stated nowhere");
const left = unknown("a part of the disks that the nodes start from");
const installed = unknown("no document says which disk node04 and node05 start from");

/** The backup server's address in the VLAN of backup traffic, and the user that the cluster signs in as. */
const server = {
  server: "10.25.60.40",
  username: "cluster@pbs!pve",
  password: secret("env:PBS_TOKEN"),
  fingerprint: Array.from({ length: 32 }, (_, index) => (index * 7 + 16).toString(16).padStart(2, "0")).join(":"),
};

export const storage = defineStorage({
  items: {
    /** Images and backups of nothing that matters: what the installer leaves. */
    local: {
      kind: "dir",
      purpose: "Installation images",
      home: { on: "each node", nodes: ["node01", "node02", "node03", "node04", "node05"], disks: installed },
      content: ["iso", "vztmpl", "snippets", "import"],
      shared: false,
      read: speed,
      write: speed,
      options: { path: "/var/lib/vz" },
    },
    "local-nvme": { ...items["local-nvme"], options: { vgname: "nvme", thinpool: "data" } },
    /** What the installer leaves of the boot disks: room for the few small guests that are to start elsewhere at once. */
    "local-zfs": {
      kind: "zfs",
      purpose: "Disks that are replicated",
      home: { on: "each node", nodes: ["node01", "node02", "node03"], disks: left },
      content: ["images", "rootdir"],
      capacity: "160 GB",
      shared: false,
      read: speed,
      write: speed,
      options: { pool: "rpool/data", sparse: true },
    },
    // It is reached from node05 only: what is shared is the export below, and the backup server's datastores.
    "zfs-pool": {
      ...items["zfs-pool"],
      purpose: "Disks of the backup server, archives",
      content: ["images", "archive"],
      options: { pool: "tank", sparse: true },
    },
    nfs: {
      ...items.nfs,
      content: ["images", "iso", "vztmpl", "snippets"],
      options: { server: "10.25.10.35", export: "/tank/share", options: "vers=4.2" },
    },
    "pbs-backup01": {
      ...items["pbs-backup01"],
      home: { on: "guest", guest: "backup01", storage: "zfs-pool" },
      capacity: "12 TB",
      options: { ...server, datastore: "guests" },
    },
    "pbs-configuration": {
      ...items["pbs-configuration"],
      home: { on: "guest", guest: "backup01", storage: "zfs-pool" },
      capacity: "1 TB",
      options: { ...server, datastore: "configuration" },
    },
    "aws-glacier": items["aws-glacier"],
  },
  claims: [
    { kind: "storage on all nodes", storage: "local-nvme", source: "3.3: Local NVMe, all nodes" },
    { kind: "storage capacity per node", storage: "local-nvme", least: "2 TB", most: "4 TB", source: "3.3" },
  ],
});
