import { annealInBands } from "./band-search.ts";
import { descend } from "./descent.ts";
import { drawer } from "./dice.ts";
import { Layout } from "./layout.ts";
import type { Scene } from "./scene.ts";
import { at } from "./table.ts";

/** How much of the cost of moving the descents begin with: free moves reach further, and are then taken back where they do not pay. */
const beginnings = [0, 0.3, 1];

/** Towards evenness over plateaus, then as a tie-break only. */
const leading = 3;
const hinting = 0.05;

/** Bundles that a kick displaces, at most. */
const mostKicked = 5;

/** Parts of the steps that go to descents and to annealing, where that is worth it; the rest is for kicks. */
const descending = 0.25;
const annealing = 0.4;

interface Target {
  readonly on: Int32Array;
  readonly points: number;
}

/**
 * Ends that are better than the first, the best first. Descents begin with moves that are charged less than they cost,
 * and go on at their full cost; where there are many steps for each bundle, bands of load are annealed in; with the steps
 * that are left, the best is kicked out of its hollow again and again, a few bundles at a time, and put right. The first
 * is always among them: nothing that is worse is answered.
 */
export const targetsOf = (scene: Scene, first: Int32Array, steps: number): { targets: Target[]; spent: number } => {
  const targets: Target[] = [];
  let spent = 0;
  const add = (on: Int32Array): void => {
    // Counted afresh, so that rounding on the way is not carried on.
    const points = new Layout(scene, on).points();
    if (!targets.some((target) => target.points === points)) targets.push({ on, points });
    targets.sort((a, b) => a.points - b.points);
  };
  const best = (): Int32Array => targets[0]?.on ?? first;
  const putRight = (layout: Layout, atMost: number): void => {
    descend(layout, { evenness: hinting, moveScale: 1 }, atMost);
    spent += layout.steps;
    add(layout.on);
  };
  const movable = [...scene.bundles.keys()].filter((b) => at(scene.movable, b) === 1);
  const draw = drawer();
  const annealed = annealInBands(scene, movable, Math.floor(steps * annealing));
  add(first);
  for (const moveScale of beginnings) {
    const layout = new Layout(scene, first);
    const share = Math.floor((steps * (annealed === undefined ? 1 : descending)) / beginnings.length);
    descend(layout, { evenness: leading, moveScale }, Math.floor((share * 2) / 3));
    putRight(layout, share - layout.steps);
  }
  for (const round of annealed ?? []) putRight(...round(first, best(), draw));
  let fruitless = 0;
  const patience = Math.max(20, 4 * movable.length);
  while (spent < steps && movable.length > 1 && fruitless < patience) {
    const before = targets[0]?.points ?? 0;
    const layout = new Layout(scene, best());
    kick(layout, movable, draw);
    spent += movable.length;
    putRight(layout, steps - spent);
    fruitless = (targets[0]?.points ?? 0) < before ? 0 : fruitless + 1;
  }
  return { targets, spent };
};

const kick = (layout: Layout, movable: readonly number[], draw: (below: number) => number): void => {
  const { home, hostCount } = layout.scene;
  for (let left = 2 + draw(mostKicked - 1); left > 0; left--) {
    const bundle = movable[draw(movable.length)] ?? 0;
    const from = at(layout.on, bundle);
    const back = at(home, bundle);
    // Half of what moved is tried at home again; the rest goes anywhere.
    const to = back >= 0 && back !== from && draw(2) === 0 ? back : draw(hostCount);
    if (to !== from && layout.takes(bundle, to)) layout.move(bundle, to);
  }
};
