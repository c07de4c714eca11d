import { anneal } from "./annealing.ts";
import { Band, levelsOf } from "./band.ts";
import type { Draw } from "./dice.ts";
import { Layout } from "./layout.ts";
import type { Scene } from "./scene.ts";
import { at } from "./table.ts";

/** Bands that are tried, every second from where things stand first and the others from the best end so far. */
const rounds = 4;

/** Of a band's steps, what annealing takes; the rest puts its end right. */
const share = 0.8;

/** Fewer bundles are searched as well by kicks, and with fewer draws for each nothing settles. */
const leastBundles = 80;
const leastDraws = 700;

/** Width of the first band, as a multiple of the load that one bundle makes on a host, by measure. */
const firstWidths = { memory: 0.8, cpu: 3 } as const;

/** What the widths of the best band so far are multiplied by for the next. */
const variations = [0.6, 0.8, 1, 1.25, 1.6];

/** Temperatures as multiples of what moving a bundle is charged: from the first of all, from the best end, and in the end. */
const warm = 0.6;
const lukewarm = 0.3;
const cold = 0.03;

/** Anneals in one band. Answers the layout, and the steps that are left to put it right. */
type Round = (first: Int32Array, best: Int32Array, draw: Draw) => [Layout, number];

/**
 * Searches in bands of load: of all ways to bring every host between two levels the cheapest, for levels that are made
 * wider and narrower. Undefined where the steps are too few for what there is to move.
 */
export const annealInBands = (scene: Scene, movable: readonly number[], steps: number): Round[] | undefined => {
  const each = Math.floor(steps / rounds);
  if (movable.length < leastBundles || each < leastDraws * movable.length) return undefined;
  const cost = meanCost(scene, movable);
  let widths = scene.measures.map((measure, d) => firstWidths[measure] * meanLoad(scene, movable, d));
  let least = Number.POSITIVE_INFINITY;
  return Array.from({ length: rounds }, (_, round): Round => {
    return (first, best, draw) => {
      const isFresh = round % 2 === 0;
      const tried = round === 0 ? widths : widths.map((width) => width * (variations[draw(variations.length)] ?? 1));
      const layout = new Layout(scene, isFresh ? first : best);
      const temperature = { first: (isFresh ? warm : lukewarm) * cost, last: cold * cost };
      anneal(layout, new Band(layout, levelsOf(layout, tried)), temperature, draw, Math.floor(each * share));
      const points = layout.points();
      if (points < least) [least, widths] = [points, tried];
      return [layout, Math.max(0, each - layout.steps)];
    };
  });
};

/** What moving a bundle is charged, in points, in the mean of bundles and hosts. */
const meanCost = ({ moveCost, hostCount }: Scene, movable: readonly number[]): number => {
  let [sum, count] = [0, 0];
  for (const bundle of movable)
    for (let host = 0; host < hostCount; host++) {
      const cost = at(moveCost, bundle * hostCount + host);
      if (cost === 0) continue;
      sum += cost;
      count++;
    }
  return count === 0 ? 0.1 : sum / count;
};

/** The load that one bundle makes on one host, in percent, in the mean of both. */
const meanLoad = ({ use, full, open, measures }: Scene, movable: readonly number[], d: number): number => {
  const depth = measures.length;
  const used = movable.reduce((sum, bundle) => sum + at(use, bundle * depth + d), 0) / movable.length;
  const fulls = [...open.keys()].filter((host) => open[host] === 1).map((host) => at(full, host * depth + d));
  const room = fulls.reduce((sum, one) => sum + one, 0) / Math.max(1, fulls.length);
  return room === 0 ? 1 : (100 * used) / room;
};
