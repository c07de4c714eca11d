import type { Draw } from "./dice.ts";
import type { Layout } from "./layout.ts";
import { at } from "./table.ts";

/** What loads are charged for while a layout is changed. */
export interface Charge {
  /** What taking that use from one host to another changes, in points. */
  readonly shift: (measure: number, from: number, to: number, use: number) => number;
  /** A host that should give some of its load away, or -1. */
  readonly giver: (draw: Draw) => number;
  /** A host that should take some, or -1. */
  readonly taker: (draw: Draw) => number;
}

/** How much worse a change may be, in points, that is taken about one time in three: at first, and in the end. */
interface Temperature {
  readonly first: number;
  readonly last: number;
}

/** Changes after which the temperature falls. */
const stride = 256;

/**
 * Changes a layout by moves and exchanges drawn at random, taking those that better it and, the less so the longer it
 * lasts, some that do not. Leaves the best that it came by in the layout.
 */
export const anneal = (layout: Layout, charge: Charge, temperature: Temperature, draw: Draw, steps: number): void => {
  const annealing = new Annealing(layout, charge, draw);
  if (!annealing.isTrivial()) annealing.run(steps, temperature);
};

class Annealing {
  readonly #layout: Layout;
  readonly #draw: Draw;
  readonly #charge: Charge;
  readonly #hosts: readonly number[];
  readonly #movable: readonly number[];
  readonly #depth: number;
  /** Movable bundles by host, and each one's place in its list. */
  readonly #on: number[][];
  readonly #place: Int32Array;

  constructor(layout: Layout, charge: Charge, draw: Draw) {
    const { scene } = layout;
    this.#layout = layout;
    this.#draw = draw;
    this.#charge = charge;
    this.#depth = scene.measures.length;
    this.#hosts = [...scene.open.keys()].filter((host) => at(scene.open, host) === 1);
    this.#movable = [...scene.bundles.keys()].filter((b) => at(scene.movable, b) === 1 && at(layout.on, b) >= 0);
    this.#on = Array.from({ length: scene.hostCount }, () => []);
    this.#place = new Int32Array(scene.bundles.length);
    for (const bundle of this.#movable) this.#enter(bundle, at(layout.on, bundle));
  }

  isTrivial(): boolean {
    return this.#hosts.length < 2 || this.#movable.length < 2;
  }

  run(steps: number, { first, last }: Temperature): void {
    const layout = this.#layout;
    const ends = layout.steps + steps;
    const begun = layout.steps;
    const best = layout.on.slice();
    let [points, least] = [0, 0];
    let temperature = first;
    for (let turn = 0; layout.steps < ends; turn++) {
      if (turn % stride === 0) temperature = first * (last / first) ** ((layout.steps - begun) / steps);
      layout.steps++;
      const delta = this.#draw(2) === 0 ? this.#tryMove(temperature) : this.#tryExchange(temperature);
      if (delta === 0) continue;
      points += delta;
      if (points >= least - 1e-9) continue;
      least = points;
      best.set(layout.on);
    }
    for (const bundle of this.#movable) if (at(best, bundle) !== at(layout.on, bundle)) layout.lift(bundle);
    for (const bundle of this.#movable) if (at(layout.on, bundle) < 0) layout.put(bundle, at(best, bundle));
  }

  /** Answers by how many points the layout changed; 0 where it did not. */
  #tryMove(temperature: number): number {
    const { on, scene } = this.#layout;
    const bundle = this.#bundle();
    const from = at(on, bundle);
    const home = at(scene.home, bundle);
    const goesHome = home >= 0 && home !== from && at(scene.open, home) === 1 && this.#draw(4) === 0;
    const to = goesHome ? home : this.#host(from);
    if (to === from) return 0;
    let delta = this.#layout.standing(bundle, to, 1) - this.#layout.standing(bundle, from, 1);
    for (let d = 0; d < this.#depth; d++)
      delta += this.#charge.shift(d, from, to, at(scene.use, bundle * this.#depth + d));
    if (!this.#isTaken(delta, temperature) || !this.#layout.takes(bundle, to)) return 0;
    this.#leave(bundle, from);
    this.#layout.move(bundle, to);
    this.#enter(bundle, to);
    return delta;
  }

  #tryExchange(temperature: number): number {
    const { on, scene } = this.#layout;
    const bundle = this.#bundle();
    const from = at(on, bundle);
    const to = this.#host(from);
    const list = this.#on[to] ?? [];
    const other = list[this.#draw(Math.max(1, list.length))];
    if (to === from || other === undefined) return 0;
    let delta = this.#layout.exchanged(bundle, other, 1);
    for (let d = 0; d < this.#depth; d++) {
      const use = at(scene.use, bundle * this.#depth + d) - at(scene.use, other * this.#depth + d);
      delta += this.#charge.shift(d, from, to, use);
    }
    if (!this.#isTaken(delta, temperature) || !this.#layout.takesInstead(bundle, to, other)) return 0;
    this.#leave(bundle, from);
    this.#leave(other, to);
    this.#layout.lift(bundle);
    this.#layout.move(other, from);
    this.#layout.put(bundle, to);
    this.#enter(bundle, to);
    this.#enter(other, from);
    return delta;
  }

  #isTaken(delta: number, temperature: number): boolean {
    if (delta < 0) return true;
    return delta < 8 * temperature && this.#draw(1 << 20) < (1 << 20) * Math.exp(-delta / temperature);
  }

  #bundle(): number {
    if (this.#draw(3) === 0) {
      const list = this.#on[this.#charge.giver(this.#draw)] ?? [];
      if (list.length > 0) return list[this.#draw(list.length)] ?? 0;
    }
    return this.#movable[this.#draw(this.#movable.length)] ?? 0;
  }

  #host(from: number): number {
    if (this.#draw(3) === 0) {
      const taker = this.#charge.taker(this.#draw);
      if (taker >= 0 && taker !== from) return taker;
    }
    return this.#hosts[this.#draw(this.#hosts.length)] ?? from;
  }

  #enter(bundle: number, host: number): void {
    this.#place[bundle] = (this.#on[host]?.push(bundle) ?? 1) - 1;
  }

  #leave(bundle: number, host: number): void {
    const list = this.#on[host] ?? [];
    const last = list.pop();
    if (last === undefined || last === bundle) return;
    list[at(this.#place, bundle)] = last;
    this.#place[last] = at(this.#place, bundle);
  }
}
