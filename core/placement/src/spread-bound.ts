import { type Scene, spreadWeight } from "./scene.ts";
import { at } from "./table.ts";

/** Shares of the cost of moving that the bound gives to either side; the best is taken. */
const shares = Array.from({ length: 11 }, (_, i) => i / 10);

/** Taken off, so that no rounding makes the bound too high. */
const rounding = 1e-6;

/**
 * Points below which no arrangement of the scene can come, whatever moves: bundles flow as if they were liquid, each
 * host sheds the cheapest first, and rooms have no end. Weighs spread against the cost of moving. Let U and L be the
 * highest and the lowest load in the end: every host over U has to shed the difference and every host under L to
 * receive it, so the cost of moving is at least the greater of the two, hence at least any mean of the two; that mean
 * falls apart into a function of U and one of L, each convex and straight between few points. The cost is shared out
 * between memory and CPU in the same way. Wishes and rules that can be met by nobody's leave are counted at their least.
 */
export const lowerBound = (scene: Scene): number => {
  const depth = scene.measures.length;
  const sides = scene.measures.map((measure, d) => sidesOf(scene, d, spreadWeight[measure]));
  const [memory, cpu] = sides;
  const forced = forcedPoints(scene);
  if (memory === undefined) return forced;
  if (depth === 1 || cpu === undefined) return forced + best((share) => memory(share));
  return forced + best((share) => memory(share) + cpu(1 - share));
};

const best = (of: (share: number) => number): number => Math.max(0, Math.max(...shares.map(of)) - rounding);

/** Points that every arrangement pays for where things stand and how they get there, each bundle by itself. */
const forcedPoints = (scene: Scene): number => {
  let points = 0;
  scene.bundles.forEach((_, b) => {
    let least = Number.POSITIVE_INFINITY;
    for (let h = 0; h < scene.hostCount; h++) {
      const k = b * scene.hostCount + h;
      const may = at(scene.movable, b) === 1 ? scene.barred[k] !== 1 : h === at(scene.home, b);
      if (!may) continue;
      // The way of what may stay is charged in the flow, and must not be charged twice.
      const way = at(scene.mustMove, b) === 1 ? at(scene.moveCost, k) : 0;
      least = Math.min(least, at(scene.stayCost, k) + way);
    }
    if (Number.isFinite(least)) points += least;
    if (at(scene.movable, b) === 1) return;
    for (const { other, when, points: each } of scene.relations[b] ?? [])
      if (other > b && at(scene.movable, other) === 0)
        if ((at(scene.home, b) === at(scene.home, other)) === (when === "share")) points += each;
  });
  return points;
};

/** The least spread and share of the cost of moving in one measure, in points. */
const sidesOf = (scene: Scene, d: number, weight: number): ((share: number) => number) => {
  const depth = scene.measures.length;
  const hosts = [...scene.open.keys()].filter((host) => at(scene.open, host) === 1);
  const [floors, heaps, starts] = [new Map<number, number>(), new Map<number, Piece[]>(), new Map<number, number>()];
  const full = (host: number): number => at(scene.full, host * depth + d);
  for (const host of hosts) {
    floors.set(host, at(scene.own, host * depth + d));
    starts.set(host, at(scene.own, host * depth + d));
    heaps.set(host, []);
  }
  let total = hosts.reduce((sum, host) => sum + (floors.get(host) ?? 0), 0);
  let lowestTop = 0;
  const reach = new Map(floors);
  const arrivals: Piece[] = [];
  scene.bundles.forEach((_, b) => {
    const use = at(scene.use, b * depth + d);
    const home = at(scene.home, b);
    const moves = at(scene.movable, b) === 1;
    const hasToMove = at(scene.mustMove, b) === 1;
    if (!hasToMove && at(scene.open, home) !== 1) return;
    total += use;
    if (!moves) {
      floors.set(home, (floors.get(home) ?? 0) + use);
      reach.set(home, (reach.get(home) ?? 0) + use);
      starts.set(home, (starts.get(home) ?? 0) + use);
      return;
    }
    let [cheapest, emptiest] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const host of hosts) {
      if (scene.barred[b * scene.hostCount + host] === 1) continue;
      reach.set(host, (reach.get(host) ?? 0) + use);
      emptiest = Math.min(emptiest, (100 * (use + at(scene.own, host * depth + d))) / full(host));
      if (host !== home) cheapest = Math.min(cheapest, at(scene.moveCost, b * scene.hostCount + host));
    }
    if (Number.isFinite(emptiest)) lowestTop = Math.max(lowestTop, emptiest);
    if (hasToMove) arrivals.push({ use, cost: 0 });
    else {
      starts.set(home, (starts.get(home) ?? 0) + use);
      if (Number.isFinite(cheapest) && use > 0) {
        heaps.get(home)?.push({ use, cost: cheapest });
        arrivals.push({ use, cost: cheapest });
      }
    }
  });
  const room = hosts.reduce((sum, host) => sum + full(host), 0);
  const mean = room === 0 ? 0 : (100 * total) / room;
  for (const host of hosts) lowestTop = Math.max(lowestTop, (100 * (floors.get(host) ?? 0)) / full(host));
  const highestBottom = Math.min(mean, ...hosts.map((host) => (100 * (reach.get(host) ?? 0)) / full(host)));
  const leastTop = Math.max(mean, lowestTop);

  const shed = hosts.map((host) => ({
    start: starts.get(host) ?? 0,
    full: full(host),
    heap: heapOf(heaps.get(host) ?? []),
  }));
  const pool = heapOf(arrivals);
  const costAbove = (top: number): number =>
    shed.reduce((sum, { start, full: all, heap }) => sum + heap.costOf(start - (top * all) / 100), 0);
  const costBelow = (bottom: number): number =>
    pool.costOf(shed.reduce((sum, { start, full: all }) => sum + Math.max(0, (bottom * all) / 100 - start), 0));
  // Where the slopes change: at hosts' loads, and where a host's or the pool's next piece begins to flow.
  const tops = shed.flatMap(({ start, full: all, heap }) =>
    [0, ...heap.marks].map((mark) => Math.max(leastTop, (100 * (start - mark)) / all)),
  );
  const bottoms = bottomsOf(shed, pool.marks).map((bottom) => Math.min(highestBottom, bottom));
  const above = unique([...tops, leastTop]).map((top) => ({ level: top, cost: costAbove(top) }));
  const below = unique([...bottoms, highestBottom]).map((bottom) => ({ level: bottom, cost: costBelow(bottom) }));
  const least = (share: number, part: number): number => {
    let [top, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const { level, cost } of above) top = Math.min(top, weight * level + share * part * cost);
    for (const { level, cost } of below) bottom = Math.min(bottom, -weight * level + share * (1 - part) * cost);
    return top + bottom;
  };
  return (share) => Math.max(0, ...shares.map((part) => least(share, part)));
};

interface Piece {
  readonly use: number;
  readonly cost: number;
}

interface Heap {
  /** The least cost of that much use, by parts of pieces; more than there is costs no more. */
  costOf(use: number): number;
  /** Uses at which the next piece begins. */
  readonly marks: readonly number[];
}

const heapOf = (pieces: readonly Piece[]): Heap => {
  const sorted = pieces.filter(({ use }) => use > 0).sort((a, b) => a.cost / a.use - b.cost / b.use);
  const marks: number[] = [];
  const costs: number[] = [];
  let [use, cost] = [0, 0];
  for (const piece of sorted) {
    use += piece.use;
    cost += piece.cost;
    marks.push(use);
    costs.push(cost);
  }
  const costOf = (wanted: number): number => {
    if (wanted <= 0) return 0;
    let [low, high] = [0, marks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((marks[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    if (low >= marks.length) return cost;
    const [markBefore, costBefore] = low === 0 ? [0, 0] : [marks[low - 1] ?? 0, costs[low - 1] ?? 0];
    const [mark, all] = [marks[low] ?? 0, costs[low] ?? 0];
    return costBefore + ((all - costBefore) * (wanted - markBefore)) / (mark - markBefore);
  };
  return { costOf, marks };
};

/** Levels at which hosts begin to receive, and at which what they receive in all reaches a mark. */
const bottomsOf = (
  hosts: readonly { readonly start: number; readonly full: number }[],
  marks: readonly number[],
): number[] => {
  const sorted = [...hosts].sort((a, b) => a.start / a.full - b.start / b.full);
  const levels: number[] = [];
  let [width, height, received, next] = [0, 0, 0, 0];
  for (const [i, { start, full }] of sorted.entries()) {
    if (i > 0) received += (width * ((100 * start) / full - height)) / 100;
    height = (100 * start) / full;
    levels.push(height);
    width += full;
    const following = sorted[i + 1];
    const until =
      following === undefined
        ? Number.POSITIVE_INFINITY
        : received + (width * ((100 * following.start) / following.full - height)) / 100;
    for (let mark = marks[next]; mark !== undefined && mark <= until; mark = marks[++next])
      levels.push(height + (100 * (mark - received)) / width);
  }
  return levels;
};

const unique = (levels: readonly number[]): number[] => [...new Set(levels)];
