import { type ClusterState, type Observed, type Row, valueIn } from "@orrery/state";
import { sidOf } from "../protection/sid.ts";
import type { SeenGuest } from "./seen.ts";

/** That something else is at work on a guest, or nobody knows how it is, and whether all of it has to wait for that. */
export type Busy = {
  readonly why: string;
  /** Else only what is about its running and its node. */
  readonly holdsAll: boolean;
};

type Acting = Pick<Busy, "holdsAll"> & {
  readonly why: (node: string, sid: string) => string;
  /** Only while the guest does not run. */
  readonly stopped?: true;
};

/** By the states of pve-ha-manager's Manager.pm. In those that are not named it does nothing to a guest. */
const states: Readonly<Record<string, Acting>> = {
  fence: { why: (node) => `HA waits until ${node} is fenced, and starts it elsewhere then`, holdsAll: true },
  recovery: { why: () => "HA looks for a node to start it on, since its own was fenced", holdsAll: true },
  migrate: { why: () => "HA moves it", holdsAll: true },
  relocate: { why: () => "HA moves it", holdsAll: true },
  error: {
    why: (_node, sid) =>
      `HA gave it up: its state is error. Find out why in the task log, then disable and enable the HA resource ${sid}`,
    holdsAll: false,
  },
  freeze: { why: (node) => `HA leaves it as it is until ${node} is back`, holdsAll: false },
  request_start: { why: () => "HA starts it", holdsAll: false, stopped: true },
  request_start_balance: { why: () => "HA looks for the best node to start it on", holdsAll: false, stopped: true },
  started: { why: () => "HA has it as started, and starts it again by itself", holdsAll: false, stopped: true },
  request_stop: { why: () => "HA stops it", holdsAll: false },
};

const known = new WeakMap<Observed<readonly Row[]>, ReadonlyMap<string, string>>();

/** The state that HA's managers have each resource in. */
const servicesIn = ({ haStatus }: ClusterState): ReadonlyMap<string, string> => {
  const before = known.get(haStatus);
  if (before !== undefined) return before;
  const now = new Map(
    (valueIn(haStatus) ?? []).flatMap(({ type, sid, crm_state: state }) =>
      type === "service" && typeof sid === "string" && typeof state === "string" ? [[sid, state] as const] : [],
    ),
  );
  known.set(haStatus, now);
  return now;
};

/**
 * What HA is doing to a guest: it is left to it. What it has it for is read of its managers' own status, and of the list of
 * resources where that was not read.
 */
export const busyWith = (
  state: ClusterState,
  { type, vmid, ha, node, isRunning, properties }: SeenGuest,
): Busy | undefined => {
  const sid = sidOf(type, vmid);
  const acting = states[servicesIn(state).get(sid) ?? ha ?? ""];
  if (acting !== undefined && !(acting.stopped === true && isRunning))
    return { why: acting.why(node, sid), holdsAll: acting.holdsAll };
  return properties.status === "unknown" ? { why: `${node} says nothing of it`, holdsAll: true } : undefined;
};

/** The properties that are neither compared nor set meanwhile, and why. */
export const unsettledBy = (busy: Busy | undefined): Readonly<Record<string, string>> =>
  busy === undefined ? {} : { status: busy.why, node: busy.why };
