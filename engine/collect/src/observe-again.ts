import type { Clock } from "@orrery/contract";
import {
  type ClusterPart,
  type ClusterState,
  type NodePart,
  type NodeState,
  type Observed,
  observed,
  type TaskState,
  valueIn,
} from "@orrery/state";
import { happeningsBetween, hasChanged, oldestGuests } from "./changes.ts";
import { readGuestState } from "./guest-reading.ts";
import type { Observation, ObserveOptions } from "./observe.ts";
import { readPoolsAgain } from "./pools-again.ts";
import { type Port, Reader } from "./reader.ts";
import {
  type Beginning,
  offNodes,
  readBeginning,
  readGuests,
  readNodes,
  readPart,
  readParts,
  stateOf,
} from "./reading.ts";
import { everything } from "./scope.ts";

export type ObserveAgainOptions = ObserveOptions & {
  /** Milliseconds for which a part that leaves no trace of its changes is taken as it was. Default 15 minutes. */
  readonly freshMs?: number;
  /**
   * How many guests are read again though nothing shows that they changed, those seen longest ago first: a synchronous
   * change of an option that no list shows leaves no trace. Default 2.
   */
  readonly sweep?: number;
};

/** One request each, of what may change without a trace and is acted upon: read every time. */
const eachTime: ReadonlySet<ClusterPart> = new Set<ClusterPart>([
  "options",
  "storages",
  "users",
  "groups",
  "roles",
  "acl",
  "backupJobs",
  "replicationJobs",
  "haResources",
  "haRules",
  "haGroups",
  "haStatus",
  "tasks",
]);

const isStale = (part: Observed<unknown> | undefined, now: number, freshMs: number): boolean =>
  part === undefined || part.kind === "unasked" || now - part.at >= freshMs;

const isOnline = (node: NodeState | undefined): boolean => valueIn(node?.presence)?.status === "online";

/** Whether a part that the state before does not have belongs there at all. */
const wasUnasked = (part: Observed<unknown> | undefined): boolean => part?.kind === "unasked";

type Before = { readonly state: ClusterState; readonly now: number; readonly freshMs: number };

const nodePartWanted =
  ({ state, now, freshMs }: Before, beginning: Beginning, touched: ReadonlySet<NodePart>, name: string) =>
  (part: NodePart): boolean => {
    const before = state.nodes[name];
    if (touched.has(part) || isStale(before?.[part], now, freshMs)) return true;
    const presence = valueIn(beginning.resources)?.nodes.get(name);
    return presence?.status === "online" ? !isOnline(before) : isOnline(before);
  };

type Pools = ClusterState["pools"];

/** Pools that were not read again on account of their age: looked at all the same, as cheaply as that can be done. */
const poolsAgain = async (
  reader: Reader,
  { state, now, freshMs }: Before,
  { resources }: Beginning,
  pools: Pools | undefined,
): Promise<{ readonly pools?: Pools }> => {
  const before = valueIn(state.pools);
  if (pools === undefined || before === undefined || isStale(state.pools, now, freshMs)) return {};
  const guests = valueIn(resources)?.guests ?? [];
  const light = await reader.part(() => readPoolsAgain(reader, before, guests));
  if (light.kind !== "observed") return { pools: light };
  return { pools: light.value === undefined ? await readPart(reader, "pools") : { ...light, value: light.value } };
};

const tasksOf = (part: Observed<readonly TaskState[]>): readonly TaskState[] => valueIn(part) ?? [];

/**
 * Reads again what may have changed since a state was observed, by the list of resources, the task log and the age of
 * each part. The rest keeps its own time. Rejects as `observe` does.
 */
export const observeAgain = async (
  state: ClusterState,
  pve: Port,
  clock: Clock,
  options: ObserveAgainOptions = {},
): Promise<Observation> => {
  const { scope = everything, freshMs = 900_000, sweep = 2 } = options;
  const reader = new Reader(pve, clock, options);
  const at = clock.now();
  const before: Before = { state, now: at, freshMs };
  const beginning = await readBeginning(reader, isStale(state.release, at, freshMs) ? undefined : state.release);
  const parts = await readParts(
    reader,
    (part) => scope.cluster.includes(part) && (eachTime.has(part) || isStale(state[part], at, freshMs)),
    state,
  );
  const pools = await poolsAgain(reader, before, beginning, scope.cluster.includes("pools") ? parts.pools : undefined);
  const happened = happeningsBetween(tasksOf(state.tasks), tasksOf(parts.tasks));
  const nodes = await readNodes(
    reader,
    beginning,
    (name) => {
      const wanted = nodePartWanted(before, beginning, happened.nodes.get(name) ?? new Set(), name);
      return (part) => scope.nodes.includes(part) && (happened.gaps.has(name) || wanted(part));
    },
    state,
  );
  const context = { scope, off: offNodes(nodes), firewall: parts.firewall };
  const known = valueIn(state.guests) ?? {};
  const swept = oldestGuests(state, sweep);
  const cameBack = (name: string): boolean => isOnline(nodes[name]) && !isOnline(state.nodes[name]);
  const guests = await readGuests(beginning, async (guest) => {
    const vmid = String(guest.vmid);
    const old = known[vmid];
    const isKept =
      old !== undefined &&
      !hasChanged(old, guest) &&
      !happened.guests.has(vmid) &&
      !happened.gaps.has(guest.node) &&
      !swept.has(vmid) &&
      !cameBack(guest.node) &&
      !(scope.guestFiles && wasUnasked(old.file));
    if (isKept) return { ...old, presence: observed(at, guest.presence) };
    return readGuestState(reader, guest, context);
  });
  return {
    state: stateOf({ at, contract: pve.version }, beginning, { parts: { ...parts, ...pools }, nodes, guests }),
    requests: reader.asked,
  };
};
