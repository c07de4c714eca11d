import type { Config, Section } from "./config.ts";
import type { Dict } from "./dict.ts";
import type { FirewallFile } from "./firewall.ts";

/** A member of corosync.conf. */
export type Member = { name: string; nodeid: number; votes: number; links: string[] };

/** Corosync and /etc/pve as a whole. A node that was never joined to others has no `corosync`. */
export type Corosync = {
  name: string;
  /** Counts the changes of corosync.conf. */
  version: number;
  members: Dict<Member>;
  /** A vote from outside: who gives it, and whether it is there. */
  qdevice?: { votes: number; alive: boolean };
  /** What `pvecm expected` told it to expect instead of all votes, until there are more. */
  expected?: number;
};

export type Cluster = {
  corosync?: Corosync;
  /** Groups of nodes that hear one another, as corosync has settled them; each group and the list are sorted. */
  partitions: string[][];
  /** datacenter.cfg. */
  options: Config;
  firewall: FirewallFile;
};

/** An address in a subnet, by the subnet's id. */
export type Address = { subnet: string; vnet: string; ip: string; mac?: string; vmid?: number };

/** SDN as configured and as applied last; `running` is undefined until the first apply. */
export type Sdn = {
  zones: Dict<Section>;
  vnets: Dict<Section>;
  subnets: Dict<Section>;
  controllers: Dict<Section>;
  ipams: Dict<Section>;
  dns: Dict<Section>;
  running?: {
    zones: Dict<Section>;
    vnets: Dict<Section>;
    subnets: Dict<Section>;
    controllers: Dict<Section>;
    fabrics?: Dict<Section>;
    fabricNodes?: Dict<Section>;
  };
  /** fabrics.cfg of 9: fabrics, and their nodes by `fabric_node`; absent while there are none. */
  fabrics?: Dict<Section>;
  fabricNodes?: Dict<Section>;
  /** Firewall files of vnets, by vnet; absent while there are none. */
  firewalls?: Dict<FirewallFile>;
  /** Addresses that the IPAM of the product has given out, beside gateways; absent while there are none. */
  addresses?: Address[];
  /** The token of who holds the configuration locked. */
  lock?: string;
};

export type Mappings = { pci: Dict<Config>; usb: Dict<Config>; dir: Dict<Config> };

export type Notifications = {
  endpoints: Dict<Section>;
  matchers: Dict<Section>;
  sent: { at: number; severity: string; title: string }[];
};

export type LogEntry = {
  uid: number;
  at: number;
  node: string;
  pid: number;
  tag: string;
  pri: number;
  user: string;
  msg: string;
};
