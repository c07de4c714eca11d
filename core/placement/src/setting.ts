import { housing, type Purpose, type Task, taskOf } from "./cast.ts";
import { figuresOf } from "./figures.ts";
import type { MovePlan } from "./move-plan.ts";
import type { Budget, Problem } from "./problem.ts";
import { type Scene, sceneOf } from "./scene.ts";
import { at } from "./table.ts";

/** A purpose made into a scene with a first end that fits, or the answer where there is no choice. */
type Setting =
  | {
      readonly kind: "setting";
      readonly task: Task;
      readonly scene: Scene;
      readonly first: Int32Array;
      readonly spent: number;
    }
  | { readonly kind: "answer"; readonly plan: MovePlan };

/** Houses what has to move, with a quarter of the steps. */
export const settingOf = (given: Problem, purpose: Purpose, budget: Budget): Setting => {
  const task = taskOf(given, purpose);
  const { stopped, held } = task;
  const answer = (plan: MovePlan): Setting => ({ kind: "answer", plan });
  if (held.length > 0)
    return answer({ kind: "impossible", obstacle: { kind: "held", items: held }, stopped, spent: 0 });
  if (purpose.kind === "spread") {
    const scene = sceneOf(task.problem, task.cast, task.table);
    return { kind: "setting", task, scene, first: scene.home, spent: 0 };
  }
  if (!task.cast.mustMove.includes(1)) {
    const scene = sceneOf(task.problem, task.cast, task.table);
    const before = figuresOf(scene, scene.home);
    const { unmeasured } = scene;
    return answer({ kind: "nothing-to-do", why: { kind: "empty" }, before, stopped, unmeasured, spent: 0 });
  }
  const housed = housing(task, { ...budget, steps: Math.floor(budget.steps / 4) }, { rearrange: true });
  const spent = housed.spent.steps;
  switch (housed.kind) {
    case "impossible":
      return answer({ kind: "impossible", obstacle: { kind: "no-place", proof: housed.proof }, stopped, spent });
    case "undecided": {
      const { unplaced } = housed.best;
      return answer({ kind: "undecided", doubt: { kind: "no-place", why: housed.why, unplaced }, stopped, spent });
    }
    case "fits": {
      const goals = new Map([...housed.placements, ...housed.rearranged].map(({ item, to }) => [item, to]));
      const mayMove = Uint8Array.from(task.table.items, ({ name }) => (goals.has(name) ? 1 : 0));
      const scene = sceneOf(task.problem, { ...task.cast, mayMove }, task.table);
      const hostByName = new Map(task.table.hosts.map(({ name }, h) => [name, h]));
      const first = Int32Array.from(scene.bundles, ([item = -1], b) => {
        const goal = goals.get(task.table.items[item]?.name ?? "");
        return goal === undefined ? at(scene.home, b) : (hostByName.get(goal) ?? -1);
      });
      return { kind: "setting", task, scene, first, spent };
    }
  }
};
