import type { Scene } from "./scene.ts";
import { at } from "./table.ts";

/** One item's way in one step, by number. `from` is -1 for one that starts. */
export interface Hop {
  readonly item: number;
  readonly bundle: number;
  readonly from: number;
  readonly to: number;
}

/**
 * What is where while moves are under way. A bundle takes its room at its goal from its first step on and counts where
 * its items are until each has arrived. What a host holds over its room may stay, but nothing comes to it.
 */
export class Traffic {
  readonly scene: Scene;
  /** Host of each item, -1 before it starts. */
  readonly where: Int32Array;
  /** Goal of each bundle under way, else -1. */
  readonly goal: Int32Array;
  hops: Hop[] = [];
  readonly #load: Float64Array;
  readonly #links: Int32Array;
  readonly #most: number;
  readonly #onHost: Set<number>[];

  constructor(scene: Scene) {
    this.scene = scene;
    const { table, hostCount, width } = scene;
    this.where = table.home.slice();
    this.goal = new Int32Array(scene.bundles.length).fill(-1);
    this.#load = new Float64Array(hostCount * width);
    this.#links = new Int32Array(hostCount);
    this.#most = scene.problem.movesPerLink ?? 1;
    this.#onHost = Array.from({ length: hostCount }, () => new Set<number>());
    scene.bundles.forEach((bundle, b) => {
      for (const item of bundle) {
        const host = at(this.where, item);
        if (host < 0) continue;
        this.#onHost[host]?.add(b);
        for (let r = 0; r < width; r++) this.#add(host, r, at(table.demand, item * width + r));
      }
    });
  }

  /** The one host where all of the bundle is, or -1. */
  hostOf(bundle: number): number {
    const items = this.scene.bundles[bundle] ?? [];
    const [first = -1] = items;
    const host = first < 0 ? -1 : at(this.where, first);
    return items.every((item) => at(this.where, item) === host) ? host : -1;
  }

  bundlesOn(host: number): number[] {
    return [...(this.#onHost[host] ?? [])].sort((a, b) => a - b);
  }

  /** Whether there is room and no rule against it, as things stand and with all that is under way. */
  mayGo(bundle: number, to: number, without = -1): boolean {
    const { barred, hostCount, apart, width, table, home, open } = this.scene;
    if (at(this.goal, bundle) >= 0 || at(open, to) === 0) return false;
    if (barred[bundle * hostCount + to] === 1) return false;
    // Home is never barred, but coming back there is arriving as anywhere.
    if (at(home, bundle) === to && this.#isKeptFrom(bundle, to)) return false;
    for (const other of apart[bundle] ?? [])
      if (other !== without && (this.#onHost[to]?.has(other) === true || at(this.goal, other) === to)) return false;
    for (let r = 0; r < width; r++) {
      let needs = 0;
      for (const item of this.scene.bundles[bundle] ?? [])
        if (at(this.where, item) !== to) needs += at(table.demand, item * width + r);
      const k = to * width + r;
      const freed = without < 0 ? 0 : at(this.scene.demand, without * width + r);
      if (needs > 0 && at(this.#load, k) - freed + needs > at(table.capacity, k)) return false;
    }
    return true;
  }

  #isKeptFrom(bundle: number, host: number): boolean {
    return (this.scene.bundles[bundle] ?? []).some((item) => this.scene.table.bars(item, host) !== undefined);
  }

  /** Sets out where the links are free for it in this step. A bundle of more than they carry takes several steps, and the links for itself. */
  setOut(bundle: number, to: number): boolean {
    const { table, width } = this.scene;
    const items = (this.scene.bundles[bundle] ?? []).filter((item) => at(this.where, item) !== to);
    const ends = this.#ends(items, to);
    const fits = [...ends].every(([host, count]) => at(this.#links, host) + count <= this.#most);
    if (!fits && ![...ends.keys()].every((host) => at(this.#links, host) === 0)) return false;
    this.goal[bundle] = to;
    for (const item of items) for (let r = 0; r < width; r++) this.#add(to, r, at(table.demand, item * width + r));
    this.#go(bundle, items, fits);
    return true;
  }

  /** Ends the step: what moved has arrived; bundles with items still behind go on. Answers the hops of the step. */
  arrive(): Hop[] {
    const { table, width } = this.scene;
    const done = this.hops;
    this.hops = [];
    this.#links.fill(0);
    const going = new Set<number>();
    for (const { item, bundle, from, to } of done) {
      this.where[item] = to;
      going.add(bundle);
      this.#onHost[to]?.add(bundle);
      if (from < 0) continue;
      for (let r = 0; r < width; r++) this.#add(from, r, -at(table.demand, item * width + r));
    }
    for (const bundle of [...going].sort((a, b) => a - b)) {
      const items = this.scene.bundles[bundle] ?? [];
      for (const host of new Set(done.filter((hop) => hop.bundle === bundle).map((hop) => hop.from)))
        if (!items.some((item) => at(this.where, item) === host)) this.#onHost[host]?.delete(bundle);
      const left = items.filter((item) => at(this.where, item) !== at(this.goal, bundle));
      if (left.length > 0) this.#go(bundle, left, false);
      else this.goal[bundle] = -1;
    }
    return done;
  }

  #go(bundle: number, items: readonly number[], all: boolean): void {
    const to = at(this.goal, bundle);
    const ends = this.#ends(items, to);
    const used = new Map<number, number>();
    for (const item of items) {
      const from = at(this.where, item);
      const counts = [from, to].filter((host) => from >= 0 && host >= 0);
      if (!all && counts.some((host) => (used.get(host) ?? 0) >= this.#most)) continue;
      for (const host of counts) used.set(host, (used.get(host) ?? 0) + 1);
      this.hops.push({ item, bundle, from, to });
    }
    // The last of several steps leaves its links to others as far as it does not need them.
    const finishes = all || this.hops.filter((hop) => hop.bundle === bundle).length === items.length;
    for (const host of ends.keys())
      this.#links[host] = finishes ? at(this.#links, host) + (used.get(host) ?? 0) : this.#most;
  }

  /** How many of the moves each link would carry. What starts moves over none. */
  #ends(items: readonly number[], to: number): Map<number, number> {
    const ends = new Map<number, number>();
    for (const item of items) {
      const from = at(this.where, item);
      if (from < 0) continue;
      for (const host of [from, to]) ends.set(host, (ends.get(host) ?? 0) + 1);
    }
    return ends;
  }

  #add(host: number, r: number, amount: number): void {
    const k = host * this.scene.width + r;
    this.#load[k] = at(this.#load, k) + amount;
  }
}
