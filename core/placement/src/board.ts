import type { Packing } from "./packing.ts";
import { at } from "./table.ts";

/** A packing half done: what is where, and the room that is left. */
export class Board {
  readonly packing: Packing;
  /** [host × resource] left. */
  readonly room: Float64Array;
  /** Host of each bundle, -1 where it is not placed. */
  readonly on: Int32Array;
  /** Looks at one bundle on one host, so far. */
  steps = 0;
  readonly #width: number;

  constructor(packing: Packing) {
    this.packing = packing;
    this.room = packing.room.slice();
    this.on = new Int32Array(packing.bundles.length).fill(-1);
    this.#width = packing.resources.length;
  }

  hasRoom(bundle: number, host: number): boolean {
    const { demand } = this.packing;
    const width = this.#width;
    this.steps++;
    for (let r = 0; r < width; r++) if (at(demand, bundle * width + r) > at(this.room, host * width + r)) return false;
    return true;
  }

  /** A bundle there that may not share the host with this one, or -1. */
  opponent(bundle: number, host: number): number {
    for (const { other, exceptOn } of this.packing.apart[bundle] ?? [])
      if (at(this.on, other) === host && exceptOn !== host) return other;
    return -1;
  }

  takes(bundle: number, host: number): boolean {
    const { open, hostCount } = this.packing;
    return open[bundle * hostCount + host] === 1 && this.hasRoom(bundle, host) && this.opponent(bundle, host) < 0;
  }

  put(bundle: number, host: number): void {
    this.on[bundle] = host;
    this.#change(bundle, host, -1);
  }

  lift(bundle: number): void {
    const host = at(this.on, bundle);
    this.on[bundle] = -1;
    this.#change(bundle, host, 1);
  }

  unplaced(): number[] {
    const bundles: number[] = [];
    this.on.forEach((host, bundle) => {
      if (host < 0) bundles.push(bundle);
    });
    return bundles;
  }

  #change(bundle: number, host: number, sign: number): void {
    const width = this.#width;
    for (let r = 0; r < width; r++) {
      const k = host * width + r;
      this.room[k] = at(this.room, k) + sign * at(this.packing.demand, bundle * width + r);
    }
  }
}

/** What one unit of each resource is worth: the scarcer, the more. */
export const worthOf = (packing: Packing): Float64Array => {
  const width = packing.resources.length;
  return Float64Array.from({ length: width }, (_, r) => {
    let total = 0;
    for (let h = 0; h < packing.hostCount; h++) total += at(packing.room, h * width + r);
    return total > 0 && Number.isFinite(total) ? 1 / total : 0;
  });
};

/** How much of the cluster's room each bundle takes, all resources together. */
export const weightsOf = (packing: Packing): Float64Array => {
  const width = packing.resources.length;
  const worth = worthOf(packing);
  return Float64Array.from({ length: packing.bundles.length }, (_, b) => {
    let weight = 0;
    for (let r = 0; r < width; r++) weight += at(packing.demand, b * width + r) * at(worth, r);
    return weight;
  });
};
