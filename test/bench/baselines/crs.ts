import type { Host, Item, Problem } from "@orrery/placement";
import { imbalanceOf, memoryOf, Tally, threadsOf, type Way } from "./tally.ts";

export interface CrsOptions {
  /** `dynamic` goes by what is measured, `static` by what is configured. */
  readonly mode: "static" | "dynamic";
  readonly method: "bruteforce" | "topsis";
  /** Imbalance over which it acts. Proxmox's default: 0.3. */
  readonly threshold: number;
  /** Part of the imbalance that one move has to take away. Proxmox's default: 0.1. */
  readonly margin: number;
}

/**
 * The auto-rebalancing of Proxmox's cluster resource scheduler, every guest taken as an HA resource: one move at a time
 * until the imbalance is under the threshold or no single move takes away enough of it. Three rounds of some ten
 * seconds pass before each. Mirrors src/PVE/HA/Manager.pm of pve-ha-manager 5.2 and proxmox-resource-scheduling 2.1.
 */
export const crs = (problem: Problem, { mode, method, threshold, margin }: CrsOptions): Way[] => {
  const tally = new Tally(problem, mode === "dynamic" ? "used" : "assigned");
  const hostByName = new Map(tally.hosts.map((host, h) => [host.name, h]));
  const ways: Way[] = [];
  // More moves than guests would be going round in circles.
  while (ways.length < problem.items.length) {
    const cpu = tally.hosts.map((host) => tally.cpu(host) / threadsOf(host));
    const memory = tally.hosts.map((host) => tally.memory(host) / memoryOf(host));
    const now = imbalanceOf(cpu.map((load, h) => (load + (memory[h] ?? 0)) / 2));
    if (now <= threshold) return ways;
    const candidates: Candidate[] = [];
    for (const item of tally.items) {
      const from = hostByName.get(tally.where.get(item.name) ?? "") ?? -1;
      for (const [to, host] of tally.hosts.entries()) {
        if (to === from || item.allowed?.includes(host.name) === false || hasOpponent(tally, item, host)) continue;
        candidates.push({ item, to: host.name, ...loadsAfter(tally, item, from, to, cpu, memory) });
      }
    }
    const best = method === "bruteforce" ? leastImbalance(candidates) : closestToIdeal(candidates);
    if (best === undefined || (now - best.imbalance) / now < margin) return ways;
    ways.push(tally.move(best.item, best.to));
  }
  return ways;
};

interface Candidate {
  readonly item: Item;
  readonly to: string;
  readonly imbalance: number;
  readonly criteria: readonly number[];
}

const hasOpponent = (tally: Tally, item: Item, host: Host): boolean =>
  (item.apartFrom ?? []).some((other) => tally.where.get(other) === host.name);

const loadsAfter = (
  tally: Tally,
  item: Item,
  from: number,
  to: number,
  cpu: readonly number[],
  memory: readonly number[],
): Pick<Candidate, "imbalance" | "criteria"> => {
  const use = tally.use(item);
  const after = (loads: readonly number[], amount: number, full: (host: Host) => number): number[] =>
    loads.map((load, h) => {
      const host = tally.hosts[h];
      if (host === undefined || (h !== from && h !== to)) return load;
      return h === from ? Math.max(0, load - amount / full(host)) : load + amount / full(host);
    });
  const cpuAfter = after(cpu, use.cpu, threadsOf);
  const memoryAfter = after(memory, use.memory, memoryOf);
  return {
    imbalance: Number(imbalanceOf(cpuAfter.map((load, h) => (load + (memoryAfter[h] ?? 0)) / 2)).toFixed(15)),
    criteria: [
      1 + rootMeanSquare(cpuAfter),
      1 + Math.max(...cpuAfter),
      1 + rootMeanSquare(memoryAfter),
      1 + Math.max(...memoryAfter),
    ],
  };
};

/** Candidates come in the order of guests and hosts, so that the first of equals is taken. */
const leastImbalance = (candidates: readonly Candidate[]): Candidate | undefined =>
  candidates.reduce<Candidate | undefined>(
    (best, candidate) => (best === undefined || candidate.imbalance < best.imbalance ? candidate : best),
    undefined,
  );

const topsisWeights = [1 / 18, 2 / 18, 5 / 18, 10 / 18];

/** The technique for order of preference by similarity to the ideal; all criteria are better when less. */
const closestToIdeal = (candidates: readonly Candidate[]): Candidate | undefined => {
  const norms = topsisWeights.map((_, c) => columnNorm(candidates, c) || 1);
  const scaled = (candidate: Candidate): number[] =>
    topsisWeights.map((weight, c) => (weight * (candidate.criteria[c] ?? 0)) / (norms[c] ?? 1));
  const rows = candidates.map(scaled);
  const ideal = topsisWeights.map((_, c) =>
    rows.reduce((least, row) => Math.min(least, row[c] ?? 0), Number.POSITIVE_INFINITY),
  );
  const worst = topsisWeights.map((_, c) => rows.reduce((most, row) => Math.max(most, row[c] ?? 0), 0));
  const distance = (row: readonly number[], to: readonly number[]): number =>
    Math.sqrt(row.reduce((sum, value, c) => sum + (value - (to[c] ?? 0)) ** 2, 0));
  let best: Candidate | undefined;
  let bestScore = -1;
  candidates.forEach((candidate, i) => {
    const row = rows[i] ?? [];
    const [bad, good] = [distance(row, worst), distance(row, ideal)];
    const score = bad + good === 0 ? 0 : bad / (bad + good);
    if (score > bestScore) [best, bestScore] = [candidate, score];
  });
  return best;
};

const columnNorm = (candidates: readonly Candidate[], column: number): number =>
  Math.sqrt(candidates.reduce((sum, { criteria }) => sum + (criteria[column] ?? 0) ** 2, 0));

const rootMeanSquare = (loads: readonly number[]): number =>
  Math.sqrt(loads.reduce((sum, load) => sum + load * load, 0) / Math.max(1, loads.length));
