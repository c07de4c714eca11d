import type { Config } from "./config.ts";
import type { Dict } from "./dict.ts";
import type { DiskUse } from "./disk-use.ts";
import type { FirewallFile } from "./firewall.ts";

export type Hardware = {
  /** Logical CPUs, as Proxmox counts `maxcpu`. */
  cpus: number;
  /** Cores of one socket. */
  cores: number;
  sockets: number;
  model: string;
  mhz: number;
  flags: string;
  /** Virtualisation extensions are there. */
  hvm: boolean;
  /** Bytes. */
  memory: number;
  swap: number;
  bootMode: "efi" | "legacy-bios";
  secureBoot: boolean;
  pci: PciDevice[];
  usb: Config[];
};

export type PciDevice = {
  id: string;
  class: string;
  vendor: string;
  device: string;
  iommugroup: number;
  names: Config;
};

/** Power and operating system of a node. A hung node has power and answers nothing. */
export type NodeState =
  | { kind: "online"; since: number }
  | { kind: "booting"; until: number }
  | { kind: "stopping"; reboot: boolean }
  | { kind: "hung"; since: number }
  | { kind: "off"; since: number };

export type Service = {
  description: string;
  unit: "enabled" | "disabled" | "static" | "masked" | "not-found";
  active: boolean;
};

/** Physical disk, as smartctl and lsblk see it. */
export type Disk = {
  devpath: string;
  model: string;
  serial: string;
  vendor: string;
  wwn: string;
  type: "hdd" | "ssd" | "nvme" | "unknown";
  size: number;
  rpm: number;
  used: string;
  gpt: boolean;
  mounted: boolean;
  health: "PASSED" | "FAILED" | "OK" | "UNKNOWN";
  /** Per cent of life left, or undefined where it is not told. */
  wearout?: number;
  /** SMART attributes as the API lists them, or the raw text of an NVMe disk. */
  attributes: Config[];
  text?: string;
  failed: boolean;
};

export type Package = {
  name: string;
  version: string;
  title: string;
  section: string;
  priority: string;
  arch: string;
  origin: string;
  /** False for one that the product would use and that is not there. */
  installed?: boolean;
};

/** A package that `apt` would bring: the version it has, the version it would have. */
export type Update = Package & { oldVersion: string; needsReboot: boolean };

export type Certificate = {
  filename: string;
  subject: string;
  issuer: string;
  san: string[];
  notBefore: number;
  notAfter: number;
  fingerprint: string;
  keyType: string;
  keyBits: number;
  pem: string;
};

export type Node = {
  name: string;
  /** The address that its name resolves to. */
  address: string;
  hardware: Hardware;
  state: NodeState;
  /** The last process id given to a task or guest. */
  lastPid: number;
  versions: { pve: string; release: string; repoid: string; kernel: string; qemu: string };
  /** The kernel that the next boot starts. */
  nextKernel: string;
  services: Dict<Service>;
  /** /etc/network/interfaces, and interfaces.new while changes are not applied. */
  interfaces: Dict<Config>;
  pendingInterfaces?: Dict<Config>;
  dns: Config;
  timezone: string;
  hosts: string;
  /** /etc/pve/nodes/NODE/config. */
  config: Config;
  certificates: Certificate[];
  subscription: Config;
  disks: Disk[];
  /** What was made of its disks beside the system; absent where nothing was. */
  diskUses?: DiskUse[];
  /** Programs that the product asks for and that this node lacks: `zfsutils-linux`. */
  without?: string[];
  packages: Dict<Package>;
  updates: Dict<Update>;
  firewall: FirewallFile;
  /** The backing that `/` lies on. */
  root: string;
  /** Milliseconds that the node's own clock is ahead of the world's. */
  clockError: number;
  /** Seconds from power to a node that answers; seconds to shut down an empty node. */
  bootSeconds: number;
  shutdownSeconds: number;
  /** UPIDs of the node's tasks, the oldest first. */
  tasks: string[];
  /** Work of its daemons that is under way and stands in no list. */
  silent: string[];
};
