import type { FirewallRules } from "./firewall-state.ts";
import type { Observed } from "./observed.ts";
import type { Config, Row } from "./row.ts";

/** What the rest of the cluster tells of a node. Sizes in bytes; figures are there while it is online. */
export type NodePresence = {
  readonly status: "online" | "offline" | "unknown";
  /** Its state for the HA manager, where that runs: `online`, `maintenance`, `fence` … */
  readonly ha?: string;
  readonly cpus?: number;
  readonly memory?: number;
  readonly figures?: NodeFigures;
};

/** A reading of a moment: a share of all CPUs, bytes, seconds. */
export type NodeFigures = {
  readonly cpu: number;
  readonly memory: number;
  readonly root: number;
  readonly uptime: number;
};

export type NodeHardware = {
  /** Logical CPUs. */
  readonly cpus: number;
  /** Cores of all sockets, as the API counts them. */
  readonly cores: number;
  readonly sockets: number;
  readonly model: string;
  readonly mhz: number;
  readonly flags: string;
  /** Virtualisation extensions are there. */
  readonly hvm: boolean;
  /** Bytes. */
  readonly memory: number;
  readonly swap: number;
  readonly root: number;
  readonly rootUsed: number;
  readonly bootMode?: string;
  readonly secureBoot?: boolean;
};

export type NodeStatus = {
  readonly hardware: NodeHardware;
  /** `9.2.11`, and the commit it was built from. */
  readonly manager: string;
  readonly repoid: string;
  /** The kernel that runs. */
  readonly kernel: string;
};

export type NodeNetwork = {
  /** As they will be once staged changes are applied: Proxmox shows no others. */
  readonly interfaces: readonly Row[];
  /** The staged changes as a diff of the file; absent where there are none. */
  readonly staged?: string;
};

export type NodeTime = {
  readonly timezone: string /** Milliseconds that it is ahead of the observer's clock. */;
  readonly ahead: number;
};

/** What a guest's process is at: `running`, `paused`, `prelaunch`, `io-error` … */
export type RunState = string;

/** A node and each thing that was asked of it. */
export type NodeState = {
  readonly name: string;
  readonly presence: Observed<NodePresence>;
  readonly status: Observed<NodeStatus>;
  readonly network: Observed<NodeNetwork>;
  readonly dns: Observed<Row>;
  readonly time: Observed<NodeTime>;
  readonly hosts: Observed<string>;
  readonly config: Observed<Config>;
  readonly disks: Observed<readonly Row[]>;
  readonly pci: Observed<readonly Row[]>;
  readonly usb: Observed<readonly Row[]>;
  /** Packages of the product with their versions. */
  readonly packages: Observed<readonly Row[]>;
  /** What `apt` would bring. */
  readonly updates: Observed<readonly Row[]>;
  readonly services: Observed<readonly Row[]>;
  readonly subscription: Observed<Row>;
  readonly certificates: Observed<readonly Row[]>;
  readonly firewall: Observed<FirewallRules>;
  /** How the replication jobs of its guests went. */
  readonly replication: Observed<readonly Row[]>;
  /** By VMID, for its virtual machines. */
  readonly runStates: Observed<Readonly<Record<string, RunState>>>;
};

/** The things that are asked of each node: a request each, two for the firewall. */
export const nodeParts = [
  "status",
  "network",
  "dns",
  "time",
  "hosts",
  "config",
  "disks",
  "pci",
  "usb",
  "packages",
  "updates",
  "services",
  "subscription",
  "certificates",
  "firewall",
  "replication",
  "runStates",
] as const;
export type NodePart = (typeof nodeParts)[number];
