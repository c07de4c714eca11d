import { weightsOf, worthOf } from "./board.ts";
import { fillable } from "./fill.ts";
import { roomLeft } from "./greedy.ts";
import type { Packing } from "./packing.ts";
import type { Budget } from "./problem.ts";
import { keysOf, type StateKeys } from "./state-key.ts";
import { at } from "./table.ts";

export type SearchEnd = "found" | "none" | "steps-spent" | "asked-to-stop";

/** How many failed states are kept; past that the search goes on without learning more. */
const mostFailures = 200_000;

/**
 * Depth-first search over one part of a packing: the bundle with the fewest hosts left is placed first. What makes
 * it short: hosts that close as they fill, room that no choice of bundles can use, hosts that take all they could,
 * a refuted choice refuting all that are its mirror image, and states that failed before.
 */
export class Search {
  readonly on: Int32Array;
  steps = 0;
  nodes = 0;
  readonly #packing: Packing;
  readonly #bundles: readonly number[];
  readonly #budget: Budget;
  readonly #width: number;
  readonly #hosts: number;
  readonly #room: Float64Array;
  readonly #open: Uint8Array;
  readonly #choices: Int32Array;
  readonly #worth: Float64Array;
  readonly #weights: Float64Array;
  readonly #keys: StateKeys;
  readonly #failed = new Set<string>();
  readonly #undo: (() => void)[] = [];
  #left: number;
  #stopped: "steps-spent" | "asked-to-stop" | undefined;

  constructor(packing: Packing, bundles: readonly number[], budget: Budget) {
    this.#packing = packing;
    this.#bundles = bundles;
    this.#budget = budget;
    this.#width = packing.resources.length;
    this.#hosts = packing.hostCount;
    this.#room = packing.room.slice();
    this.#open = packing.open.slice();
    this.#worth = worthOf(packing);
    this.#weights = weightsOf(packing);
    this.#keys = keysOf(packing, bundles);
    this.#left = bundles.length;
    this.on = new Int32Array(packing.bundles.length).fill(-1);
    this.#choices = new Int32Array(packing.bundles.length);
    for (const bundle of bundles)
      for (let h = 0; h < this.#hosts; h++)
        if (this.#isOpen(bundle, h)) this.#choices[bundle] = at(this.#choices, bundle) + 1;
  }

  /** Searches to the end or to the end of the budget. After `found`, `on` has the host of each of the bundles. */
  run(): SearchEnd {
    for (let host = 0; host < this.#hosts; host++) this.#tighten(host);
    while (this.#fillRoomy());
    const found = this.#solve();
    return this.#stopped ?? (found ? "found" : "none");
  }

  /** A host that has room for all that may still come loses nothing by taking it. True where one did. */
  #fillRoomy(): boolean {
    const { apart, demand } = this.#packing;
    for (let host = 0; host < this.#hosts; host++) {
      const coming = this.#bundles.filter((bundle) => at(this.on, bundle) < 0 && this.#isOpen(bundle, host));
      if (coming.length === 0 || coming.some((bundle) => (apart[bundle] ?? []).length > 0)) continue;
      const total = (r: number): number =>
        coming.reduce((sum, bundle) => sum + at(demand, bundle * this.#width + r), 0);
      let holdsAll = true;
      for (let r = 0; r < this.#width && holdsAll; r++) holdsAll = total(r) <= at(this.#room, host * this.#width + r);
      if (!holdsAll) continue;
      for (const bundle of coming) this.#place(bundle, host);
      return true;
    }
    return false;
  }

  #isOpen(bundle: number, host: number): boolean {
    return this.#open[bundle * this.#hosts + host] === 1;
  }

  #solve(): boolean {
    this.nodes++;
    if (this.#isOver()) return false;
    const mark = this.#undo.length;
    if (!this.#placeForced() || !this.#couldHold()) return this.#backTo(mark);
    if (this.#left === 0) return true;
    const key = this.#keys.state(this.on, this.#room);
    this.steps += this.#hosts * this.#width;
    if (this.#failed.has(key)) return this.#backTo(mark);
    const bundle = this.#mostConstrained();
    for (const host of this.#hostsFor(bundle)) {
      if (!this.#isOpen(bundle, host)) continue;
      const before = this.#undo.length;
      if (this.#place(bundle, host) && this.#solve()) return true;
      this.#backTo(before);
      if (this.#stopped !== undefined) return this.#backTo(mark);
      if (!this.#closeMirrors(bundle, host)) break;
    }
    if (this.#failed.size < mostFailures) this.#failed.add(key);
    return this.#backTo(mark);
  }

  #isOver(): boolean {
    if (this.#stopped === undefined && this.steps > this.#budget.steps) this.#stopped = "steps-spent";
    if (this.#stopped === undefined && this.#budget.shouldStop?.() === true) this.#stopped = "asked-to-stop";
    return this.#stopped !== undefined;
  }

  #backTo(mark: number): false {
    while (this.#undo.length > mark) this.#undo.pop()?.();
    return false;
  }

  /** Places bundles that have one host left. False where one has none. */
  #placeForced(): boolean {
    for (let again = true; again; ) {
      again = false;
      for (const bundle of this.#bundles) {
        if (at(this.on, bundle) >= 0) continue;
        const choices = at(this.#choices, bundle);
        if (choices === 0) return false;
        if (choices > 1) continue;
        const host = this.#open.indexOf(1, bundle * this.#hosts) - bundle * this.#hosts;
        if (!this.#place(bundle, host)) return false;
        again = true;
      }
    }
    return true;
  }

  /** Puts a bundle on a host and closes the host to those that no longer fit there. False where one is left with none. */
  #place(bundle: number, host: number): boolean {
    const { demand } = this.#packing;
    this.on[bundle] = host;
    this.#left--;
    for (let r = 0; r < this.#width; r++) {
      const k = host * this.#width + r;
      this.#room[k] = at(this.#room, k) - at(demand, bundle * this.#width + r);
    }
    this.#undo.push(() => {
      this.on[bundle] = -1;
      this.#left++;
      for (let r = 0; r < this.#width; r++) {
        const k = host * this.#width + r;
        this.#room[k] = at(this.#room, k) + at(demand, bundle * this.#width + r);
      }
    });
    let possible = true;
    for (const { other, exceptOn } of this.#packing.apart[bundle] ?? [])
      if (exceptOn !== host && at(this.on, other) < 0 && this.#isOpen(other, host))
        possible = this.#close(other, host) && possible;
    for (const other of this.#bundles) {
      if (at(this.on, other) >= 0 || !this.#isOpen(other, host)) continue;
      this.steps++;
      for (let r = 0; r < this.#width; r++) {
        if (at(demand, other * this.#width + r) <= at(this.#room, host * this.#width + r)) continue;
        possible = this.#close(other, host) && possible;
        break;
      }
    }
    if (possible) this.#tighten(host);
    return possible;
  }

  #close(bundle: number, host: number): boolean {
    const k = bundle * this.#hosts + host;
    this.#open[k] = 0;
    this.#choices[bundle] = at(this.#choices, bundle) - 1;
    this.#undo.push(() => {
      this.#open[k] = 1;
      this.#choices[bundle] = at(this.#choices, bundle) + 1;
    });
    return at(this.#choices, bundle) > 0;
  }

  /** Takes off the host's room what no choice of those that could still come can use. */
  #tighten(host: number): void {
    const { demand } = this.#packing;
    const coming = this.#bundles.filter((bundle) => at(this.on, bundle) < 0 && this.#isOpen(bundle, host));
    this.steps += coming.length;
    for (let r = 0; r < this.#width; r++) {
      const k = host * this.#width + r;
      const before = at(this.#room, k);
      const sizes = coming.map((bundle) => at(demand, bundle * this.#width + r));
      const after = fillable(before, sizes);
      if (after === before) continue;
      this.#room[k] = after;
      this.#undo.push(() => {
        this.#room[k] = before;
      });
    }
  }

  /** Whether what is left fits by sums: for every set of hosts that some bundles are confined to, and each resource. */
  #couldHold(): boolean {
    for (const { hosts, bundles } of this.#keys.confinements) {
      this.steps += (bundles.length >> 2) + hosts.length;
      for (let r = 0; r < this.#width; r++) {
        let needs = 0;
        for (const bundle of bundles)
          if (at(this.on, bundle) < 0) needs += at(this.#packing.demand, bundle * this.#width + r);
        for (const host of hosts) needs -= at(this.#room, host * this.#width + r);
        if (needs > 0) return false;
      }
    }
    return true;
  }

  #mostConstrained(): number {
    let best = -1;
    for (const bundle of this.#bundles) {
      if (at(this.on, bundle) >= 0) continue;
      const fewer = best < 0 ? -1 : at(this.#choices, bundle) - at(this.#choices, best);
      if (fewer < 0 || (fewer === 0 && at(this.#weights, bundle) > at(this.#weights, best))) best = bundle;
    }
    return best;
  }

  /** Home first, then the fullest. */
  #hostsFor(bundle: number): number[] {
    const score = (host: number): number =>
      host === at(this.#packing.home, bundle)
        ? Number.NEGATIVE_INFINITY
        : roomLeft({ room: this.#room }, host, this.#worth, this.#width);
    return Array.from({ length: this.#hosts }, (_, host) => host)
      .filter((host) => this.#isOpen(bundle, host))
      .map((host) => ({ host, score: score(host) }))
      .sort((a, b) => a.score - b.score || a.host - b.host)
      .map(({ host }) => host);
  }

  /**
   * The bundle on this host led nowhere: neither does any bundle that is like it, on any host that is like this one.
   * False where a bundle is left with no host.
   */
  #closeMirrors(bundle: number, host: number): boolean {
    const { hosts, bundles } = this.#keys.mirrors(bundle, host, this.on, this.#room);
    this.steps += hosts.length * bundles.length;
    for (const like of bundles)
      for (const mirror of hosts) if (this.#isOpen(like, mirror) && !this.#close(like, mirror)) return false;
    return true;
  }
}
