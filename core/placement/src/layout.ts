import { type Scene, spreadWeight } from "./scene.ts";
import { at } from "./table.ts";

/** Where every bundle of a scene ends, with what that makes of each host. */
export class Layout {
  readonly scene: Scene;
  /** Host of each bundle, -1 where it has none yet. */
  readonly on: Int32Array;
  /** [host × resource] */
  readonly load: Float64Array;
  /** [host × measure]: percent. */
  readonly percent: Float64Array;
  /** [measure]: points per percent point of spread. */
  readonly weightOf: Float64Array;
  /** Looks at one bundle on one host, so far. */
  steps = 0;
  readonly #begun: Float64Array;
  /** [host]: bundles there that were elsewhere at first. */
  readonly #arrived: Int32Array;

  constructor(scene: Scene, on: Int32Array = scene.home) {
    this.scene = scene;
    const { table, width, hostCount, measures, full, own } = scene;
    this.on = new Int32Array(scene.bundles.length).fill(-1);
    this.load = new Float64Array(hostCount * width);
    this.percent = Float64Array.from(own, (use, k) => (100 * use) / at(full, k));
    this.#arrived = new Int32Array(hostCount);
    this.#begun = new Float64Array(hostCount * width);
    scene.bundles.forEach((bundle) => {
      for (const item of bundle) {
        const host = at(table.home, item);
        if (host < 0) continue;
        for (let r = 0; r < width; r++) {
          const k = host * width + r;
          this.#begun[k] = at(this.#begun, k) + at(table.demand, item * width + r);
        }
      }
    });
    on.forEach((host, bundle) => {
      if (host >= 0) this.put(bundle, host);
    });
    this.weightOf = Float64Array.from(measures, (measure) => spreadWeight[measure]);
  }

  put(bundle: number, host: number): void {
    this.on[bundle] = host;
    this.#change(bundle, host, 1);
  }

  lift(bundle: number): void {
    const host = at(this.on, bundle);
    this.#change(bundle, host, -1);
    this.on[bundle] = -1;
  }

  move(bundle: number, host: number): void {
    this.lift(bundle);
    this.put(bundle, host);
  }

  /** Whether the bundle may end on that host as the others stand. What was over its room at first may stay so, but takes nothing in. */
  takes(bundle: number, host: number): boolean {
    const { barred, hostCount, width, demand, table, home, apart } = this.scene;
    this.steps++;
    if (barred[bundle * hostCount + host] === 1) return false;
    const returns = at(home, bundle) === host;
    for (let r = 0; r < width; r++) {
      const needs = at(demand, bundle * width + r);
      if (needs === 0) continue;
      const k = host * width + r;
      const room = at(table.capacity, k);
      const after = at(this.load, k) + needs;
      if (after > room && !(returns && at(this.#arrived, host) === 0 && after <= at(this.#begun, k))) return false;
    }
    for (const other of apart[bundle] ?? [])
      if (at(this.on, other) === host && !(returns && at(home, other) === host)) return false;
    return true;
  }

  takesInstead(bundle: number, host: number, other: number): boolean {
    const [from, to] = [at(this.on, bundle), host];
    this.lift(bundle);
    this.lift(other);
    let fits = this.takes(bundle, to);
    if (fits) {
      this.put(bundle, to);
      fits = this.takes(other, from);
      this.lift(bundle);
    }
    this.put(bundle, from);
    this.put(other, to);
    return fits;
  }

  /** Whether every bundle may end where it is, as the others stand. */
  isSound(): boolean {
    return this.on.every((host, bundle) => {
      if (host < 0) return false;
      if (host === at(this.scene.home, bundle) && at(this.#arrived, host) === 0) return true;
      if (at(this.scene.movable, bundle) === 0 && host !== at(this.scene.home, bundle)) return false;
      this.lift(bundle);
      const fits = host === at(this.scene.home, bundle) ? this.#staysWith(bundle, host) : this.takes(bundle, host);
      this.put(bundle, host);
      return fits;
    });
  }

  /** The room is for those to answer for that arrived. */
  #staysWith(bundle: number, host: number): boolean {
    const { home, apart } = this.scene;
    return (apart[bundle] ?? []).every((other) => at(this.on, other) !== host || at(home, other) === host);
  }

  /** Points for the wishes and broken rules of one bundle and its way, were it on that host. */
  standing(bundle: number, host: number, moveScale: number): number {
    const { moveCost, stayCost, hostCount, relations } = this.scene;
    const k = bundle * hostCount + host;
    let points = at(stayCost, k) + moveScale * at(moveCost, k);
    for (const { other, when, points: each } of relations[bundle] ?? [])
      if ((at(this.on, other) === host) === (when === "share")) points += each;
    return points;
  }

  /** What two bundles' changing places does to their standings. */
  exchanged(a: number, b: number, moveScale: number): number {
    const from = at(this.on, a);
    const to = at(this.on, b);
    let delta = this.standing(a, to, moveScale) - this.standing(a, from, moveScale);
    delta += this.standing(b, from, moveScale) - this.standing(b, to, moveScale);
    // Each was weighed with the other in its old place: what the two are to each other stays as it is.
    for (const { other, when, points } of this.scene.relations[a] ?? [])
      if (other === b) delta += when === "share" ? -2 * points : 2 * points;
    return delta;
  }

  /** The wishes and ways of all, in points. */
  standings(moveScale: number): number {
    const { moveCost, stayCost, hostCount, relations } = this.scene;
    let points = 0;
    this.on.forEach((host, bundle) => {
      if (host < 0) return;
      const k = bundle * hostCount + host;
      points += at(stayCost, k) + moveScale * at(moveCost, k);
      for (const { other, when, points: each } of relations[bundle] ?? [])
        if (other > bundle && (at(this.on, other) === host) === (when === "share")) points += each;
    });
    return points;
  }

  /** Percent points between the most and the least loaded of the hosts that take guests. */
  spread(measure: number): number {
    const depth = this.scene.measures.length;
    let [most, least] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    this.scene.open.forEach((isOpen, host) => {
      if (isOpen === 0) return;
      const percent = at(this.percent, host * depth + measure);
      if (percent > most) most = percent;
      if (percent < least) least = percent;
    });
    return Math.max(0, most - least);
  }

  /** All that the layout is charged for but the loss of hosts. */
  points(): number {
    let points = this.standings(1);
    this.scene.measures.forEach((_, measure) => {
      points += at(this.weightOf, measure) * this.spread(measure);
    });
    return points;
  }

  #change(bundle: number, host: number, sign: 1 | -1): void {
    const { width, demand, use, full, measures, home } = this.scene;
    const depth = measures.length;
    for (let r = 0; r < width; r++) {
      const k = host * width + r;
      this.load[k] = at(this.load, k) + sign * at(demand, bundle * width + r);
    }
    for (let d = 0; d < depth; d++) {
      const k = host * depth + d;
      this.percent[k] = at(this.percent, k) + (sign * 100 * at(use, bundle * depth + d)) / at(full, k);
    }
    if (at(home, bundle) !== host) this.#arrived[host] = at(this.#arrived, host) + sign;
  }
}
