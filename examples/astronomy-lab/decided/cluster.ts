import { defineCluster } from "@orrery/model";
import { cluster as written } from "../cluster.ts";
import { network } from "./network.ts";

const nodes = written.nodes;

/** Every bridge carries all six VLANs to guests. */
const vlans = [10, 20, 30, 40, 50, 60];

/** The installer put the address on the bridge: it goes to the port of its own, and nodes get one in two more VLANs. */
const interfaces = (number: number) => ({
  lan1g: { autostart: true },
  vmbr0: { autostart: true },
  // Migrations, and copies to the backup server.
  "vmbr0.50": { autostart: true, cidr: `10.25.50.${number}/24` },
  "vmbr0.60": { autostart: true, cidr: `10.25.60.${number}/24` },
});

const names = {
  dns: { search: "lab.local", servers: ["10.25.10.3", "10.25.20.3"] },
  timezone: "America/New_York",
  // Beside the entry that each node has of itself.
  hosts: {
    "10.25.60.40": ["backup01.lab.local", "backup01"],
    "10.25.60.35": ["nas01.lab.local", "nas01"],
  },
} as const;

const at = <N extends number>(number: N) => ({
  ...names,
  address: `10.25.10.${number}` as const,
  interfaces: interfaces(number),
});

const compute = { memoryReserve: "4 GiB", bridges: { vmbr0: { on: "lan2g5", vlans } } } as const;
const fast = { on: "bond0", vlans } as const;

export const cluster = defineCluster(
  { network },
  {
    ...written,
    // The change of February 2025 went to 8.x; the lab has moved on since.
    version: "9.2",
    nodes: {
      node01: { ...nodes.node01, ...compute, ...at(31) },
      node02: { ...nodes.node02, ...compute, ...at(32) },
      node03: { ...nodes.node03, ...compute, ...at(33) },
      node04: { ...nodes.node04, ...at(34), memoryReserve: "8 GiB", bridges: { vmbr0: fast } },
      node05: {
        ...nodes.node05,
        ...at(35),
        // Half of it is ZFS's cache.
        memoryReserve: "16 GiB",
        bridges: { vmbr0: fast },
        disks: {
          ...nodes.node05.disks,
          // Two guests live here, so one of the two is for guests; the pool does without a cache of 4 TB.
          nvme0: { kind: "nvme", size: "4 TB", use: "guests" },
        },
      },
    },
    // node04 and node05 carry more than any two of the others have left.
    survivesNodeLoss: false,
    // Nobody else makes these: what is there and not declared goes.
    ownership: { all: ["storage", "role", "metric server"] },
    options: {
      // In a VLAN of its own (3.2), encrypted all the same.
      migration: { type: "secure", network: "10.25.50.0/24" },
      keyboard: "en-us",
      "registered-tags": ["orrery"],
    },
    // The dashboard's sum of memory was taken while a node was away.
    claims: written.claims?.filter(({ kind }) => kind !== "total memory") ?? [],
  },
);
