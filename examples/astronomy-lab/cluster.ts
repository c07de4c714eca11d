import { defineCluster, unknown } from "@orrery/model";
import { network } from "./network.ts";

const reserve = unknown("what the host keeps for itself (Proxmox, ZFS ARC) is stated nowhere");
const address = unknown("no document lists the nodes' own addresses");
const vlans = unknown("no document says which VLANs each bridge carries");
const bootTime = unknown("nobody has timed a node's boot");
const updateTime = unknown("nobody has timed a node's update");
const diskThroughput = unknown("the disks' throughput is stated nowhere");
const unmeasured = { memoryReserve: reserve, address, bootTime, updateTime, diskThroughput };

/** One of the three small form factor nodes, node01 to node03: alike in everything. */
const small = {
  ...unmeasured,
  hardware: "AMD Ryzen 5700U, 64GB RAM, 2TB NVMe",
  purpose: "General compute, K8s management",
  cpu: { model: "AMD Ryzen 7 5700U", cores: 8, threads: 16 },
  memory: "64 GiB",
  disks: {
    boot: { kind: "ssd", size: "256 GB", use: "boot" },
    nvme0: { kind: "nvme", size: "2 TB", use: "guests" },
  },
  nics: {
    lan1g: { speed: "1 Gbps", switch: "labswitch01" },
    lan2g5: { speed: "2.5 Gbps", switch: "labswitch01" },
  },
  bridges: { vmbr0: { on: "lan2g5", vlans } },
  carries: {
    management: ["lan1g", "lan2g5"],
    cluster: ["lan1g", "lan2g5"],
    storage: ["lan2g5"],
    migration: ["lan2g5"],
    guests: ["lan2g5"],
    backup: ["lan2g5"],
  },
} as const;

/** Section 3.1, and the lab's hardware page. */
export const cluster = defineCluster(
  { network },
  {
    name: "astronomy-lab",
    version: unknown("the change log says 8.x; the exact version is stated nowhere"),
    nodes: {
      node01: { ...small },
      node02: { ...small },
      node03: { ...small },
      node04: {
        ...unmeasured,
        hardware: "AMD Ryzen 5950X, 128GB RAM, 4TB NVMe, RTX A4000",
        purpose: "GPU-accelerated workloads, high-performance compute",
        cpu: { model: "AMD Ryzen 9 5950X", cores: 16, threads: 32 },
        memory: "128 GiB",
        devices: { gpu0: { kind: "gpu", model: "NVIDIA RTX A4000", memory: "16 GiB" } },
        disks: { nvme0: { kind: "nvme", size: "4 TB", use: "guests" } },
        nics: {
          lan1g: { speed: "1 Gbps", switch: "labswitch01" },
          sfp0: { speed: "10 Gbps", switch: "labswitch02" },
          sfp1: { speed: "10 Gbps", switch: "labswitch02" },
        },
        bonds: { bond0: { mode: "802.3ad", members: ["sfp0", "sfp1"] } },
        bridges: { vmbr0: { on: "bond0", vlans } },
        carries: {
          management: ["lan1g"],
          cluster: ["lan1g"],
          storage: ["bond0"],
          migration: ["bond0"],
          guests: ["bond0"],
          backup: ["bond0"],
        },
      },
      node05: {
        ...unmeasured,
        alsoKnownAs: ["nas01"],
        hardware: "AMD Ryzen 3700X, 128GB RAM, 2×4TB NVMe, 8×8TB HDD",
        purpose: "Storage and backup services",
        cpu: { model: "AMD Ryzen 7 3700X", cores: 8, threads: 16 },
        memory: "128 GiB",
        disks: {
          // The hardware page uses both for the pool: one as cache, one as SLOG.
          nvme0: { kind: "nvme", size: "4 TB", use: "cache" },
          nvme1: { kind: "nvme", size: "4 TB", use: "log" },
          hdd: { kind: "hdd", size: "8 TB", count: 8, use: "pool" },
        },
        nics: {
          lan1g: { speed: "1 Gbps", switch: "labswitch01" },
          sfp0: { speed: "10 Gbps", switch: "labswitch02" },
          sfp1: { speed: "10 Gbps", switch: "labswitch02" },
        },
        bonds: { bond0: { mode: "802.3ad", members: ["sfp0", "sfp1"] } },
        bridges: { vmbr0: { on: "bond0", vlans } },
        carries: {
          management: ["lan1g"],
          cluster: ["lan1g"],
          storage: ["bond0"],
          migration: ["bond0"],
          guests: ["bond0"],
          backup: ["bond0"],
        },
      },
    },
    expectedVotes: 5,
    // 1.2 puts "High availability and redundancy" in scope; 2.1 calls the foundation highly available.
    survivesNodeLoss: true,
    claims: [
      { kind: "count", of: "nodes", is: 5, source: "3.1: five nodes with specialized roles" },
      { kind: "count", of: "logical CPUs", is: 96, source: "dashboard of March 2025" },
      { kind: "total memory", is: "372.58 GiB", source: "dashboard of March 2025" },
    ],
  },
);
