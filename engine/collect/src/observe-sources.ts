import type { Clock } from "@orrery/contract";
import {
  type ClusterPart,
  type ClusterState,
  type GuestState,
  type NodePart,
  type NodeState,
  nodeParts,
  type Observed,
  observed,
  type Source,
  unasked,
  unreachable,
  valueIn,
  withoutHalves,
} from "@orrery/state";
import { rowOf, textOf } from "./answers.ts";
import { readGuestState } from "./guest-reading.ts";
import { readNodePart } from "./node-parts.ts";
import type { Observation } from "./observe.ts";
import { type Port, Reader, type ReaderOptions } from "./reader.ts";
import { offNodes, readPart, readResources } from "./reading.ts";
import type { GuestRow } from "./resources.ts";
import { everything } from "./scope.ts";

type Wanted = {
  readonly parts: ReadonlySet<ClusterPart>;
  readonly nodes: ReadonlyMap<string, ReadonlySet<NodePart>>;
  /** By VMID: whether its configuration is wanted, and its firewall. */
  readonly guests: ReadonlyMap<number, { readonly file: boolean; readonly firewall: boolean }>;
};

const wantedOf = (sources: Iterable<Source>): Wanted => {
  const parts = new Set<ClusterPart>();
  const nodes = new Map<string, Set<NodePart>>();
  const guests = new Map<number, { file: boolean; firewall: boolean }>();
  for (const source of sources) {
    switch (source.of) {
      case "cluster":
        parts.add(source.part);
        break;
      case "node":
        nodes.set(source.node, (nodes.get(source.node) ?? new Set()).add(source.part));
        break;
      case "guest":
        guests.set(source.vmid, {
          file: true,
          firewall: source.firewall === true || guests.get(source.vmid)?.firewall === true,
        });
        break;
      case "presence":
        if (!guests.has(source.vmid)) guests.set(source.vmid, { file: false, firewall: false });
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

/** Puts what was read in its place in a state; parts that others read meanwhile stay as they are. */
type Patch = (state: ClusterState) => ClusterState;

const readParts = async (reader: Reader, wanted: Wanted): Promise<Patch> => {
  const read = await Promise.all([...wanted.parts].map(async (part) => [part, await readPart(reader, part)] as const));
  // Each reader gives what the state holds under its name.
  const parts = Object.fromEntries(read) as Partial<ClusterState>;
  return (state) => ({ ...state, ...parts });
};

const readNodes = async (reader: Reader, wanted: Wanted): Promise<Patch> => {
  const read = [...wanted.nodes].map(async ([name, parts]) => {
    const now = [...parts].map(async (part) => [part, await readNodePart(reader, part, name)] as const);
    return [name, Object.fromEntries(await Promise.all(now))] as const;
  });
  const all = await Promise.all(read);
  return (state) => {
    const now = all.map(([name, parts]) => [name, { ...(state.nodes[name] ?? strangeNode(name)), ...parts }] as const);
    return { ...state, nodes: { ...state.nodes, ...Object.fromEntries(now) } };
  };
};

const lostGuest = (guest: GuestState, at: number, why: string): GuestState => {
  const no = unreachable<never>(at, why);
  return { ...guest, presence: no, file: no, snapshots: no, firewall: no };
};

const unlisted =
  (wanted: Wanted, resources: Exclude<Observed<unknown>, { kind: "observed" }>): Patch =>
  (state) => {
    const { guests } = state;
    if (guests.kind !== "observed" || resources.kind === "unasked") return { ...state, guests: resources };
    const lost = [...wanted.guests.keys()].flatMap((vmid) => {
      const before = guests.value[vmid];
      return before === undefined ? [] : [[String(vmid), lostGuest(before, resources.at, resources.why)] as const];
    });
    const value = { ...guests.value, ...Object.fromEntries(lost) };
    return { ...state, guests: { ...guests, value }, storageUse: resources };
  };

/**
 * What the list tells of a guest, and whether it runs as its own node says: a node tells the others every ten seconds
 * only, and until then a new guest's state is unknown to them.
 */
const presenceNow = async (reader: Reader, row: GuestRow, isOff: boolean): Promise<GuestState["presence"]> => {
  const { kind, node, vmid, presence } = row;
  const at = reader.now();
  if (isOff) return observed(at, presence);
  const now = await reader.part(async () =>
    textOf(rowOf(await reader.ask(`/nodes/{node}/${kind}/{vmid}/status/current`, { node, vmid })), "status"),
  );
  const status = valueIn(now);
  return observed(at, status === "running" || status === "stopped" ? { ...presence, status } : presence);
};

/** The wanted guests as they are now; one that the cluster lists no more is there no more. */
const readGuests = async (reader: Reader, state: ClusterState, wanted: Wanted): Promise<Patch> => {
  if (wanted.guests.size === 0) return (before) => before;
  const resources = await readResources(reader);
  if (resources.kind !== "observed") return unlisted(wanted, resources);
  const rows = new Map(resources.value.guests.map((row) => [row.vmid, row]));
  const off = offNodes(state.nodes);
  const context = { off, firewall: state.firewall };
  const before = valueIn(state.guests) ?? {};
  const read = [...wanted.guests].map(async ([vmid, { file, firewall }]): Promise<GuestState | undefined> => {
    const row = rows.get(vmid);
    const old = before[vmid];
    if (row === undefined) return undefined;
    const isKnown = old !== undefined && old.kind === row.kind && old.node === row.node;
    const presence = presenceNow(reader, row, off.has(row.node));
    if (!file && isKnown) return { ...old, presence: await presence };
    const scope = { ...everything, guestFirewalls: firewall ? ("all" as const) : ("none" as const) };
    const guest = readGuestState(reader, row, { ...context, scope });
    return { ...(await guest), presence: await presence };
  });
  const now = (await Promise.all(read)).filter((one) => one !== undefined);
  return (into) => {
    const known = valueIn(into.guests) ?? {};
    const others = Object.entries(known).filter(([vmid]) => !wanted.guests.has(Number(vmid)));
    const seen = now.map((guest): [string, GuestState] => {
      const { file = true, firewall = false } = wanted.guests.get(guest.vmid) ?? {};
      const newest = known[guest.vmid];
      // Somebody else may have read the rest meanwhile.
      const whole = file || newest === undefined ? guest : { ...newest, presence: guest.presence };
      return [String(guest.vmid), firewall ? whole : { ...whole, firewall: newest?.firewall ?? whole.firewall }];
    });
    const guests = observed(resources.at, Object.fromEntries([...others, ...seen]));
    return { ...into, guests, storageUse: observed(resources.at, resources.value.storages) };
  };
};

/** What was read of some sources: put into a state, it is that state with those parts as they are now. */
export type SourcesRead = { readonly into: (state: ClusterState) => ClusterState; readonly requests: number };

/**
 * Reads no more than the sources that are named: each part once, one list of resources for all guests. Rejects with a
 * `PveError` where `signal` aborts.
 *
 * @param state which nodes are off
 */
export const readSources = async (
  state: ClusterState,
  pve: Port,
  clock: Clock,
  sources: Iterable<Source>,
  options: ReaderOptions = {},
): Promise<SourcesRead> => {
  const reader = new Reader(pve, clock, options);
  const at = clock.now();
  const wanted = wantedOf(sources);
  const patches = await Promise.all([
    readParts(reader, wanted),
    readNodes(reader, wanted),
    readGuests(reader, state, wanted),
  ]);
  return {
    into: (before) => withoutHalves(patches.reduce((now, patch) => patch(now), { ...before, at })),
    requests: reader.asked,
  };
};

/** A state with the named sources read again; the rest of it is as it was. Rejects as `readSources` does. */
export const observeSources = async (
  state: ClusterState,
  pve: Port,
  clock: Clock,
  sources: Iterable<Source>,
  options: ReaderOptions = {},
): Promise<Observation> => {
  const { into, requests } = await readSources(state, pve, clock, sources, options);
  return { state: into(state), requests };
};
