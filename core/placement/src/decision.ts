import type { Board } from "./board.ts";
import { hostNameOf, namesOf, shortProofOf } from "./bounds.ts";
import { greedy, insist } from "./greedy.ts";
import type { Packing } from "./packing.ts";
import type { Budget } from "./problem.ts";
import type { Proof, Refusal, Stuck } from "./proof.ts";
import { refusalOf } from "./refusal.ts";
import { repair, returnHome } from "./repair.ts";
import { Search } from "./search.ts";
import { at } from "./table.ts";

/** What became of one packing. `on` has the host of each bundle, -1 where none was found. */
export type Decision =
  | { readonly kind: "fits"; readonly on: Int32Array; readonly spent: Spent }
  | { readonly kind: "impossible"; readonly proof: Proof; readonly spent: Spent }
  | {
      readonly kind: "undecided";
      readonly why: "steps-spent" | "asked-to-stop";
      readonly on: Int32Array;
      readonly spent: Spent;
    };

/** What the search took beyond the greedy tries and the short proofs: 0 and 0 where those decided. */
export interface Spent {
  readonly steps: number;
  readonly nodes: number;
}

/** Tries what is cheap first: bundles that nothing takes, greedy placing, short proofs, repair, then search. */
export const decide = (packing: Packing, budget: Budget): Decision => {
  const nothing = { steps: 0, nodes: 0 };
  const stuck = stuckIn(packing);
  if (stuck.length > 0) return { kind: "impossible", proof: { kind: "no-host", stuck }, spent: nothing };
  const first = greedy(packing);
  if (first.unplaced().length === 0) return { kind: "fits", on: first.on, spent: nothing };
  const proof = shortProofOf(packing);
  if (proof !== undefined) return { kind: "impossible", proof, spent: nothing };
  const { board, steps } = improved(first, budget);
  if (board.unplaced().length > 0) return searchParts(packing, board, budget, steps);
  returnHome(board);
  return { kind: "fits", on: board.on, spent: { steps, nodes: 0 } };
};

/** Spends up to a quarter of the budget on making a full board of one that falls short, or of others begun afresh. */
const improved = (board: Board, budget: Budget): { board: Board; steps: number } => {
  const share = Math.floor(budget.steps / 8);
  const before = board.steps;
  repair(board, share);
  const steps = board.steps - before;
  if (board.unplaced().length === 0 || budget.shouldStop?.() === true) return { board, steps };
  const again = insist(board.packing, share, (next) => repair(next, share >> 3));
  return { board: again.board ?? board, steps: steps + again.steps };
};

/** Searches the parts of the packing that share no host one by one, the smallest first. */
const searchParts = (packing: Packing, board: Board, budget: Budget, stepsBefore: number): Decision => {
  const spent = { steps: stepsBefore, nodes: 0 };
  const on = board.on.slice();
  let why: "steps-spent" | "asked-to-stop" | undefined;
  for (const { bundles, hosts } of partsOf(packing)) {
    if (bundles.every((bundle) => at(on, bundle) >= 0)) continue;
    const search = new Search(packing, bundles, { ...budget, steps: budget.steps - spent.steps });
    const end = search.run();
    spent.steps += search.steps;
    spent.nodes += search.nodes;
    switch (end) {
      case "found":
        for (const bundle of bundles) on[bundle] = at(search.on, bundle);
        break;
      case "none": {
        const proof: Proof = {
          kind: "exhausted",
          items: namesOf(packing, bundles),
          hosts: hosts.map((host) => hostNameOf(packing, host)),
          nodes: search.nodes,
        };
        return { kind: "impossible", proof, spent };
      }
      case "steps-spent":
      case "asked-to-stop":
        // A later part may still be shown impossible, and that decides the whole.
        why = end;
        break;
    }
  }
  if (why !== undefined) return { kind: "undecided", why, on, spent };
  board.on.forEach((host, bundle) => {
    if (host >= 0) board.lift(bundle);
  });
  on.forEach((host, bundle) => {
    board.put(bundle, host);
  });
  returnHome(board);
  return { kind: "fits", on: board.on, spent };
};

interface Part {
  readonly bundles: number[];
  readonly hosts: number[];
}

const partsOf = (packing: Packing): Part[] => {
  const { hostCount, open } = packing;
  const partOfHost = new Map<number, Part>();
  const parts = new Set<Part>();
  for (const bundle of packing.bundles.keys()) {
    const joined: Part = { bundles: [bundle], hosts: [] };
    for (let host = 0; host < hostCount; host++) {
      if (open[bundle * hostCount + host] !== 1 || joined.hosts.includes(host)) continue;
      const part = partOfHost.get(host);
      if (part === undefined) joined.hosts.push(host);
      else {
        parts.delete(part);
        joined.bundles.push(...part.bundles);
        joined.hosts.push(...part.hosts);
      }
    }
    parts.add(joined);
    for (const host of joined.hosts) partOfHost.set(host, joined);
  }
  for (const part of parts) {
    part.bundles.sort((a, b) => a - b);
    part.hosts.sort((a, b) => a - b);
  }
  return [...parts].sort((a, b) => a.bundles.length - b.bundles.length || (a.bundles[0] ?? 0) - (b.bundles[0] ?? 0));
};

const stuckIn = (packing: Packing): Stuck[] => {
  const { hostCount, open } = packing;
  const stuck: Stuck[] = [];
  for (const bundle of packing.bundles.keys()) {
    if (open.subarray(bundle * hostCount, (bundle + 1) * hostCount).includes(1)) continue;
    const refusals: { host: string; refusal: Refusal }[] = [];
    for (let host = 0; host < hostCount; host++)
      if (host !== packing.lost)
        refusals.push({ host: hostNameOf(packing, host), refusal: refusalBy(packing, bundle, host) });
    stuck.push({ items: namesOf(packing, [bundle]), refusals });
  }
  return stuck;
};

const refusalBy = (packing: Packing, bundle: number, host: number): Refusal => {
  const candidate = packing.candidates[bundle];
  const refusal = candidate && refusalOf(packing.table, candidate, host);
  if (refusal !== undefined) return refusal;
  const width = packing.resources.length;
  for (const [r, resource] of packing.resources.entries()) {
    const needs = at(packing.demand, bundle * width + r) * at(packing.unit, r);
    const free = at(packing.free, host * width + r);
    if (needs > free) return { kind: "short", resource, needs, free };
  }
  throw new Error(`${hostNameOf(packing, host)} refuses ${namesOf(packing, [bundle]).join()} for no reason`);
};
