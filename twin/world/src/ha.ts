import type { Section } from "./config.ts";
import type { Dict } from "./dict.ts";

/** States of a node and of a service as pve-ha-manager names them. */
export type HaNodeState = "online" | "maintenance" | "unknown" | "fence" | "gone";

export type HaServiceState =
  | "request_start"
  | "started"
  | "request_stop"
  | "stopped"
  | "migrate"
  | "relocate"
  | "fence"
  | "recovery"
  | "freeze"
  | "error"
  | "ignored";

export type HaService = {
  state: HaServiceState;
  node: string;
  /** Where it is on its way to. */
  target?: string;
  /** Where it was asked to go, not yet taken up. */
  requested?: { node: string; how: "migrate" | "relocate" };
  /** Nodes on which it could not be started. */
  failedNodes: string[];
  /** It could not be started where it is: the next round looks for another node. */
  tryNext?: boolean;
  /** Starts that failed on this node in a row. */
  restarts: number;
  /** The task by which the node's local resource manager does what it was told. */
  task?: string;
  /** Where it goes back to when that node's maintenance ends. */
  maintenanceNode?: string;
  uid: string;
};

export type LrmState = {
  mode: "active" | "restart" | "shutdown" | "maintenance";
  /** The maintenance was asked for, and outlives a boot; that of a shutdown which moves guests away ends with it. */
  maintained?: true;
  /** It holds its agent lock, so its watchdog runs. */
  active: boolean;
  /** When it last could write to /etc/pve, for one that no longer can. */
  lostAt?: number;
};

export const newLrm = (): LrmState => ({ mode: "active", active: false });

/** resources.cfg, rules.cfg, groups.cfg (8.4), and what the managers know. */
export type Ha = {
  resources: Dict<Section>;
  rules: Dict<Section>;
  groups: Dict<Section>;
  /** Holder of the manager lock. */
  master?: { node: string; since: number };
  nodes: Dict<HaNodeState>;
  services: Dict<HaService>;
  lrm: Dict<LrmState>;
  /** When the master saw a node for the last time, for nodes that it does not see. */
  lastSeen: Dict<number>;
  armed: { kind: "armed" } | { kind: "disarmed"; mode: "freeze" | "ignore" };
  /** When the managers look again; an event of another time is stale. */
  nextRound?: number;
};
