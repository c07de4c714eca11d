import type { Charge } from "./annealing.ts";
import type { Draw } from "./dice.ts";
import type { Layout } from "./layout.ts";
import { at } from "./table.ts";

/** Percent of load between which every host is to end, by measure. */
interface Levels {
  readonly top: number;
  readonly bottom: number;
}

/** Points for a percent point out of the band, as a multiple of what one of spread is charged. */
const strictness = 1.5;

/**
 * Charges each host by itself for what its load is out of a band. The spread is made by two hosts, and what any other
 * gives or takes changes nothing; in a band every step towards it counts, and within it all ways are charged alike, so
 * that only what pays is moved.
 */
export class Band implements Charge {
  readonly #layout: Layout;
  readonly #levels: readonly Levels[];
  readonly #hosts: readonly number[];
  readonly #depth: number;

  constructor(layout: Layout, levels: readonly Levels[]) {
    this.#layout = layout;
    this.#levels = levels;
    const { open, measures } = layout.scene;
    this.#depth = measures.length;
    this.#hosts = [...open.keys()].filter((host) => at(open, host) === 1);
  }

  shift(d: number, from: number, to: number, use: number): number {
    const { percent, scene, weightOf } = this.#layout;
    const levels = this.#levels[d];
    if (levels === undefined) return 0;
    const source = from * this.#depth + d;
    const target = to * this.#depth + d;
    const [left, reached] = [at(percent, source), at(percent, target)];
    const out =
      outOf(levels, left - (100 * use) / at(scene.full, source)) -
      outOf(levels, left) +
      outOf(levels, reached + (100 * use) / at(scene.full, target)) -
      outOf(levels, reached);
    return strictness * at(weightOf, d) * out;
  }

  giver(draw: Draw): number {
    return this.#drawn(draw, (load, { top }) => load > top);
  }

  taker(draw: Draw): number {
    return this.#drawn(draw, (load, { bottom }) => load < bottom);
  }

  /** The first host that is so, beginning anywhere. */
  #drawn(draw: Draw, is: (load: number, levels: Levels) => boolean): number {
    const d = draw(this.#depth);
    const levels = this.#levels[d];
    const start = draw(this.#hosts.length);
    if (levels === undefined) return -1;
    for (let i = 0; i < this.#hosts.length; i++) {
      const host = this.#hosts[(start + i) % this.#hosts.length] ?? 0;
      if (is(at(this.#layout.percent, host * this.#depth + d), levels)) return host;
    }
    return -1;
  }
}

const outOf = ({ top, bottom }: Levels, load: number): number =>
  load > top ? load - top : load < bottom ? bottom - load : 0;

/** Levels so wide apart, in percent points by measure, about the mean load of the hosts that take bundles. */
export const levelsOf = (layout: Layout, widths: readonly number[]): Levels[] => {
  const { open, measures, full } = layout.scene;
  return measures.map((_, d) => {
    let [used, all] = [0, 0];
    open.forEach((isOpen, host) => {
      const k = host * measures.length + d;
      if (isOpen === 0) return;
      used += at(layout.percent, k) * at(full, k);
      all += at(full, k);
    });
    const mean = all === 0 ? 0 : used / all;
    const half = (widths[d] ?? 0) / 2;
    return { top: mean + half, bottom: mean - half };
  });
};
