import type { PveVersion } from "@orrery/contract";
import type { ClusterFirewall } from "./firewall-state.ts";
import type { GuestState } from "./guest-state.ts";
import type { NodeState } from "./node-state.ts";
import type { Instant, Observed } from "./observed.ts";
import type { Entry, Row } from "./row.ts";
import type { Veiled } from "./veil.ts";

/** `9.2.11`, `9.2`, and the commit it was built from, of the node that answered. */
export type Release = { readonly version: string; readonly release: string; readonly repoid: string };

/** The cluster as corosync and its file system see it from the node that answered. */
export type Membership = {
  /** Undefined of a node that stands alone. */
  readonly cluster?: { readonly name: string; readonly version: number; readonly quorate: boolean };
  readonly members: readonly {
    readonly name: string;
    readonly nodeid: number;
    readonly online: boolean;
    readonly address?: string;
  }[];
};

export type Voter = {
  readonly name: string;
  readonly nodeid: number;
  readonly votes: number;
  /** Addresses of its links, the first ring first. */
  readonly links: readonly string[];
};

/** A storage on a node, as that node measured it last. Bytes; absent where the node could not use it. */
export type StorageUse = {
  readonly storage: string;
  readonly node: string;
  readonly type: string;
  readonly shared: boolean;
  readonly available: boolean;
  readonly total?: number;
  readonly used?: number;
};

export type PoolState = {
  readonly id: string;
  readonly comment?: string;
  readonly vmids: readonly number[];
  readonly storages: readonly string[];
};

export type TokenState = {
  readonly id: string;
  readonly comment?: string;
  /** Epoch seconds; 0 is never. */
  readonly expire: number;
  readonly privsep: boolean;
};

/** A user without any secret. */
export type UserState = {
  readonly id: string;
  readonly enabled: boolean;
  /** Epoch seconds; 0 is never. */
  readonly expire: number;
  readonly firstname?: string;
  readonly lastname?: string;
  readonly email?: string;
  readonly comment?: string;
  readonly tokens: readonly TokenState[];
};

export type GroupState = { readonly id: string; readonly comment?: string; readonly members: readonly string[] };
export type RoleState = { readonly id: string; readonly privileges: readonly string[]; readonly builtIn: boolean };

export type AclState = {
  readonly path: string;
  readonly type: "user" | "group" | "token";
  readonly to: string;
  readonly role: string;
  readonly propagate: boolean;
};

/** An SDN object as configured (`next`) and as it runs (`live`); one of both where it is new or about to go. */
export type SdnObject = { readonly id: string; readonly type: string; readonly next?: Row; readonly live?: Row };

export type SdnState = {
  readonly zones: readonly SdnObject[];
  readonly vnets: readonly SdnObject[];
  readonly subnets: readonly SdnObject[];
  readonly controllers: readonly SdnObject[];
  readonly ipams: readonly Entry[];
  readonly dns: readonly Entry[];
  /** Of 9 only. */
  readonly fabrics: readonly Entry[];
  readonly fabricNodes: readonly Entry[];
};

export type Mapping = { readonly id: string; readonly options: Row };
export type MappingsState = {
  readonly pci: readonly Mapping[];
  readonly usb: readonly Mapping[];
  readonly dir: readonly Mapping[];
};

export type NotificationsState = { readonly endpoints: readonly Entry[]; readonly matchers: readonly Entry[] };

/** What the HA managers say of themselves and of each resource, row by row. */
export type HaStatus = readonly Row[];

export type TaskState = {
  readonly upid: string;
  readonly node: string;
  readonly type: string;
  readonly id: string;
  /** User, or user and token. */
  readonly user: string;
  /** Epoch seconds. */
  readonly started: number;
  /** Undefined while it runs. */
  readonly end?: { readonly at: number; readonly status: string };
};

/** What is asked of the cluster as a whole, part by part. */
export type ClusterParts = {
  readonly votes: readonly Voter[];
  readonly options: Row;
  readonly storages: readonly Entry[];
  readonly pools: readonly PoolState[];
  readonly users: readonly UserState[];
  readonly groups: readonly GroupState[];
  readonly roles: readonly RoleState[];
  readonly acl: readonly AclState[];
  readonly realms: readonly Entry[];
  readonly backupJobs: readonly Entry[];
  readonly realmSyncJobs: readonly Entry[];
  readonly replicationJobs: readonly Entry[];
  readonly haResources: readonly Entry[];
  readonly haRules: readonly Entry[];
  readonly haGroups: readonly Entry[];
  readonly haStatus: HaStatus;
  readonly firewall: ClusterFirewall;
  readonly sdn: SdnState;
  readonly mappings: MappingsState;
  readonly metricServers: readonly Entry[];
  readonly notifications: NotificationsState;
  /** The newest tasks of each node. */
  readonly tasks: readonly TaskState[];
};
export type ClusterPart = keyof ClusterParts;

/** All that was observed of a cluster: plain JSON. */
export type ClusterState = {
  readonly kind: "cluster-state";
  readonly format: 1;
  /** When the reading began. */
  readonly at: Instant;
  /** The contract that its answers were folded by. */
  readonly contract: PveVersion;
  readonly release: Observed<Release>;
  readonly membership: Observed<Membership>;
  /** Of what there may be more than the one who asked was shown; absent where all was shown. */
  readonly veiled?: Veiled;
  readonly storageUse: Observed<readonly StorageUse[]>;
  readonly nodes: Readonly<Record<string, NodeState>>;
  /** By VMID. Unknown as a whole where the list of resources is. */
  readonly guests: Observed<Readonly<Record<string, GuestState>>>;
} & { readonly [P in ClusterPart]: Observed<ClusterParts[P]> };
