import { type Decision, decide, type Spent } from "./decision.ts";
import { type HostLoad, loadsWith } from "./load.ts";
import { type Packing, packingOf } from "./packing.ts";
import type { Budget, Problem } from "./problem.ts";
import type { Proof } from "./proof.ts";
import { at, type Table, tableOf } from "./table.ts";

/** One item's way. */
export interface Move {
  readonly item: string;
  readonly from: string;
  readonly to: string;
}

/** What the loss of one host comes to. Lists are in the order of names. */
export type Absorption =
  | {
      readonly kind: "fits";
      readonly lost: string;
      /** Where each item of the lost host that must restart goes. */
      readonly placements: readonly Move[];
      /** Items elsewhere that have to make room. Empty without `rearrange`. */
      readonly rearranged: readonly Move[];
      /** Whether it was shown that no fewer items elsewhere would do. */
      readonly fewest: boolean;
      /** Items that stop with the lost host, by declaration. */
      readonly stopped: readonly string[];
      /** Every other host, with all that runs there afterwards. */
      readonly loads: readonly HostLoad[];
      readonly spent: Spent;
    }
  | {
      readonly kind: "impossible";
      readonly lost: string;
      readonly proof: Proof;
      readonly stopped: readonly string[];
      readonly spent: Spent;
    }
  | {
      readonly kind: "undecided";
      readonly lost: string;
      readonly why: "steps-spent" | "asked-to-stop";
      /** The furthest that was reached: places for some, none yet for the rest. */
      readonly best: {
        readonly placements: readonly Move[];
        readonly rearranged: readonly Move[];
        readonly unplaced: readonly string[];
      };
      readonly stopped: readonly string[];
      readonly spent: Spent;
    };

export interface AbsorbOptions {
  /** Lets items on other hosts move too, where the lost host's items find no place otherwise. */
  readonly rearrange?: boolean;
}

/**
 * Whether all that must move when a host is lost has somewhere to go. Exact: `fits` has passed the rules that
 * `verifyAbsorption` checks, `impossible` has a proof, and what the budget was too small for is `undecided`.
 * Throws a RangeError where the problem has no such host or is not well formed.
 */
export const absorb = (problem: Problem, lostHost: string, budget: Budget, options: AbsorbOptions = {}): Absorption => {
  const table = tableOf(problem);
  const lost = table.hosts.findIndex(({ name }) => name === lostHost);
  if (lost < 0) throw new RangeError(`The placement problem has no host named ${lostHost}.`);
  return absorbIn(table, lost, budget, options);
};

/**
 * The loss of each single host, in the order of their names. The budget is for all of them: each may spend an even
 * share of what those before it left.
 */
export const absorbAny = (problem: Problem, budget: Budget, options: AbsorbOptions = {}): Absorption[] => {
  const table = tableOf(problem);
  let steps = budget.steps;
  return table.hosts.map((_, lost) => {
    const share = Math.floor(Math.max(0, steps) / (table.hosts.length - lost));
    const absorption = absorbIn(table, lost, { ...budget, steps: share }, options);
    steps -= absorption.spent.steps;
    return absorption;
  });
};

const absorbIn = (table: Table, lost: number, budget: Budget, { rearrange = false }: AbsorbOptions): Absorption => {
  const packing = packingOf(table, lost, false);
  // Where others may move, half of the budget is kept for them.
  const alone = decide(packing, rearrange ? { ...budget, steps: Math.floor(budget.steps / 2) } : budget);
  if (alone.kind === "fits" || !rearrange) return reported(packing, alone, true);
  const wider = packingOf(table, lost, true);
  const together = decide(wider, { ...budget, steps: budget.steps - alone.spent.steps });
  const spent = { steps: alone.spent.steps + together.spent.steps, nodes: alone.spent.nodes + together.spent.nodes };
  return reported(wider, { ...together, spent }, alone.kind === "impossible");
};

const reported = (packing: Packing, decision: Decision, oneIsNeeded: boolean): Absorption => {
  const { table } = packing;
  const name = (host: number): string => table.hosts[host]?.name ?? "";
  const lost = name(packing.lost);
  const stopped = (table.residents[packing.lost] ?? []).flatMap((i) => {
    const item = table.items[i];
    return item?.onLoss === "stop" ? [item.name] : [];
  });
  const { spent } = decision;
  if (decision.kind === "impossible") return { kind: "impossible", lost, proof: decision.proof, stopped, spent };
  const moves: { item: number; to: number }[] = [];
  const unplaced: number[] = [];
  packing.bundles.forEach((bundle, b) => {
    const to = at(decision.on, b);
    for (const item of bundle) {
      if (to < 0) unplaced.push(item);
      else if (at(table.home, item) !== to) moves.push({ item, to });
    }
  });
  moves.sort((a, b) => a.item - b.item);
  const named = (which: (from: number) => boolean): Move[] =>
    moves
      .filter(({ item }) => which(at(table.home, item)))
      .map(({ item, to }) => ({ item: table.items[item]?.name ?? "", from: name(at(table.home, item)), to: name(to) }));
  const placements = named((from) => from === packing.lost);
  const rearranged = named((from) => from !== packing.lost);
  switch (decision.kind) {
    case "fits": {
      const fewest = rearranged.length === 0 || (oneIsNeeded && rearranged.length === 1);
      return {
        kind: "fits",
        lost,
        placements,
        rearranged,
        fewest,
        stopped,
        loads: loadsWith(table, packing.lost, moves),
        spent,
      };
    }
    case "undecided": {
      const names = unplaced.sort((a, b) => a - b).map((item) => table.items[item]?.name ?? "");
      return {
        kind: "undecided",
        lost,
        why: decision.why,
        best: { placements, rearranged, unplaced: names },
        stopped,
        spent,
      };
    }
  }
};
