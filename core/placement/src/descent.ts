import type { Layout } from "./layout.ts";
import { at } from "./table.ts";
import { Unevenness } from "./unevenness.ts";

/** What a descent looks at besides the spread. */
export interface Slope {
  /** Points per percent point of standard deviation: leads over plateaus where several hosts are equally full. */
  readonly evenness: number;
  /** What of the cost of moving is charged. */
  readonly moveScale: number;
}

interface Way {
  readonly bundle: number;
  readonly to: number;
}

/** Partners looked at on either side when a bundle changes places with one of a host. */
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
export const stepDown = (layout: Layout, slope: Slope, steps: number): Way[] => {
  const ends = layout.steps + steps;
  const descent = new Descent(layout, slope);
  const ways: Way[] = [];
  while (layout.steps < ends) {
    const way = descent.moveOne();
    if (way === undefined) break;
    ways.push(way);
  }
  return ways;
};

class Descent {
  readonly #layout: Layout;
  readonly #moveScale: number;
  readonly #unevenness: Unevenness;
  readonly #hosts: readonly number[];
  readonly #depth: number;
  readonly #movable: readonly number[];
  /** Per measure and host: its movable bundles by use; absent until asked for after a change. */
  readonly #sorted: Map<number, readonly number[]>[];

  constructor(layout: Layout, slope: Slope) {
    this.#layout = layout;
    this.#moveScale = slope.moveScale;
    this.#unevenness = new Unevenness(layout, slope.evenness);
    const { scene } = layout;
    this.#depth = scene.measures.length;
    this.#hosts = [...scene.open.keys()].filter((host) => at(scene.open, host) === 1);
    this.#movable = [...scene.bundles.keys()].filter((b) => at(scene.movable, b) === 1 && at(layout.on, b) >= 0);
    this.#sorted = scene.measures.map(() => new Map());
    this.#unevenness.measure();
  }

  moveOne(): Way | undefined {
    const { on } = this.#layout;
    const peaks = this.#unevenness.peaks();
    const valleys = [...this.#unevenness.valleys()];
    let best = -1;
    let goal = -1;
    let least = -grain;
    for (const bundle of this.#movable) {
      const from = at(on, bundle);
      const stands = this.#layout.standing(bundle, from, this.#moveScale);
      const hosts = stands > 0 || peaks.has(from) ? this.#hosts : valleys;
      this.#layout.steps += hosts.length;
      for (const to of hosts) {
        if (to === from) continue;
        const delta = this.#shift(bundle, -1, from, to) + this.#layout.standing(bundle, to, this.#moveScale) - stands;
        if (delta >= least || !this.#layout.takes(bundle, to)) continue;
        best = bundle;
        goal = to;
        least = delta;
      }
    }
    if (best < 0) return undefined;
    const from = at(on, best);
    this.#layout.move(best, goal);
    this.#changed(from, goal);
    return { bundle: best, to: goal };
  }

  swapTwo(): boolean {
    const { on, scene } = this.#layout;
    const ends = new Set([...this.#unevenness.peaks(), ...this.#unevenness.valleys()]);
    let best = -1;
    let other = -1;
    let least = -grain;
    const look = (a: number, b: number): void => {
      this.#layout.steps++;
      const delta = this.#swapDelta(a, b);
      if (delta >= least || !this.#layout.takesInstead(a, at(on, b), b)) return;
      best = a;
      other = b;
      least = delta;
    };
    for (let d = 0; d < this.#depth; d++) {
      const lookAround = (bundle: number, host: number): void => {
        const from = at(on, bundle);
        const { percent } = this.#layout;
        const surplus = at(percent, from * this.#depth + d) - at(percent, host * this.#depth + d);
        const use = this.#use(bundle, d);
        const list = this.#on(host, d);
        // What would even the two out, in the units of the host that the bundle is on; and what is just like it.
        this.#lookNear(list, d, use - (surplus * at(scene.full, from * this.#depth + d)) / 200, bundle, look);
        this.#lookNear(list, d, use, bundle, look);
      };
      for (const bundle of this.#movable) {
        const from = at(on, bundle);
        const home = at(scene.home, bundle);
        if (ends.has(from)) {
          for (const host of this.#hosts) if (host !== from) lookAround(bundle, host);
        } else if (home !== from && home >= 0 && at(scene.open, home) === 1) lookAround(bundle, home);
      }
    }
    if (best < 0) return false;
    const from = at(on, best);
    const to = at(on, other);
    this.#layout.lift(best);
    this.#layout.move(other, from);
    this.#layout.put(best, to);
    this.#changed(from, to);
    return true;
  }

  #lookNear(
    list: readonly number[],
    d: number,
    wanted: number,
    bundle: number,
    look: (a: number, b: number) => void,
  ): void {
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#use(list[middle] ?? 0, d) < wanted) low = middle + 1;
      else high = middle;
    }
    const end = Math.min(list.length, low + partners);
    for (let i = Math.max(0, low - partners); i < end; i++) look(bundle, list[i] ?? 0);
  }

  #use(bundle: number, d: number): number {
    return at(this.#layout.scene.use, bundle * this.#depth + d);
  }

  #on(host: number, d: number): readonly number[] {
    const known = this.#sorted[d]?.get(host);
    if (known !== undefined) return known;
    const list = this.#movable
      .filter((bundle) => at(this.#layout.on, bundle) === host)
      .sort((a, b) => this.#use(a, d) - this.#use(b, d) || a - b);
    this.#sorted[d]?.set(host, list);
    return list;
  }

  #changed(...hosts: readonly number[]): void {
    for (const sorted of this.#sorted) for (const host of hosts) sorted.delete(host);
    this.#unevenness.measure();
  }

  /** What taking a bundle to another host does to the loads, in points; another comes back for it, unless that is -1. */
  #shift(bundle: number, other: number, from: number, to: number): number {
    let delta = 0;
    for (let d = 0; d < this.#depth; d++) {
      const use = other < 0 ? this.#use(bundle, d) : this.#use(bundle, d) - this.#use(other, d);
      delta += this.#unevenness.shift(d, from, to, use);
    }
    return delta;
  }

  #swapDelta(a: number, b: number): number {
    const { on } = this.#layout;
    return this.#shift(a, b, at(on, a), at(on, b)) + this.#layout.exchanged(a, b, this.#moveScale);
  }
}
