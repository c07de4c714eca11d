import { z } from "zod";
import { ipv4 } from "./address.ts";
import { claims } from "./claims.ts";
import { clusterOptions } from "./cluster-options.ts";
import { localName, nodeName, switchName, text, vlanId } from "./names.ts";
import { proxmoxOptions } from "./options.ts";
import { ownership } from "./ownership.ts";
import { duration, linkRate, size, throughput } from "./quantity.ts";
import { measurable, measurableOrWritten, written } from "./unknown.ts";

/** What a link carries. `cluster` is corosync, whose loss costs a node its vote. */
export const traffic = z.enum(["management", "cluster", "storage", "migration", "guests", "backup"]);
export type Traffic = z.output<typeof traffic>;

export const disk = z.strictObject({
  kind: z.enum(["nvme", "ssd", "hdd"]),
  /** Of one disk. */
  size: size,
  /** How many alike. */
  count: z.number().int().min(1).default(1),
  /** What it is used for; `cache` and `log` are a ZFS pool's L2ARC and SLOG, and hold no guest. */
  use: measurable(z.enum(["boot", "guests", "pool", "cache", "log"])),
  model: text.optional(),
});
export type Disk = z.output<typeof disk>;

export const device = z.strictObject({
  kind: z.enum(["gpu", "usb", "nic", "other"]),
  model: text,
  memory: size.optional(),
});

export const nic = z.strictObject({
  speed: measurable(linkRate),
  /** The switch at the other end of the cable, and its port where that is known. */
  switch: measurableOrWritten(switchName),
  port: z.union([z.string(), z.number()]).optional(),
  mac: z.string().optional(),
});
export type Nic = z.output<typeof nic>;

export const bond = z.strictObject({
  mode: z.enum(["802.3ad", "active-backup", "balance-rr", "balance-xor", "balance-alb", "balance-tlb"]),
  members: z.array(localName).min(1),
});

export const bridge = z.strictObject({
  /** The NIC or bond that it stands on. */
  on: localName,
  /** The VLANs that it lets through to guests. */
  vlans: measurable(z.array(vlanId)),
});
export type Bridge = z.output<typeof bridge>;

export const node = z.strictObject({
  /** Other names that the lab's lists use for this node. */
  alsoKnownAs: z.array(text).default([]),
  hardware: measurable(text),
  purpose: measurable(text),
  cpu: z.strictObject({ model: text, cores: z.number().int().min(1), threads: z.number().int().min(1) }),
  memory: size,
  /** Kept for the host itself: Proxmox, ZFS ARC. No guest may count on it. */
  memoryReserve: measurable(size),
  address: measurableOrWritten(ipv4),
  votes: z.number().int().min(0).default(1),
  devices: z.record(localName, device).default({}),
  disks: z.record(localName, disk),
  nics: z.record(localName, nic),
  bonds: z.record(localName, bond).default({}),
  bridges: z.record(localName, bridge).default({}),
  /**
   * What Proxmox is told of the node's interfaces beyond what NICs, bonds, bridges and the address say, by the names of
   * its API: `{ vmbr0: { mtu: 9000 }, "bond0.40": { cidr: "10.0.40.11/24" } }`. Of an interface that stands here, what is
   * left out has its default; of one that does not, nobody looks at the rest. One of another name is made: a VLAN, where
   * the name says so, or of the `type` that is given.
   */
  interfaces: z.record(localName, proxmoxOptions).optional(),
  /** Where the node looks names up: its search domain, and up to three servers, the first one first. */
  dns: z.strictObject({ search: text, servers: z.array(text).min(1).max(3) }).optional(),
  /** An IANA zone, `Europe/Berlin`. */
  timezone: text.optional(),
  /**
   * /etc/hosts: an address and its names, the host's own first. Complete but for the loopback's and multicast's entries,
   * and those of the node itself.
   */
  hosts: z.record(text, z.array(text).min(1)).optional(),
  /** The NIC or bond that carries each kind of traffic; several where one stands in for another. */
  carries: z.partialRecord(traffic, z.array(localName).min(1)),
  /** From power-on until the node is a quorate member again. */
  bootTime: measurable(duration),
  /** From update start to finish, without the reboot. */
  updateTime: measurable(duration),
  /** From the disks that guests are on, sustained, reading for a copy. */
  diskThroughput: measurable(throughput),
});
export type Node = z.output<typeof node>;

/** The nodes, what they are made of and how they are wired; votes and quorum. */
export const cluster = z.strictObject({
  name: localName,
  version: measurable(text),
  nodes: z.record(nodeName, node).refine((nodes) => Object.keys(nodes).length > 0, "expected at least one node"),
  /** The votes that corosync is told to expect; quorum is more than half of them. */
  expectedVotes: z.number().int().min(1),
  qdevice: z.strictObject({ votes: z.number().int().min(1), host: text, switch: written(switchName) }).optional(),
  /** How vCPUs may exceed threads, where that is limited. */
  cpuOvercommit: z.number().positive().optional(),
  /** Whether the lab means to run all guests with any one node gone. */
  survivesNodeLoss: measurable(z.boolean()),
  options: clusterOptions.optional(),
  ownership: ownership.prefault({}),
  claims,
});
export type Cluster = z.output<typeof cluster>;
