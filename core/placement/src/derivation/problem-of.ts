import { type Guest, type Inventory, inventoryOf, known } from "@orrery/model";
import { type ClusterState, type GuestState, valueIn } from "@orrery/state";
import type { Item, Problem } from "../problem.ts";
import { declaredPolicyOf } from "./declared-policy.ts";
import type { Derived, DerivedGuest, Tie, Wanted } from "./derived.ts";
import { mappedOf } from "./devices.ts";
import { haPolicyOf } from "./ha-policy.ts";
import { hostsOf, standingOf } from "./hosts.ts";
import { joinPolicies, type Names, type Policy } from "./policy.ts";
import { storesOf } from "./stores.ts";
import { tagPolicyOf } from "./tag-policy.ts";
import { type Bound, boundOf, type TieScene } from "./tie.ts";
import { volumesOf } from "./volumes.ts";

/** A guest as it becomes an item: of the cluster, or of the declaration alone. */
interface Part {
  readonly name: string;
  readonly guest?: GuestState;
  readonly declared?: Guest;
  readonly placing: boolean;
}

/**
 * Where guests could run, from what was observed of a cluster and what its team declares. Every guest that runs takes
 * part, with what it was given and what it uses; what binds it to nodes, and why, is told beside the problem. Memory and
 * CPU of guests that do not run are nobody's; their disks keep their room.
 */
export const problemOf = (state: ClusterState, wanted: Wanted = {}): Derived => {
  const all = valueIn(state.guests);
  if (all === undefined) return { kind: "unobserved", why: state.guests.kind === "observed" ? "" : state.guests.why };
  const { lab, liveOnly = false } = wanted;
  const inventory = lab === undefined ? undefined : inventoryOf(lab);
  const assumed = new Set<string>();
  const assume = (what: string): void => {
    assumed.add(what);
  };
  const draining = new Set(wanted.draining);
  const nodes = Object.keys(state.nodes);
  const guests = Object.values(all).filter(({ presence }) => valueIn(presence)?.template !== true);
  const running = guests.filter(({ presence }) => valueIn(presence)?.status !== "stopped");
  const stores = storesOf(state, nodes, assume);
  const mapped = mappedOf(state);
  const scene: TieScene = { state, nodes, stores, mapped };
  const { parts, notPlaceable } = partsOf(guests, running, inventory, wanted.placing ?? []);
  const taking = new Set(parts.flatMap(({ guest }) => (guest === undefined ? [] : [guest.vmid])));

  const hosts = hostsOf({
    state,
    inventory,
    draining,
    stores,
    mapped,
    filled: filledBy(Object.values(all), taking),
    running: Map.groupBy(running, ({ node }) => node),
    assume,
  });
  const open = new Set(
    Object.values(state.nodes).flatMap((node) => (standingOf(node, draining) === undefined ? [node.name] : [])),
  );
  const names = namesOf(parts);
  const tags = wanted.tags ?? lab?.placement?.tags ?? "none";
  const policy = joinPolicies([
    haPolicyOf(state, { open, members: nodes, names, assume }),
    ...(inventory === undefined ? [] : [declaredPolicyOf(inventory, names)]),
    ...(tags === "proxlb" ? [tagPolicyOf(guests, nodes, names, assume)] : []),
  ]);
  const ties: Tie[] = [];
  const locked: string[] = [];
  const items = parts.map((part) => {
    const bound = part.guest === undefined ? declaredBound(part, inventory) : boundIn(part.guest, part.placing, scene);
    if (bound.lock !== undefined) locked.push(`${part.name} (${bound.lock})`);
    ties.push(...tiesOf(part.name, bound, policy, wanted.afterLoss === true));
    return itemOf(part, bound, { policy, ties, draining, liveOnly });
  });
  if (locked.length > 0) assume(`Locked now, and to be waited for before they move: ${locked.join(", ")}.`);
  const problem: Problem = {
    hosts,
    items,
    ...(lab?.placement === undefined ? {} : { movesPerLink: lab.placement.movesPerLink }),
    ...(lab?.cluster.survivesNodeLoss === true ? { absorbs: draining.size > 0 ? "wish" : "rule" } : {}),
  };
  const idle = guests.filter(({ vmid }) => !taking.has(vmid));
  return {
    kind: "derived",
    problem,
    guests: new Map(parts.map((part) => [part.name, derivedGuest(part)])),
    ties,
    idle: new Map([...Map.groupBy(idle, ({ node }) => node)].map(([node, there]) => [node, there.map(nameOf)])),
    assumed: [...assumed],
    notPlaceable,
  };
};

const tiesOf = (guest: string, bound: Bound, { pins }: Policy, afterLoss: boolean): Tie[] => [
  ...bound.ties.filter(({ kind }) => kind === "needs" || !afterLoss).map((tie) => ({ guest, ...tie })),
  ...pins
    .filter((pin) => pin.strict && pin.guest === guest)
    .map(({ nodes, why }): Tie => ({ guest, kind: "needs", nodes, why })),
];

/** A guest that does not run starts where its disks are. */
const boundIn = (guest: GuestState, isPlaced: boolean, scene: TieScene): Bound => {
  const bound = boundOf(guest, scene);
  const [disk] = bound.disks;
  if (!isPlaced || disk === undefined) return bound;
  const tie = { kind: "needs", nodes: [guest.node], why: `has a disk on ${disk.storage} of ${guest.node}` } as const;
  return { ...bound, ties: [...bound.ties, tie] };
};

/** `web01 (101)`; names are taken twice, VMIDs are not. */
const nameOf = ({ vmid, presence }: GuestState): string => {
  const name = valueIn(presence)?.name;
  return name === undefined ? `${vmid}` : `${name} (${vmid})`;
};

const derivedGuest = ({ guest, declared, name, placing }: Part): DerivedGuest =>
  guest === undefined
    ? { kind: declared?.kind === "ct" ? "lxc" : "qemu", name }
    : {
        vmid: guest.vmid,
        kind: guest.kind,
        name: valueIn(guest.presence)?.name ?? `${guest.vmid}`,
        ...(placing ? {} : { node: guest.node }),
      };

/** The declared guest that an observed one is: by its VMID, else by its name where only one has it. */
const declaredGuest = (inventory: Inventory | undefined, guest: GuestState): Guest | undefined => {
  const byId = inventory?.lab.guests.items.find(({ id }) => known(id) === guest.vmid);
  if (byId !== undefined) return byId;
  const named = inventory?.guests.get(valueIn(guest.presence)?.name ?? "") ?? [];
  return named.length === 1 && known(named[0]?.id) === undefined ? named[0] : undefined;
};

const partsOf = (
  guests: readonly GuestState[],
  running: readonly GuestState[],
  inventory: Inventory | undefined,
  placing: readonly (number | string)[],
): { parts: Part[]; notPlaceable: { asked: number | string; why: string }[] } => {
  const part = (guest: GuestState, isPlaced: boolean): Part => {
    const declared = declaredGuest(inventory, guest);
    return { name: nameOf(guest), guest, ...(declared === undefined ? {} : { declared }), placing: isPlaced };
  };
  const parts = running.map((guest) => part(guest, false));
  const notPlaceable: { asked: number | string; why: string }[] = [];
  for (const asked of new Set(placing)) {
    const found = guests.filter(({ vmid, presence }) => `${vmid}` === `${asked}` || valueIn(presence)?.name === asked);
    const [guest] = found;
    const named = inventory?.guests.get(`${asked}`) ?? [];
    const [declared] = named;
    if (found.length > 1 || (guest === undefined && named.length > 1))
      notPlaceable.push({ asked, why: "several guests have that name" });
    else if (guest !== undefined && running.includes(guest))
      notPlaceable.push({ asked, why: `it runs on ${guest.node} already` });
    else if (guest !== undefined) parts.push(part(guest, true));
    else if (declared !== undefined) parts.push({ name: declared.name, declared, placing: true });
    else notPlaceable.push({ asked, why: "there is no such guest, in the cluster or declared" });
  }
  return { parts, notPlaceable };
};

const namesOf = (parts: readonly Part[]): Names => {
  const byVmid = new Map(
    parts.flatMap(({ guest, name }) => (guest === undefined ? [] : [[guest.vmid, name] as const])),
  );
  const byLabName = Map.groupBy(
    parts.filter(({ declared }) => declared !== undefined),
    ({ declared }) => `${declared?.name ?? ""}`,
  );
  return {
    byVmid: (vmid) => byVmid.get(vmid),
    byLabName: (name) => (byLabName.get(name) ?? []).map((part) => part.name),
  };
};

/** Bytes of disks by storage and node. */
const filledBy = (guests: readonly GuestState[], taking: ReadonlySet<number>) => {
  const sums = new Map<string, { taking: number; others: number }>();
  for (const { vmid, kind, node, file } of guests) {
    for (const { storage, bytes = 0, medium } of volumesOf(kind, valueIn(file)?.config ?? {}).volumes) {
      if (medium) continue;
      const key = `${storage} ${node}`;
      const sum = sums.get(key) ?? { taking: 0, others: 0 };
      if (taking.has(vmid)) sum.taking += bytes;
      else sum.others += bytes;
      sums.set(key, sum);
    }
  }
  return (store: string, node: string) => sums.get(`${store} ${node}`) ?? { taking: 0, others: 0 };
};

/** A guest that is declared and not there yet can be where its storages are. */
const declaredBound = ({ declared }: Part, inventory: Inventory | undefined): Bound => {
  const ties = (declared?.disks ?? []).flatMap(({ storage: ref }) => {
    const storage = inventory?.storageOf(ref);
    if (inventory === undefined || storage?.nodes === undefined) return [];
    const nodes = storage.nodes.flatMap((node) => inventory.nodeOf(node) ?? []);
    return [
      {
        kind: "needs" as const,
        nodes,
        why: `has a disk on ${typeof ref === "string" ? ref : ref.text}, which not every node has`,
      },
    ];
  });
  const disks = (declared?.disks ?? []).flatMap(({ storage: ref, size }) =>
    typeof ref === "string" && inventory?.storageOf(ref)?.shared === false
      ? [{ storage: ref, bytes: Math.ceil(size) }]
      : [],
  );
  return { ties, devices: {}, disks, movesBy: "live" };
};

interface ItemScene {
  readonly policy: Policy;
  readonly ties: readonly Tie[];
  readonly draining: ReadonlySet<string>;
  readonly liveOnly: boolean;
}

const itemOf = (part: Part, bound: Bound, { policy, ties, draining, liveOnly }: ItemScene): Item => {
  const { name, guest, declared, placing } = part;
  const presence = guest === undefined ? undefined : valueIn(guest.presence);
  const vcpus = Math.ceil(presence?.cpus ?? declared?.vcpus ?? 1);
  const { figures } = presence ?? {};
  const mine = ties.filter((tie) => tie.guest === name);
  const bonded = (kind: "together" | "apart", strict: boolean): string[] => [
    ...new Set(
      policy.bonds
        .filter((bond) => bond.kind === kind && bond.strict === strict && bond.guests.includes(name))
        .flatMap(({ guests }) => guests.filter((other) => other !== name)),
    ),
  ];
  const wished = policy.pins.filter((pin) => !pin.strict && pin.guest === name).flatMap(({ nodes }) => nodes);
  const onDrain = known(declared?.onDrain);
  const leaves = guest !== undefined && !placing && draining.has(guest.node);
  const stays =
    policy.ignored.has(name) ||
    (leaves && onDrain === "nothing") ||
    (liveOnly && bound.movesBy === "restart" && !placing);
  const lists = {
    togetherWith: bonded("together", true),
    apartFrom: bonded("apart", true),
    ratherWith: bonded("together", false),
    ratherApartFrom: bonded("apart", false),
    prefers: wished,
    disks: bound.disks,
  };
  return {
    name,
    memoryBytes: Math.ceil(presence?.memory ?? known(declared?.memory) ?? 0),
    vcpus,
    devices: bound.devices,
    ...(guest === undefined || placing ? {} : { host: guest.node }),
    ...(mine.length === 0
      ? {}
      : { allowed: mine.map(({ nodes }) => nodes).reduce((all, one) => all.filter((node) => one.includes(node))) }),
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    ...(figures === undefined || placing
      ? {}
      : { used: { cpu: figures.cpu * (presence?.cpus ?? 0), memoryBytes: figures.memory } }),
    movesBy: bound.movesBy,
    ...(onDrain === "stop" ? { onDrain: "stop" } : {}),
    ...(stays ? { settled: true } : {}),
    onLoss: "restart",
  };
};
