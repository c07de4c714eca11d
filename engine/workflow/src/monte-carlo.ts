import { advanceTo, draw, type Random, randomOf, type World } from "@orrery/twin-world";
import type { ObjectiveMeasured, Rehearsal } from "./rehearsal.ts";
import { type Rehearsing, rehearse } from "./rehearse.ts";
import { factorOf, varied } from "./variation.ts";

/** How an objective came out over many runs, in seconds. */
export type Spread = Pick<ObjectiveMeasured, "scenario" | "title" | "measure" | "objective"> & {
  readonly runs: number;
  /** Runs after which all was back; the figures are theirs. */
  readonly measured: number;
  readonly p50?: number;
  readonly p95?: number;
  readonly max?: number;
  /** Runs that missed it, those among them where something never came back. */
  readonly missed: number;
};

export type MonteCarlo = {
  readonly kind: "monte-carlo";
  readonly format: 1;
  readonly seed: number;
  readonly runs: number;
  /** Runs whose script stopped. */
  readonly stopped: number;
  readonly objectives: readonly Spread[];
};

/** One of the runs, before it begins. */
export type Run = {
  readonly world: World;
  /** Draws around 1, for what is not in the world: how soon somebody acts. */
  readonly factor: () => number;
  /** Draws in [0, 1), to choose what fails. */
  readonly draw: () => number;
};

export type MonteCarloAsked = {
  /** The world at the earliest moment of a failure. */
  readonly world: World;
  readonly runs: number;
  readonly seed: number;
  /** How far durations spread: 0.25 unless told. */
  readonly spread?: number;
  /** Milliseconds within which the moment of the failure is drawn; a day unless told. */
  readonly withinMs?: number;
  /** What is rehearsed in the world of a run; its failure comes at the world's own moment or later. */
  readonly rehearsing: (run: Run) => Omit<Rehearsing<unknown>, "world" | "seed">;
  readonly tell?: (done: number) => void;
};

const dayMs = 86_400_000;

/** The value that a share of sorted values does not exceed. */
const quantile = (sorted: readonly number[], share: number): number | undefined =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];

const spreadOf = (all: readonly ObjectiveMeasured[]): Spread[] => {
  const groups = Map.groupBy(all, ({ scenario, measure }) => `${scenario} ${measure}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { scenario, title, measure, objective } = first;
    const sorted = group.flatMap(({ measured }) => measured ?? []).toSorted((a, b) => a - b);
    const [p50, p95, max] = [quantile(sorted, 0.5), quantile(sorted, 0.95), sorted.at(-1)];
    return [
      {
        scenario,
        title,
        measure,
        objective,
        runs: group.length,
        measured: sorted.length,
        ...(p50 === undefined ? {} : { p50 }),
        ...(p95 === undefined ? {} : { p95 }),
        ...(max === undefined ? {} : { max }),
        missed: group.filter(({ verdict }) => verdict === "missed").length,
      },
    ];
  });
};

/**
 * The same rehearsal many times, each in a world of other durations and with the failure at another moment, all drawn from
 * the seed: the same seed gives the same figures, whatever number of runs came before it in the process.
 */
export const monteCarlo = async (asked: MonteCarloAsked): Promise<MonteCarlo> => {
  const { runs, seed, spread = 0.25, withinMs = dayMs } = asked;
  const objectives: ObjectiveMeasured[] = [];
  let stopped = 0;
  for (let index = 0; index < runs; index++) {
    const rehearsal = await oneRun(asked, randomOf(seed * 65_537 + index), { spread, withinMs });
    objectives.push(...rehearsal.objectives);
    if (rehearsal.outcome.kind !== "done") stopped += 1;
    asked.tell?.(index + 1);
  }
  return { kind: "monte-carlo", format: 1, seed, runs, stopped, objectives: spreadOf(objectives) };
};

const oneRun = (
  { world, rehearsing }: MonteCarloAsked,
  random: Random,
  { spread, withinMs }: { spread: number; withinMs: number },
): Promise<Rehearsal> => {
  const one = varied(world, random, spread);
  advanceTo(one, one.now + Math.floor(draw(random) * withinMs));
  const run: Run = { world: one, factor: () => factorOf(random, spread), draw: () => draw(random) };
  return rehearse({ ...rehearsing(run), world: one, seed: Math.floor(draw(random) * 2 ** 31) });
};
