import { type Inventory, inventoryOf } from "@orrery/model";
import { type ClusterState, type GuestState, valueIn } from "@orrery/state";
import type { Problem } from "../problem.ts";
import { declaredPolicyOf } from "./declared-policy.ts";
import type { Derived, Tie, Wanted } from "./derived.ts";
import { mappedOf } from "./devices.ts";
import { haPolicyOf } from "./ha-policy.ts";
import { type Filled, filledBy, hostsOf, standingOf } from "./hosts.ts";
import { itemOf } from "./items.ts";
import { derivedGuest, nameOf, namesOf, type Part, partsOf } from "./parts.ts";
import { joinPolicies, type Policy } from "./policy.ts";
import { type Store, storesOf, writtenShare } from "./stores.ts";
import { tagPolicyOf } from "./tag-policy.ts";
import { type Bound, boundOf, type TieScene } from "./tie.ts";

/**
 * Where guests could run, from what was observed of a cluster and what its team declares. Every guest that runs takes
 * part, with what it was given and what it uses; what binds it to nodes, and why, is told beside the problem. Memory and
 * CPU of guests that do not run are nobody's; their disks keep their room.
 */
export const problemOf = (state: ClusterState, wanted: Wanted = {}): Derived => {
  const all = valueIn(state.guests);
  if (all === undefined) return { kind: "unobserved", why: state.guests.kind === "observed" ? "" : state.guests.why };
  // Where some guests are not shown, nodes look emptier than they are.
  if (state.veiled?.guests !== undefined) return { kind: "unobserved", why: state.veiled.guests };
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
  const promised = filledBy(Object.values(all), taking);
  const share = wanted.disks === "written" ? sharesOf(stores, promised) : () => 1;
  const hosts = hostsOf({
    state,
    inventory,
    draining,
    reserve: wanted.reserve,
    stores,
    mapped,
    filled: (store, node) => {
      const [part, sums] = [share(store, node), promised(store, node)];
      return { taking: sums.taking * part, others: sums.others * part };
    },
    running: Map.groupBy(running, ({ node }) => node),
    assume,
  });
  const open = new Set(
    Object.values(state.nodes).flatMap((node) => (standingOf(node, draining) === undefined ? [node.name] : [])),
  );
  const names = namesOf(parts);
  const tags = wanted.tags ?? lab?.placement?.tags ?? "none";
  const policy = joinPolicies(
    wanted.rules === "none"
      ? []
      : [
          haPolicyOf(state, { open, members: nodes, names, assume }),
          ...(inventory === undefined ? [] : [declaredPolicyOf(inventory, names)]),
          ...(tags === "proxlb" ? [tagPolicyOf(guests, nodes, names, assume)] : []),
        ],
  );
  const stopping = new Set(wanted.stopping);
  const counts = tiesThatCount(wanted);
  const ties: Tie[] = [];
  const locked: string[] = [];
  const items = parts.map((part) => {
    const bound =
      part.guest === undefined
        ? declaredBound(part, inventory)
        : weighed(boundIn(part.guest, part.placing, scene), part.guest.node, share);
    if (bound.lock !== undefined) locked.push(`${part.name} (${bound.lock})`);
    ties.push(...tiesOf(part.name, bound, policy, counts));
    return itemOf(part, bound, { policy, ties, draining, stopping, liveOnly });
  });
  const leaving = haManaged(state).filter((vmid) => draining.has(all[`${vmid}`]?.node ?? "") && taking.has(vmid));
  if (leaving.length > 0)
    assume(
      `HA looks after ${leaving.flatMap((vmid) => names.byVmid(vmid) ?? []).join(", ")}, and may send back what leaves a node that is not in maintenance.`,
    );
  if (locked.length > 0) assume(`Locked now, and to be waited for before they move: ${locked.join(", ")}.`);
  const asDeclared = lab?.cluster.survivesNodeLoss === true ? (draining.size > 0 ? "wish" : "rule") : "none";
  const absorbs = wanted.absorbs ?? asDeclared;
  const problem: Problem = {
    hosts,
    items,
    ...(lab?.placement === undefined ? {} : { movesPerLink: lab.placement.movesPerLink }),
    ...(absorbs === "none" ? {} : { absorbs }),
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

type Share = (storage: string, node: string) => number;

const sharesOf =
  (stores: ReadonlyMap<string, Store>, promised: Filled): Share =>
  (storage, node) => {
    const { taking, others } = promised(storage, node);
    return writtenShare(stores.get(storage), node, taking + others);
  };

const weighed = (bound: Bound, node: string, share: Share): Bound => ({
  ...bound,
  disks: bound.disks.map(({ storage, bytes }) => ({ storage, bytes: Math.ceil(bytes * share(storage, node)) })),
});

const haManaged = (state: ClusterState): number[] =>
  (valueIn(state.haResources) ?? []).flatMap(({ id, options }) =>
    options.state === "ignored" ? [] : [Number(id.slice(id.indexOf(":") + 1))],
  );

/** What binds a guest on the occasion that it is asked for. */
const tiesThatCount = ({ afterLoss = false, restored = false }: Wanted): Readonly<Record<Tie["kind"], boolean>> => ({
  needs: true,
  copies: !restored,
  held: !afterLoss && !restored,
});

const tiesOf = (
  guest: string,
  bound: Bound,
  { pins }: Policy,
  counts: Readonly<Record<Tie["kind"], boolean>>,
): Tie[] => [
  ...bound.ties.filter(({ kind }) => counts[kind]).map((tie) => ({ guest, ...tie })),
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
