import type { Scene } from "./scene.ts";
import { at } from "./table.ts";

type Detour =
  | {
      readonly kind: "found";
      readonly ways: readonly { readonly bundle: number; readonly to: number }[];
      readonly spent: number;
    }
  | { readonly kind: "none"; readonly looked: number; readonly spent: number }
  | { readonly kind: "undecided"; readonly spent: number };

/** Goals that are no one host. */
export const anywhere = -1;
export const anyOpen = -2;

interface Node {
  readonly on: Int32Array;
  readonly behind: Node | undefined;
  readonly bundle: number;
  readonly to: number;
  readonly depth: number;
}

/**
 * Searches the arrangements that can be come by, one bundle's move at a time, the nearest to the goal first. Moves side
 * by side come by no others: done one after the other they need less room. So where all were looked at, there is no order.
 */
export const detour = (scene: Scene, goals: Int32Array, steps: number): Detour => {
  const movable = [...scene.bundles.keys()].filter((b) => at(scene.movable, b) === 1);
  const begin: Node = { on: begins(scene), behind: undefined, bundle: -1, to: -1, depth: 0 };
  const away = (on: Int32Array): number =>
    movable.reduce((sum, b) => sum + (isThere(at(on, b), at(goals, b)) ? 0 : 1), 0);
  const isThere = (host: number, goal: number): boolean =>
    goal === anywhere || (goal === anyOpen ? host >= 0 && at(scene.open, host) === 1 : host === goal);
  const seen = new Set<string>([begin.on.join()]);
  const frontier: Node[][] = [];
  const push = (node: Node): void => {
    const rank = node.depth + 2 * away(node.on);
    const nodes = frontier[rank] ?? [];
    frontier[rank] = nodes;
    nodes.push(node);
  };
  push(begin);
  let spent = 0;
  let looked = 0;
  for (;;) {
    const queue = frontier.find((nodes) => nodes !== undefined && nodes.length > 0);
    const node = queue?.shift();
    if (node === undefined) return { kind: "none", looked, spent };
    if (away(node.on) === 0) return { kind: "found", ways: waysTo(node), spent };
    looked++;
    const load = loadOf(scene, node.on);
    for (const bundle of movable)
      for (let to = 0; to < scene.hostCount; to++) {
        if (++spent > steps) return { kind: "undecided", spent };
        if (at(node.on, bundle) === to || !mayGo(scene, node.on, load, bundle, to)) continue;
        const on = node.on.slice();
        on[bundle] = to;
        const key = on.join();
        spent += 4;
        if (seen.has(key)) continue;
        seen.add(key);
        push({ on, behind: node, bundle, to, depth: node.depth + 1 });
      }
  }
};

/** Where bundles begin. One whose items are on several hosts counts on each of them until it moves: -2. */
const begins = (scene: Scene): Int32Array =>
  Int32Array.from(scene.bundles, (bundle, b) => {
    if (at(scene.home, b) >= 0) return at(scene.home, b);
    return bundle.some((item) => at(scene.table.home, item) >= 0) ? -2 : -1;
  });

const loadOf = (scene: Scene, on: Int32Array): Float64Array => {
  const { width, table } = scene;
  const load = new Float64Array(scene.hostCount * width);
  scene.bundles.forEach((bundle, b) => {
    for (const item of bundle) {
      const host = at(on, b) === -2 ? at(table.home, item) : at(on, b);
      if (host < 0) continue;
      for (let r = 0; r < width; r++)
        load[host * width + r] = at(load, host * width + r) + at(table.demand, item * width + r);
    }
  });
  return load;
};

const mayGo = (scene: Scene, on: Int32Array, load: Float64Array, bundle: number, to: number): boolean => {
  const { barred, hostCount, apart, width, table, open, bundles } = scene;
  if (barred[bundle * hostCount + to] === 1 || at(open, to) === 0) return false;
  const isSplit = at(on, bundle) === -2;
  const coming = (bundles[bundle] ?? []).filter((item) => !isSplit || at(table.home, item) !== to);
  if (coming.some((item) => table.bars(item, to) !== undefined)) return false;
  for (const other of apart[bundle] ?? []) {
    if (at(on, other) === to) return false;
    if (at(on, other) === -2 && bundles[other]?.some((item) => at(table.home, item) === to) === true) return false;
  }
  for (let r = 0; r < width; r++) {
    let needs = 0;
    for (const item of coming) needs += at(table.demand, item * width + r);
    if (needs > 0 && at(load, to * width + r) + needs > at(table.capacity, to * width + r)) return false;
  }
  return true;
};

const waysTo = (node: Node): { bundle: number; to: number }[] => {
  const ways: { bundle: number; to: number }[] = [];
  for (let last = node; last.behind !== undefined; last = last.behind) ways.push({ bundle: last.bundle, to: last.to });
  return ways.reverse();
};
