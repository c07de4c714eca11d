import type { Layout } from "./layout.ts";
import { at } from "./table.ts";

/** What a descent looks at besides the spread. */
export interface Slope {
  /** Points per percent point of standard deviation: leads over plateaus where several hosts are equally full. */
  readonly evenness: number;
  /** What of the cost of moving is charged. */
  readonly moveScale: number;
}

/** Partners looked at when a bundle changes places with one of a host. */
const partners = 2;

/** Less than this is rounding. */
const grain = 1e-9;

/**
 * Betters a layout by single moves, then by two bundles changing places, taking the best of those looked at each time,
 * until none helps or the steps are spent. Looks where the spread is made: at the fullest and emptiest hosts; at what
 * has moved; and at what is charged for where it stands.
 */
export const descend = (layout: Layout, slope: Slope, steps: number): void => {
  const ends = layout.steps + steps;
  const descent = new Descent(layout, slope);
  while (layout.steps < ends && (descent.moveOne() !== undefined || descent.swapTwo()));
};

/** The same by single moves only, each of which can be done as things stand when its turn comes. Answers them in order. */
export const stepDown = (layout: Layout, slope: Slope, steps: number): { bundle: number; to: number }[] => {
  const ends = layout.steps + steps;
  const descent = new Descent(layout, slope);
  const ways: { bundle: number; to: number }[] = [];
  while (layout.steps < ends) {
    const way = descent.moveOne();
    if (way === undefined) break;
    ways.push(way);
  }
  return ways;
};

class Descent {
  readonly #layout: Layout;
  readonly #slope: Slope;
  readonly #hosts: number[];
  readonly #depth: number;
  readonly #movable: number[];
  /** [measure]: sum and sum of squares of the hosts' percents. */
  readonly #sum: Float64Array;
  readonly #squares: Float64Array;

  constructor(layout: Layout, slope: Slope) {
    this.#layout = layout;
    this.#slope = slope;
    const { scene } = layout;
    this.#depth = scene.measures.length;
    this.#hosts = [...scene.open.keys()].filter((host) => at(scene.open, host) === 1);
    this.#movable = [...scene.bundles.keys()].filter((b) => at(scene.movable, b) === 1 && at(layout.on, b) >= 0);
    this.#sum = new Float64Array(this.#depth);
    this.#squares = new Float64Array(this.#depth);
  }

  moveOne(): { bundle: number; to: number } | undefined {
    const { on } = this.#layout;
    this.#measure();
    const { peaks, valleys } = this.#extremes();
    let [best, to, gain] = [-1, -1, grain];
    const look = (bundle: number, host: number): void => {
      if (host === at(on, bundle)) return;
      const better = -this.#moveDelta(bundle, host);
      if (better > gain && this.#layout.takes(bundle, host)) [best, to, gain] = [bundle, host, better];
    };
    for (const bundle of this.#movable) {
      const from = at(on, bundle);
      const stands = this.#layout.standing(bundle, from, this.#slope.moveScale);
      if (stands > 0 || peaks.has(from)) for (const host of this.#hosts) look(bundle, host);
      else for (const host of valleys) look(bundle, host);
      this.#layout.steps += valleys.size;
    }
    if (best < 0) return undefined;
    this.#layout.move(best, to);
    return { bundle: best, to };
  }

  swapTwo(): boolean {
    const { scene, on } = this.#layout;
    const { peaks, valleys } = this.#extremes();
    const byHost = new Map<number, number[]>(this.#hosts.map((host) => [host, []]));
    for (const bundle of this.#movable) byHost.get(at(on, bundle))?.push(bundle);
    let [best, other, gain] = [-1, -1, grain];
    const look = (a: number, b: number): void => {
      this.#layout.steps++;
      const better = -this.#swapDelta(a, b);
      if (better > gain && this.#layout.takesInstead(a, at(on, b), b)) [best, other, gain] = [a, b, better];
    };
    for (let d = 0; d < this.#depth; d++) {
      const use = (bundle: number): number => at(scene.use, bundle * this.#depth + d);
      const sorted = new Map(
        [...byHost].map(([host, bundles]) => [host, [...bundles].sort((a, b) => use(a) - use(b) || a - b)]),
      );
      const lookAround = (bundle: number, host: number): void => {
        const from = at(on, bundle);
        const [here, there] = [from, host].map((h) => at(this.#layout.percent, h * this.#depth + d));
        // What would even the two out, in the units of the host that the bundle is on.
        const surplus = (((here ?? 0) - (there ?? 0)) * at(scene.full, from * this.#depth + d)) / 200;
        const list = sorted.get(host) ?? [];
        for (const wanted of [use(bundle) - surplus, use(bundle)]) {
          const middle = firstAtLeast(list, wanted, use);
          for (let i = Math.max(0, middle - partners); i < Math.min(list.length, middle + partners); i++) {
            const partner = list[i];
            if (partner !== undefined) look(bundle, partner);
          }
        }
      };
      for (const bundle of this.#movable) {
        const from = at(on, bundle);
        const home = at(scene.home, bundle);
        if (peaks.has(from) || valleys.has(from)) {
          for (const host of this.#hosts) if (host !== from) lookAround(bundle, host);
        } else if (home !== from && home >= 0 && at(scene.open, home) === 1) lookAround(bundle, home);
      }
    }
    if (best < 0) return false;
    const [from, to] = [at(on, best), at(on, other)];
    this.#layout.lift(best);
    this.#layout.move(other, from);
    this.#layout.put(best, to);
    return true;
  }

  /** Sums afresh, so that rounding does not add up. */
  #measure(): void {
    for (let d = 0; d < this.#depth; d++) {
      let [sum, squares] = [0, 0];
      for (const host of this.#hosts) {
        const percent = at(this.#layout.percent, host * this.#depth + d);
        sum += percent;
        squares += percent * percent;
      }
      this.#sum[d] = sum;
      this.#squares[d] = squares;
    }
  }

  #extremes(): { peaks: Set<number>; valleys: Set<number> } {
    const peaks = new Set<number>();
    const valleys = new Set<number>();
    for (let d = 0; d < this.#depth; d++) {
      let [most, least] = [-1, -1];
      for (const host of this.#hosts) {
        const percent = at(this.#layout.percent, host * this.#depth + d);
        if (most < 0 || percent > at(this.#layout.percent, most * this.#depth + d)) most = host;
        if (least < 0 || percent < at(this.#layout.percent, least * this.#depth + d)) least = host;
      }
      peaks.add(most);
      valleys.add(least);
    }
    return { peaks, valleys };
  }

  #moveDelta(bundle: number, host: number): number {
    const from = at(this.#layout.on, bundle);
    const { moveScale } = this.#slope;
    let delta = this.#layout.standing(bundle, host, moveScale) - this.#layout.standing(bundle, from, moveScale);
    for (let d = 0; d < this.#depth; d++) {
      const use = at(this.#layout.scene.use, bundle * this.#depth + d);
      delta += this.#loadDelta(d, from, host, use);
    }
    return delta;
  }

  #swapDelta(a: number, b: number): number {
    const { on, scene } = this.#layout;
    const { moveScale } = this.#slope;
    const [from, to] = [at(on, a), at(on, b)];
    let delta = this.#layout.standing(a, to, moveScale) - this.#layout.standing(a, from, moveScale);
    delta += this.#layout.standing(b, from, moveScale) - this.#layout.standing(b, to, moveScale);
    // Each was weighed with the other in its old place: what the two are to each other stays as it is.
    for (const { other, when, points } of scene.relations[a] ?? [])
      if (other === b) delta += when === "share" ? -2 * points : 2 * points;
    for (let d = 0; d < this.#depth; d++) {
      const use = at(scene.use, a * this.#depth + d) - at(scene.use, b * this.#depth + d);
      delta += this.#loadDelta(d, from, to, use);
    }
    return delta;
  }

  /** What taking that use from one host to another changes, in points. Negative is better. */
  #loadDelta(d: number, from: number, to: number, use: number): number {
    const { percent, scene } = this.#layout;
    const depth = this.#depth;
    const [source, target] = [from * depth + d, to * depth + d];
    const before = [at(percent, source), at(percent, target)] as const;
    const fromAfter = before[0] - (100 * use) / at(scene.full, source);
    const toAfter = before[1] + (100 * use) / at(scene.full, target);
    let [most, least] = [Math.max(fromAfter, toAfter), Math.min(fromAfter, toAfter)];
    let [mostBefore, leastBefore] = [Math.max(...before), Math.min(...before)];
    for (const host of this.#hosts) {
      const k = host * depth + d;
      if (k === source || k === target) continue;
      const value = at(percent, k);
      if (value > most) most = value;
      if (value < least) least = value;
      if (value > mostBefore) mostBefore = value;
      if (value < leastBefore) leastBefore = value;
    }
    const count = this.#hosts.length;
    const sum = at(this.#sum, d);
    const squares = at(this.#squares, d);
    const sumAfter = sum - before[0] - before[1] + fromAfter + toAfter;
    const squaresAfter =
      squares - before[0] * before[0] - before[1] * before[1] + fromAfter * fromAfter + toAfter * toAfter;
    const uneven = deviation(sumAfter, squaresAfter, count) - deviation(sum, squares, count);
    const spread = most - least - (mostBefore - leastBefore);
    return at(this.#layout.weightOf, d) * (spread + this.#slope.evenness * uneven);
  }
}

const deviation = (sum: number, squares: number, count: number): number =>
  Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));

const firstAtLeast = (sorted: readonly number[], wanted: number, of: (bundle: number) => number): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = sorted[middle];
    if (value !== undefined && of(value) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
};
