import type { FirewallFile } from "./firewall-state.ts";
import type { Observed } from "./observed.ts";
import type { Config } from "./row.ts";

export type GuestKind = "qemu" | "lxc";

/** A reading of a moment: a share of its CPUs, bytes, seconds, bytes since its start. */
export type GuestFigures = {
  readonly cpu: number;
  readonly memory: number;
  readonly uptime: number;
  readonly netIn: number;
  readonly netOut: number;
  readonly diskRead: number;
  readonly diskWrite: number;
};

/** What the cluster's list of resources tells of a guest. */
export type GuestPresence = {
  /** `running` also of one that is paused; `unknown` where its node says nothing. */
  readonly status: "running" | "stopped" | "unknown";
  readonly name?: string;
  readonly template: boolean;
  readonly tags?: string;
  readonly lock?: string;
  readonly pool?: string;
  /** Its state for the HA manager, where that looks after it. */
  readonly ha?: string;
  readonly cpus?: number;
  /** Bytes that it is given. */
  readonly memory?: number;
  readonly disk?: number;
  readonly figures?: GuestFigures;
};

/** A guest's configuration file without its snapshots. */
export type GuestConfig = {
  readonly config: Config;
  /** Values that wait for the next start. */
  readonly pending: Config;
  /** Keys that the next start takes away; `volume`: and what they name with them. */
  readonly deletes: Readonly<Record<string, "key" | "volume">>;
  /** Raw `lxc.*` lines of a container. */
  readonly raw?: readonly (readonly [key: string, value: string])[];
  /** SHA-1 of the whole file, snapshots included. */
  readonly digest: string;
};

/** The `[PENDING]` section as the file has it. Mirrors print_pending_delete in pve-guest-common's AbstractConfig. */
export const pendingSection = ({ pending, deletes }: Pick<GuestConfig, "pending" | "deletes">): Config => {
  const keys = Object.keys(deletes).toSorted();
  if (keys.length === 0) return pending;
  return { ...pending, delete: keys.map((key) => (deletes[key] === "volume" ? `!${key}` : key)).join(",") };
};

export type SnapshotState = {
  readonly name: string;
  /** As the section of the file; undefined where it could not be read. */
  readonly config: Observed<Config>;
};

export type GuestState = {
  readonly vmid: number;
  readonly kind: GuestKind;
  readonly node: string;
  readonly presence: Observed<GuestPresence>;
  readonly file: Observed<GuestConfig>;
  readonly snapshots: Observed<readonly SnapshotState[]>;
  readonly firewall: Observed<FirewallFile>;
};
