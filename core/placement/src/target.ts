import { descend } from "./descent.ts";
import { Layout } from "./layout.ts";
import type { Scene } from "./scene.ts";

/** How much of the cost of moving the descents begin with: free moves reach further, and are then taken back where they do not pay. */
const beginnings = [0, 0.3, 1];

/** Towards evenness over plateaus, then as a tie-break only. */
const leading = 3;
const hinting = 0.05;

interface Target {
  readonly on: Int32Array;
  readonly points: number;
}

/**
 * Arrangements that are better than the first, the best first. Each begins with moves that are charged less than they
 * cost, and then is put right at their full cost. The first is always among them: nothing that is worse is answered.
 */
export const targetsOf = (scene: Scene, first: Int32Array, steps: number): { targets: Target[]; spent: number } => {
  const targets: Target[] = [];
  let spent = 0;
  const add = (on: Int32Array): void => {
    // Counted afresh, so that rounding on the way is not carried on.
    const points = new Layout(scene, on).points();
    if (!targets.some((target) => target.points === points)) targets.push({ on, points });
  };
  add(first);
  for (const moveScale of beginnings) {
    const layout = new Layout(scene, first);
    const share = Math.floor(steps / beginnings.length);
    descend(layout, { evenness: leading, moveScale }, Math.floor((share * 2) / 3));
    descend(layout, { evenness: hinting, moveScale: 1 }, share - layout.steps);
    spent += layout.steps;
    add(layout.on);
  }
  return { targets: targets.sort((a, b) => a.points - b.points), spent };
};
