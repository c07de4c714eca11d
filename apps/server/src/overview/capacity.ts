import type { Lab } from "@orrery/model";
import {
  type Absorption,
  absorbAny,
  type HostLoad,
  hostLoads,
  type Problem,
  problemOf,
  proofText,
} from "@orrery/placement";
import { type ClusterState, type GuestPresence, type NodePresence, valueIn } from "@orrery/state";

/** Bytes of memory, and threads: what there is, what is in use, and what running guests are given. */
type Amount = { readonly total: number; readonly used?: number; readonly given: number };

/** What the loss of one node comes to. `given` over `total` is what the others would carry. */
type NodeLoss = {
  readonly node: string;
  readonly kind: Absorption["kind"];
  /** Guests that must find another place. */
  readonly moves: number;
  /** Guests that would have to make room elsewhere. */
  readonly makeRoom: number;
  /** Why it cannot be absorbed, or is not known to be. */
  readonly why?: string;
  /** Of the nodes that are left: room for guests, and what they would be given. */
  readonly memory?: { readonly room: number; readonly given: number };
};

export type Capacity =
  | {
      readonly kind: "known";
      /** Of the nodes that are online. */
      readonly memory: Amount;
      readonly cpus: Amount;
      readonly losses: readonly NodeLoss[];
      /** The node whose loss is worst; undefined where no node is online. */
      readonly worst: string | undefined;
      /** What was not known, and how it was taken. */
      readonly assumed: readonly string[];
    }
  | { readonly kind: "unknown"; readonly why: string };

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The search is for all nodes together: some tens of milliseconds at most, in which nobody else is answered. */
const steps = 200_000;

const memoryOf = (loads: readonly HostLoad[]): NonNullable<NodeLoss["memory"]> => {
  const memory = loads.flatMap(({ resources }) => resources.filter(({ resource }) => resource.kind === "memory"));
  return { room: sum(memory.map(({ room = 0 }) => room)), given: sum(memory.map(({ used }) => used)) };
};

const lossOf = (absorption: Absorption): NodeLoss => {
  const { kind, lost: node } = absorption;
  switch (absorption.kind) {
    case "fits": {
      const { placements, rearranged, loads } = absorption;
      return { node, kind, moves: placements.length, makeRoom: rearranged.length, memory: memoryOf(loads) };
    }
    case "impossible":
      return { node, kind, moves: 0, makeRoom: 0, why: proofText(absorption.proof) };
    case "undecided": {
      const { placements, rearranged, unplaced } = absorption.best;
      const why = `The search ended before all had a place; ${unplaced.join(", ")} had none yet.`;
      return { node, kind, moves: placements.length, makeRoom: rearranged.length, why };
    }
  }
};

/** Every item that a host has now, on whatever is left without it: what it comes to where nothing can be placed. */
const leftWithout = (problem: Problem, node: string): NonNullable<NodeLoss["memory"]> => {
  const loads = hostLoads(problem);
  const { given } = memoryOf(loads);
  return { room: memoryOf(loads.filter(({ host }) => host !== node)).room, given };
};

const gravity = { impossible: 2, undecided: 1, fits: 0 } as const;

const isWorse = (one: NodeLoss, other: NodeLoss): boolean => {
  if (one.kind !== other.kind) return gravity[one.kind] > gravity[other.kind];
  const fill = ({ memory }: NodeLoss): number =>
    memory === undefined ? 0 : memory.room === 0 ? Number.POSITIVE_INFINITY : memory.given / memory.room;
  return fill(one) > fill(other);
};

const amounts = (nodes: readonly NodePresence[], guests: readonly GuestPresence[]) => {
  const amount = (of: "memory" | "cpu"): Amount => {
    const totals = nodes.map(({ memory, cpus }) => (of === "memory" ? memory : cpus) ?? 0);
    const used = nodes.map(({ figures, cpus = 0 }) =>
      figures === undefined ? undefined : of === "memory" ? figures.memory : figures.cpu * cpus,
    );
    return {
      total: sum(totals),
      // A part that is not known makes the sum none.
      ...(used.includes(undefined) ? {} : { used: sum(used.map((one) => one ?? 0)) }),
      given: sum(guests.map(({ memory, cpus }) => (of === "memory" ? memory : cpus) ?? 0)),
    };
  };
  return { memory: amount("memory"), cpus: amount("cpu") };
};

/** What the cluster has room for now, and after the loss of each single node that is online. */
export const capacityOf = (state: ClusterState, lab: Lab | undefined): Capacity => {
  const guests = valueIn(state.guests);
  if (guests === undefined)
    return {
      kind: "unknown",
      why: `which guests there are could not be read${state.guests.kind === "observed" ? "" : `: ${state.guests.why}`}`,
    };
  const derived = problemOf(state, { ...(lab === undefined ? {} : { lab }), afterLoss: true });
  if (derived.kind === "unobserved") return { kind: "unknown", why: derived.why };
  const { problem, assumed } = derived;
  const online = Object.values(state.nodes).flatMap(({ name, presence }) => {
    const seen = valueIn(presence);
    return seen?.status === "online" ? [{ name, seen }] : [];
  });
  const names = new Set(online.map(({ name }) => name));
  const losses = absorbAny(problem, { steps }, { rearrange: true })
    .filter(({ lost }) => names.has(lost))
    .map(lossOf)
    .map((loss): NodeLoss => (loss.memory === undefined ? { ...loss, memory: leftWithout(problem, loss.node) } : loss));
  const running = Object.values(guests).flatMap(({ presence }) => {
    const seen = valueIn(presence);
    return seen?.status === "running" ? [seen] : [];
  });
  const worst = losses.reduce<NodeLoss | undefined>(
    (found, loss) => (found === undefined || isWorse(loss, found) ? loss : found),
    undefined,
  );
  return {
    kind: "known",
    ...amounts(
      online.map(({ seen }) => seen),
      running,
    ),
    losses,
    worst: worst?.node,
    assumed,
  };
};
