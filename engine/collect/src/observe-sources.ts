import type { Clock } from "@orrery/contract";
import {
  type ClusterPart,
  type ClusterState,
  type GuestState,
  type NodePart,
  type NodeState,
  nodeParts,
  observed,
  type Source,
  unasked,
  unreachable,
  valueIn,
} from "@orrery/state";
import { readGuestState } from "./guest-reading.ts";
import { readNodePart } from "./node-parts.ts";
import type { Observation } from "./observe.ts";
import { type Port, Reader, type ReaderOptions } from "./reader.ts";
import { offNodes, readPart, readResources } from "./reading.ts";
import { everything } from "./scope.ts";

type Wanted = {
  readonly parts: ReadonlySet<ClusterPart>;
  readonly nodes: ReadonlyMap<string, ReadonlySet<NodePart>>;
  /** By VMID: whether its firewall is wanted. */
  readonly guests: ReadonlyMap<number, boolean>;
};

const wantedOf = (sources: Iterable<Source>): Wanted => {
  const parts = new Set<ClusterPart>();
  const nodes = new Map<string, Set<NodePart>>();
  const guests = new Map<number, boolean>();
  for (const source of sources) {
    switch (source.of) {
      case "cluster":
        parts.add(source.part);
        break;
      case "node":
        nodes.set(source.node, (nodes.get(source.node) ?? new Set()).add(source.part));
        break;
      case "guest":
        guests.set(source.vmid, source.firewall === true || guests.get(source.vmid) === true);
    }
  }
  return { parts, nodes, guests };
};

/** A node of which nothing was seen but that somebody names it. */
const strangeNode = (name: string): NodeState => {
  const no = unasked<never>("it was not asked for");
  const parts = Object.fromEntries(nodeParts.map((part) => [part, no])) as Pick<NodeState, NodePart>;
  return { name, presence: no, ...parts };
};

const readNodes = async (reader: Reader, state: ClusterState, wanted: Wanted): Promise<ClusterState["nodes"]> => {
  const read = [...wanted.nodes].map(async ([name, parts]): Promise<[string, NodeState]> => {
    const before = state.nodes[name] ?? strangeNode(name);
    const now = [...parts].map(async (part) => [part, await readNodePart(reader, part, name)] as const);
    // What each reader gives is what the state holds under the same name.
    return [name, { ...before, ...(Object.fromEntries(await Promise.all(now)) as Partial<NodeState>) }];
  });
  return { ...state.nodes, ...Object.fromEntries(await Promise.all(read)) };
};

const lostGuest = (guest: GuestState, at: number, why: string): GuestState => {
  const no = unreachable<never>(at, why);
  return { ...guest, presence: no, file: no, snapshots: no, firewall: no };
};

type GuestsRead = Pick<ClusterState, "guests" | "storageUse">;

/** The wanted guests as they are now; one that the cluster lists no more is there no more. */
const readGuests = async (reader: Reader, state: ClusterState, wanted: Wanted): Promise<GuestsRead> => {
  if (wanted.guests.size === 0) return { guests: state.guests, storageUse: state.storageUse };
  const resources = await readResources(reader);
  const known = valueIn(state.guests);
  if (resources.kind !== "observed") {
    const { guests } = state;
    if (guests.kind !== "observed" || resources.kind === "unasked") return { guests: resources, storageUse: resources };
    const lost = [...wanted.guests.keys()].flatMap((vmid) => {
      const before = known?.[vmid];
      return before === undefined ? [] : [[String(vmid), lostGuest(before, resources.at, resources.why)] as const];
    });
    return { guests: { ...guests, value: { ...guests.value, ...Object.fromEntries(lost) } }, storageUse: resources };
  }
  const rows = new Map(resources.value.guests.map((row) => [row.vmid, row]));
  const off = offNodes(state.nodes);
  const context = { off, firewall: state.firewall };
  const read = [...wanted.guests].map(async ([vmid, firewall]): Promise<[string, GuestState] | undefined> => {
    const row = rows.get(vmid);
    if (row === undefined) return undefined;
    const scope = { ...everything, guestFirewalls: firewall ? ("all" as const) : ("none" as const) };
    const now = await readGuestState(reader, row, { ...context, scope });
    const before = known?.[vmid];
    return [String(vmid), firewall || before === undefined ? now : { ...now, firewall: before.firewall }];
  });
  const others = Object.entries(known ?? {}).filter(([vmid]) => !wanted.guests.has(Number(vmid)));
  const now = (await Promise.all(read)).filter((one) => one !== undefined);
  return {
    guests: observed(resources.at, Object.fromEntries([...others, ...now])),
    storageUse: observed(resources.at, resources.value.storages),
  };
};

/**
 * Reads again no more than the sources that are named: each part once, one list of resources for all guests. The rest
 * of the state is as it was. Rejects with a `PveError` where `signal` aborts.
 */
export const observeSources = async (
  state: ClusterState,
  pve: Port,
  clock: Clock,
  sources: Iterable<Source>,
  options: ReaderOptions = {},
): Promise<Observation> => {
  const reader = new Reader(pve, clock, options);
  const at = clock.now();
  const wanted = wantedOf(sources);
  const [parts, nodes, guests] = await Promise.all([
    Promise.all([...wanted.parts].map(async (part) => [part, await readPart(reader, part)] as const)),
    readNodes(reader, state, wanted),
    readGuests(reader, state, wanted),
  ]);
  const now: ClusterState = { ...state, at, nodes, ...guests, ...(Object.fromEntries(parts) as Partial<ClusterState>) };
  return { state: now, requests: reader.asked };
};
