import type { Layout } from "./layout.ts";
import { at } from "./table.ts";

/** Two of three hosts may be the ones that change; the third then tells the extreme of the rest. */
const kept = 3;

/** The spread and deviation of hosts' loads, and at once what shifting use between two of them would make of both. */
export class Unevenness {
  readonly #layout: Layout;
  readonly #evenness: number;
  readonly #hosts: readonly number[];
  readonly #depth: number;
  /** [measure] */
  readonly #sum: Float64Array;
  readonly #squares: Float64Array;
  readonly #now: Float64Array;
  /** [measure × kept]: hosts with the highest and the lowest loads, the extreme first; -1 where there are fewer. */
  readonly #high: Int32Array;
  readonly #low: Int32Array;

  /** `evenness`: points per percent point of standard deviation. */
  constructor(layout: Layout, evenness: number) {
    this.#layout = layout;
    this.#evenness = evenness;
    const { open, measures } = layout.scene;
    this.#hosts = [...open.keys()].filter((host) => at(open, host) === 1);
    this.#depth = measures.length;
    this.#sum = new Float64Array(this.#depth);
    this.#squares = new Float64Array(this.#depth);
    this.#now = new Float64Array(this.#depth);
    this.#high = new Int32Array(this.#depth * kept);
    this.#low = new Int32Array(this.#depth * kept);
  }

  /** Reckons afresh, after a change of the layout: rounding never adds up. */
  measure(): void {
    const { percent } = this.#layout;
    this.#high.fill(-1);
    this.#low.fill(-1);
    for (let d = 0; d < this.#depth; d++) {
      let sum = 0;
      let squares = 0;
      for (const host of this.#hosts) {
        const load = at(percent, host * this.#depth + d);
        sum += load;
        squares += load * load;
        this.#rank(this.#high, d, host, load, 1);
        this.#rank(this.#low, d, host, load, -1);
      }
      this.#sum[d] = sum;
      this.#squares[d] = squares;
      const most = at(percent, Math.max(0, at(this.#high, d * kept)) * this.#depth + d);
      const least = at(percent, Math.max(0, at(this.#low, d * kept)) * this.#depth + d);
      this.#now[d] = most - least + this.#evenness * this.#deviation(sum, squares);
    }
  }

  /** Puts a host among the `kept` most extreme, before those that it is beyond; of equals the first stays first. */
  #rank(list: Int32Array, d: number, host: number, load: number, sign: 1 | -1): void {
    const { percent } = this.#layout;
    let moving = host;
    let height = sign * load;
    for (let i = d * kept; i < (d + 1) * kept; i++) {
      const other = at(list, i);
      const otherHeight = other < 0 ? Number.NEGATIVE_INFINITY : sign * at(percent, other * this.#depth + d);
      if (otherHeight >= height) continue;
      list[i] = moving;
      if (other < 0) return;
      moving = other;
      height = otherHeight;
    }
  }

  /** The fullest host by each measure. */
  peaks(): Set<number> {
    return new Set(this.#layout.scene.measures.map((_, d) => at(this.#high, d * kept)));
  }

  /** The emptiest host by each measure. */
  valleys(): Set<number> {
    return new Set(this.#layout.scene.measures.map((_, d) => at(this.#low, d * kept)));
  }

  /** What taking that use from one host to another changes, in points. Less is better. */
  shift(d: number, from: number, to: number, use: number): number {
    const { percent, scene, weightOf } = this.#layout;
    const source = from * this.#depth + d;
    const target = to * this.#depth + d;
    const sourceBefore = at(percent, source);
    const targetBefore = at(percent, target);
    const sourceAfter = sourceBefore - (100 * use) / at(scene.full, source);
    const targetAfter = targetBefore + (100 * use) / at(scene.full, target);
    let most = sourceAfter > targetAfter ? sourceAfter : targetAfter;
    let least = sourceAfter > targetAfter ? targetAfter : sourceAfter;
    for (let i = d * kept; i < (d + 1) * kept; i++) {
      const host = at(this.#high, i);
      if (host < 0 || host === from || host === to) continue;
      const load = at(percent, host * this.#depth + d);
      if (load > most) most = load;
      break;
    }
    for (let i = d * kept; i < (d + 1) * kept; i++) {
      const host = at(this.#low, i);
      if (host < 0 || host === from || host === to) continue;
      const load = at(percent, host * this.#depth + d);
      if (load < least) least = load;
      break;
    }
    const sum = at(this.#sum, d) - sourceBefore - targetBefore + sourceAfter + targetAfter;
    const squares =
      at(this.#squares, d) -
      sourceBefore * sourceBefore -
      targetBefore * targetBefore +
      sourceAfter * sourceAfter +
      targetAfter * targetAfter;
    const after = most - least + this.#evenness * this.#deviation(sum, squares);
    return at(weightOf, d) * (after - at(this.#now, d));
  }

  #deviation(sum: number, squares: number): number {
    const mean = sum / this.#hosts.length;
    return Math.sqrt(Math.max(0, squares / this.#hosts.length - mean * mean));
  }
}
