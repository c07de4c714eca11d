import { type Candidate, refusalOf } from "./refusal.ts";
import type { Resource } from "./resource.ts";
import { at, type Table } from "./table.ts";

/**
 * The question behind a problem, in numbers: put every bundle on one host that is open to it, so that no host is
 * filled past its room and no two bundles that are kept apart share one. Amounts are in units of each resource's
 * greatest common divisor, so they stay small and sums stay exact.
 */
export interface Packing {
  readonly table: Table;
  /** The lost host's index. */
  readonly lost: number;
  /** Items of each bundle: those that must share a host move as one. */
  readonly bundles: readonly (readonly number[])[];
  /** The bundles again, each in its setting. */
  readonly candidates: readonly Candidate[];
  readonly hostCount: number;
  readonly resources: readonly Resource[];
  /** Per resource: bytes, vCPUs or devices in one unit. */
  readonly unit: Float64Array;
  /** [bundle × resource] */
  readonly demand: Float64Array;
  /** [host × resource] in bytes, vCPUs or devices, before any bundle is put there. */
  readonly free: Float64Array;
  /** [host × resource]: `free` in whole units. */
  readonly room: Float64Array;
  /** [bundle × host]: 1 where the host would take the bundle alone. */
  readonly open: Uint8Array;
  /** Per bundle: its row of `open` as text; bundles with the same row may go to the same hosts. */
  readonly row: readonly string[];
  /** The host where the whole bundle is and may stay, or -1. */
  readonly home: Int32Array;
  /** Bundles kept apart from each bundle, ascending. */
  readonly apart: readonly (readonly Separation[])[];
}

interface Separation {
  readonly other: number;
  /** The one host that they share already and may go on sharing, or -1. */
  readonly exceptOn: number;
}

/** Lays out the loss of a host. With `rearrange` the items elsewhere may move too, but for those that are settled. */
export const packingOf = (table: Table, lost: number, rearrange: boolean): Packing => {
  const width = table.resources.length;
  const hostCount = table.hosts.length;
  const { bundles, anchors } = bundlesOf(table, lost, rearrange);
  const moving = new Uint8Array(table.items.length);
  for (const bundle of bundles) for (const item of bundle) moving[item] = 1;

  const rawDemand = new Float64Array(bundles.length * width);
  const free = new Float64Array(hostCount * width);
  for (let h = 0; h < hostCount; h++) {
    for (let r = 0; r < width; r++) {
      const k = h * width + r;
      // What is over its room already takes nothing in, and what is there may stay: its room is what it holds.
      let room = Math.max(at(table.capacity, k), at(table.load, k)) - at(table.load, k);
      for (const item of table.residents[h] ?? []) if (moving[item] === 1) room += at(table.demand, item * width + r);
      free[k] = h === lost ? 0 : room;
    }
  }
  const candidates = bundles.map((bundle, b): Candidate => ({ bundle, anchors: anchors[b] ?? [], moving, lost }));
  const home = new Int32Array(bundles.length).fill(-1);
  const open = new Uint8Array(bundles.length * hostCount);
  candidates.forEach((candidate, b) => {
    const { bundle } = candidate;
    for (const item of bundle)
      for (let r = 0; r < width; r++)
        rawDemand[b * width + r] = at(rawDemand, b * width + r) + at(table.demand, item * width + r);
    const [first = -1] = bundle;
    const common = at(table.home, first);
    if (common !== lost && bundle.every((item) => at(table.home, item) === common)) home[b] = common;
    for (let h = 0; h < hostCount; h++) {
      if (h === lost) continue;
      if (refusalOf(table, candidate, h) !== undefined) continue;
      let fits = true;
      for (let r = 0; r < width; r++) if (at(rawDemand, b * width + r) > at(free, h * width + r)) fits = false;
      if (fits) open[b * hostCount + h] = 1;
    }
  });

  const unit = unitsOf(rawDemand, width);
  return {
    table,
    lost,
    bundles,
    candidates,
    hostCount,
    resources: table.resources,
    unit,
    demand: rawDemand.map((amount, k) => amount / at(unit, k % width)),
    free,
    room: free.map((amount, k) => Math.floor(amount / at(unit, k % width))),
    open,
    row: bundles.map((_, b) => open.subarray(b * hostCount, (b + 1) * hostCount).join("")),
    home,
    apart: separationsOf(table, bundles, lost),
  };
};

/**
 * Joins items that must share a host. Those of them that may not move anchor the rest where they are. A group that
 * is split already, and of which nothing was lost, is left as it is.
 */
const bundlesOf = (table: Table, lost: number, rearrange: boolean): { bundles: number[][]; anchors: number[][] } => {
  const grouped = new Uint8Array(table.items.length);
  const takesPart = (item: number): boolean => {
    const home = at(table.home, item);
    return home >= 0 && (home !== lost || table.items[item]?.onLoss === "restart");
  };
  const bundles: number[][] = [];
  const anchors: number[][] = [];
  table.items.forEach((_, start) => {
    if (grouped[start] === 1 || !takesPart(start)) return;
    if (!rearrange && at(table.home, start) !== lost) return;
    grouped[start] = 1;
    const group = [start];
    for (const item of group) {
      for (const other of table.together[item] ?? []) {
        if (grouped[other] === 1 || !takesPart(other)) continue;
        grouped[other] = 1;
        group.push(other);
      }
    }
    const homes = new Set(group.map((item) => at(table.home, item)));
    const movers = group.filter(
      (item) => at(table.home, item) === lost || (rearrange && table.items[item]?.settled !== true),
    );
    if (movers.length === 0 || (!homes.has(lost) && homes.size > 1)) return;
    bundles.push(movers.sort((a, b) => a - b));
    anchors.push(group.filter((item) => !movers.includes(item)).sort((a, b) => a - b));
  });
  return { bundles, anchors };
};

const unitsOf = (demand: Float64Array, width: number): Float64Array => {
  const units = new Float64Array(width);
  for (let k = 0; k < demand.length; k++) {
    let a = at(units, k % width);
    let b = at(demand, k);
    while (b !== 0) [a, b] = [b, a % b];
    units[k % width] = a;
  }
  return units.map((unit) => unit || 1);
};

const separationsOf = (table: Table, bundles: readonly (readonly number[])[], lost: number): Separation[][] => {
  const bundleOf = new Map<number, number>();
  bundles.forEach((bundle, b) => {
    for (const item of bundle) bundleOf.set(item, b);
  });
  return bundles.map((bundle, b) => {
    const exceptions = new Map<number, number>();
    for (const item of bundle) {
      for (const other of table.apart[item] ?? []) {
        const apart = bundleOf.get(other);
        if (apart === undefined || apart === b) continue;
        const here = at(table.home, item);
        const shared = here !== lost && here === at(table.home, other) ? here : -1;
        exceptions.set(apart, (exceptions.get(apart) ?? shared) === shared ? shared : -1);
      }
    }
    return [...exceptions].sort(([a], [c]) => a - c).map(([other, exceptOn]) => ({ other, exceptOn }));
  });
};
