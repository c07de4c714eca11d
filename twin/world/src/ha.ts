import type { Section } from "./config.ts";
import type { Dict } from "./dict.ts";

export type HaNodeState = "online" | "maintenance" | "unknown" | "fence" | "gone";

/** States of a service as the cluster resource manager of pve-ha-manager names them. */
export type HaServiceState =
  | "request_start"
  | "request_stop"
  | "started"
  | "stopped"
  | "migrate"
  | "relocate"
  | "fence"
  | "recovery"
  | "freeze"
  | "error"
  | "ignored"
  | "disabled"
  | "queued";

export type HaService = {
  state: HaServiceState;
  node: string;
  /** Where it is to go, while it is on its way. */
  target?: string;
  /** Where it was asked to go. */
  requested?: string;
  failedNodes: string[];
  restarts: number;
  /** The task that does what the local resource manager was told. */
  task?: string;
  maintenanceNode?: string;
  uid: string;
};

export type LrmState = {
  mode: "active" | "restart" | "shutdown" | "maintenance";
  state: "wait_for_agent_lock" | "active" | "lost_agent_lock" | "maintenance";
  /** When it last could write to /etc/pve; a running one is read as now. */
  seen: number;
};

/** resources.cfg, rules.cfg, groups.cfg (8.4), and what the managers know. */
export type Ha = {
  resources: Dict<Section>;
  rules: Dict<Section>;
  groups: Dict<Section>;
  master?: { node: string; since: number };
  /** Whether the cluster resource manager has anything to manage. */
  active: boolean;
  nodes: Dict<HaNodeState>;
  services: Dict<HaService>;
  lrm: Dict<LrmState>;
  /** Since when a node's manager has heard nothing of its lock. */
  lost: Dict<number>;
  armed: { kind: "armed" } | { kind: "disarmed"; mode: "freeze" | "ignore" };
  /** Whether an evaluation is in the queue. */
  awake: boolean;
};
