import { absorbAny } from "./absorb.ts";
import { waysKeeping, waysOf } from "./absorbing-ways.ts";
import type { Purpose, Task } from "./cast.ts";
import { stepDown } from "./descent.ts";
import { anyOpen, anywhere, detour } from "./detour.ts";
import { explained } from "./explanation.ts";
import { figuresOf } from "./figures.ts";
import { Layout } from "./layout.ts";
import { type LinearModel, modelOf } from "./linear-model.ts";
import type { Doubt, MovePlan } from "./move-plan.ts";
import { inSteps, type Order, orderOf } from "./order.ts";
import type { Budget, Problem } from "./problem.ts";
import { type Scene, sceneOf } from "./scene.ts";
import { settingOf } from "./setting.ts";
import { lowerBound } from "./spread-bound.ts";
import { at } from "./table.ts";
import { targetsOf } from "./target.ts";
import type { Hop } from "./traffic.ts";
import { leastGain, weights } from "./weights.ts";

/** Ends that are tried for an order, and for what the loss of a host would do, before giving up. */
const mostEnds = 4;

/** What an exact solver found: an end, and points that it showed no end to come below. */
export interface Hint {
  /** Host of each item, by name. An end that breaks a rule is not taken. */
  readonly ends: ReadonlyMap<string, string>;
  readonly bound: number;
}

/**
 * What to move, where to, and in which order, so that the purpose is met, no host is over its room at any time, and no
 * rule is broken on the way. Guests are looked at all alike, whether HA keeps them or not. A draining plan moves others
 * only where those that leave find no place otherwise. Spreading never answers what is worse than doing nothing.
 * Throws a RangeError where the problem is not well formed or does not have what the purpose names.
 */
export const planMoves = (problem: Problem, purpose: Purpose, budget: Budget, hint?: Hint): MovePlan => {
  const setting = settingOf(problem, purpose, budget);
  if (setting.kind === "answer") return setting.plan;
  const { task, scene, first, spent } = setting;
  const planning = new Planning(task, scene, first, budget.steps - spent, hint);
  return purpose.kind === "spread" ? planning.spread() : planning.rehouse();
};

/** A plan's question for an exact solver. */
export interface MoveModel {
  readonly model: LinearModel;
  /** The values of the plan's end: where the solver may begin. */
  readonly start: Float64Array;
  /** Host of each item by the solver's values. */
  readonly endsOf: (values: ArrayLike<number>) => Map<string, string>;
}

/**
 * The same question as a linear program, with the plan's end to begin with; what comes back is the `hint` that
 * `planMoves` takes, with the same budget. Undefined where the plan left no choice. Throws as `planMoves` does.
 */
export const modelMoves = (
  problem: Problem,
  purpose: Purpose,
  budget: Budget,
  plan: MovePlan,
): MoveModel | undefined => {
  const setting = settingOf(problem, purpose, budget);
  if (setting.kind === "answer" || (plan.kind !== "moves" && plan.kind !== "nothing-to-do")) return undefined;
  const { scene, first } = setting;
  const { model, valuesOf, layoutOf } = modelOf(scene);
  const moved = new Map(
    plan.kind === "moves" ? plan.steps.flatMap(({ moves }) => moves.map(({ item, to }) => [item, to])) : [],
  );
  return {
    model,
    start: valuesOf(layoutWith(scene, plan.kind === "moves" ? scene.home : first, moved)),
    endsOf: (values) => {
      const ends = new Map<string, string>();
      layoutOf(values).forEach((host, b) => {
        const name = scene.table.hosts[host]?.name;
        if (name !== undefined)
          for (const item of scene.bundles[b] ?? []) ends.set(scene.table.items[item]?.name ?? "", name);
      });
      return ends;
    },
  };
};

class Planning {
  readonly #task: Task;
  readonly #scene: Scene;
  readonly #first: Int32Array;
  readonly #steps: number;
  readonly #bound: number;
  readonly #hint: Hint | undefined;
  #spent = 0;
  #absorbed: ReadonlySet<string> | undefined;

  constructor(task: Task, scene: Scene, first: Int32Array, steps: number, hint?: Hint) {
    this.#task = task;
    this.#scene = scene;
    this.#first = first;
    this.#steps = steps;
    this.#hint = hint;
    this.#bound = Math.max(lowerBound(scene), hint?.bound ?? 0);
  }

  /** Every end has to gain enough; one that cannot be come by is cut short where it gets stuck. */
  spread(): MovePlan {
    const scene = this.#scene;
    const before = new Layout(scene, this.#first).points();
    const atMost = Math.max(0, before - this.#bound);
    const nothing = (why: (MovePlan & { kind: "nothing-to-do" })["why"]): MovePlan => ({
      kind: "nothing-to-do",
      why,
      before: figuresOf(scene, this.#first),
      stopped: this.#task.stopped,
      unmeasured: scene.unmeasured,
      spent: this.#spent,
    });
    if (atMost < leastGain) return nothing({ kind: "not-worth-it", gain: 0, least: leastGain, atMost });
    const ends = this.#ends();
    const [best] = ends;
    const gain = before - (best?.points ?? before);
    if (gain < leastGain) return nothing({ kind: "not-worth-it", gain, least: leastGain, atMost });
    let doubt: Doubt | undefined;
    for (const { on, points } of ends) {
      if (before - points < leastGain) break;
      const order = this.#order(on);
      const reached =
        order.kind === "ordered" ? on : order.kind === "undecided" ? endOf(scene, order.steps) : undefined;
      const steps = order.kind === "none" ? [] : order.steps;
      if (order.kind !== "ordered") doubt ??= { kind: "no-order", left: this.#leftBy(order, on) };
      if (reached === undefined) continue;
      const unabsorbed = this.#unabsorbed(reached);
      const lost = unabsorbed.length * weights.unabsorbed;
      const isWorthIt = before - new Layout(scene, reached).points() - lost >= leastGain;
      if (this.#mustAbsorb() ? !this.#keeps(reached, steps) : lost > 0 && !isWorthIt) {
        const kept = this.#keeping(steps);
        if (before - new Layout(scene, kept.on).points() >= leastGain)
          return this.#answer(kept.on, kept.steps, [], before);
        doubt ??= { kind: "not-absorbed", hosts: unabsorbed };
        continue;
      }
      if (isWorthIt) return this.#answer(reached, steps, unabsorbed, before);
    }
    if (doubt !== undefined) {
      // Good ends are out of reach: as far as it gets by moves each of which can be done at once.
      const layout = new Layout(scene, this.#first);
      let steps = inSteps(scene, stepDown(layout, { evenness: 0, moveScale: 1 }, this.#steps));
      this.#spent += layout.steps;
      if (this.#mustAbsorb()) steps = this.#keeping(steps).steps;
      const on = endOf(scene, steps);
      const unabsorbed = this.#unabsorbed(on);
      const lost = unabsorbed.length * weights.unabsorbed;
      const keeps = unabsorbed.length === 0 || !this.#mustAbsorb();
      if (keeps && before - new Layout(scene, on).points() - lost >= leastGain)
        return this.#answer(on, steps, unabsorbed, before);
    }
    return nothing(
      doubt === undefined
        ? { kind: "not-worth-it", gain, least: leastGain, atMost }
        : { kind: "out-of-reach", doubt, atMost },
    );
  }

  /** The first end, cheapest first, that can be come by and keeps the rules. */
  rehouse(): MovePlan {
    const { stopped } = this.#task;
    let doubt: Doubt = { kind: "no-order", left: [] };
    let fallback: MovePlan | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const { on, points } of this.#ends()) {
      const order = this.#order(on);
      if (order.kind !== "ordered") {
        if (doubt.kind === "no-order") doubt = { kind: "no-order", left: this.#leftBy(order, on) };
        continue;
      }
      const unabsorbed = this.#unabsorbed(on);
      let { steps } = order;
      if (this.#mustAbsorb() && !this.#keeps(on, steps)) {
        const kept = this.#keeping(steps);
        const arrives = kept.on.every((host, b) => host === at(on, b));
        if (!arrives || unabsorbed.length > 0) {
          doubt = { kind: "not-absorbed", hosts: unabsorbed.length > 0 ? unabsorbed : this.#lostOn(steps) };
          continue;
        }
        steps = kept.steps;
      }
      const charged = points + unabsorbed.length * weights.unabsorbed;
      if (charged >= least) continue;
      [fallback, least] = [this.#answer(on, steps, unabsorbed), charged];
      if (unabsorbed.length === 0) break;
    }
    if (fallback !== undefined) return { ...fallback, spent: this.#spent };
    return doubt.kind === "no-order" ? this.#anyEnd(doubt) : { kind: "undecided", doubt, stopped, spent: this.#spent };
  }

  /** Looks for any way to any end, all that may move moving: where there is none, that is shown. */
  #anyEnd(doubt: Doubt): MovePlan {
    const { stopped, problem, cast, table } = this.#task;
    const scene = sceneOf(problem, cast, table);
    const goals = Int32Array.from(scene.mustMove, (must) => (must === 1 ? anyOpen : anywhere));
    const found = detour(scene, goals, Math.max(0, this.#steps - this.#spent));
    this.#spent += found.spent;
    switch (found.kind) {
      case "none": {
        const items = table.items.flatMap(({ name }, i) => (at(cast.mustMove, i) === 1 ? [name] : []));
        return {
          kind: "impossible",
          obstacle: { kind: "no-order", items, looked: found.looked },
          stopped,
          spent: this.#spent,
        };
      }
      case "found": {
        const steps = inSteps(scene, found.ways);
        const on = endOf(scene, steps);
        const wider = new Planning(this.#task, scene, on, this.#steps);
        wider.#spent = this.#spent;
        const unabsorbed = wider.#unabsorbed(on);
        if (!wider.#mustAbsorb() || wider.#keeps(on, steps)) return wider.#answer(on, steps, unabsorbed);
        return { kind: "undecided", doubt: { kind: "not-absorbed", hosts: unabsorbed }, stopped, spent: wider.#spent };
      }
      case "undecided":
        return { kind: "undecided", doubt, stopped, spent: this.#spent };
    }
  }

  #ends(): { on: Int32Array; points: number }[] {
    const { targets, spent } = targetsOf(this.#scene, this.#first, Math.floor((this.#steps * 3) / 4));
    this.#spent += spent;
    if (this.#hint !== undefined) {
      const layout = new Layout(this.#scene, layoutWith(this.#scene, this.#first, this.#hint.ends));
      if (layout.isSound()) targets.push({ on: layout.on, points: layout.points() });
    }
    return targets.sort((a, b) => a.points - b.points).slice(0, mostEnds);
  }

  #order(on: Int32Array): Order {
    const order = orderOf(this.#scene, on, Math.floor(Math.max(0, this.#steps - this.#spent) / 2));
    this.#spent += order.spent;
    return order;
  }

  #leftBy(order: Order, on: Int32Array): string[] {
    const bundles =
      order.kind === "undecided" ? order.left : [...on.keys()].filter((b) => at(on, b) !== at(this.#scene.home, b));
    return bundles
      .flatMap((b) => this.#scene.bundles[b] ?? [])
      .sort((a, b) => a - b)
      .map((item) => this.#task.table.items[item]?.name ?? "");
  }

  #answer(on: Int32Array, hops: readonly (readonly Hop[])[], unabsorbed: string[], before?: number): MovePlan {
    const scene = this.#scene;
    const after = new Layout(scene, on).points() + unabsorbed.length * weights.unabsorbed;
    const score = { after, bound: this.#bound, gap: Math.max(0, after - this.#bound) };
    return {
      kind: "moves",
      steps: explained(scene, on, hops),
      score: before === undefined ? score : { before, ...score },
      before: figuresOf(scene, scene.home),
      after: figuresOf(scene, on),
      stopped: this.#task.stopped,
      unmeasured: scene.unmeasured,
      unabsorbed,
      spent: this.#spent,
    };
  }

  #mustAbsorb(): boolean {
    const { absorbs } = this.#scene.problem;
    return absorbs === "rule" || absorbs === "always";
  }

  /** Whether no loss goes unabsorbed that was absorbed before: in the end, and after each step where that is asked for. */
  #keeps(on: Int32Array, steps: readonly (readonly Hop[])[]): boolean {
    if (this.#scene.problem.absorbs !== "always") return this.#unabsorbed(on).length === 0;
    return this.#lostOn(steps).length === 0;
  }

  /** Hosts whose loss goes unabsorbed after the first step of which that is true. */
  #lostOn(steps: readonly (readonly Hop[])[]): string[] {
    for (let count = 1; count <= steps.length; count++) {
      const lost = this.#unabsorbed(endOf(this.#scene, steps.slice(0, count)));
      if (lost.length > 0) return lost;
    }
    return [];
  }

  /** As much of those steps as can be done with every loss absorbed all the way. */
  #keeping(steps: readonly (readonly Hop[])[]): { readonly on: Int32Array; readonly steps: Hop[][] } {
    const scene = this.#scene;
    const looks = scene.bundles.length * scene.hostCount;
    const ways = waysKeeping(scene, waysOf(steps), (on) => {
      this.#spent += looks;
      return this.#spent <= this.#steps && this.#unabsorbed(on).length === 0;
    });
    const kept = inSteps(scene, ways);
    return { on: endOf(scene, kept), steps: kept };
  }

  /** Hosts whose loss was absorbed before and is not, or not surely, with the bundles there. */
  #unabsorbed(on: Int32Array): string[] {
    if (this.#scene.problem.absorbs === undefined) return [];
    this.#absorbed ??= this.#absorbable(this.#scene.home);
    const after = this.#absorbable(on);
    return [...this.#absorbed].filter((host) => !after.has(host));
  }

  /** Hosts that take guests now and whose loss is absorbed, with every bundle on its host. */
  #absorbable(on: Int32Array): Set<string> {
    const { problem, table } = this.#task;
    const ends = new Map<string, string | undefined>();
    this.#scene.bundles.forEach((bundle, b) => {
      const host = at(on, b);
      for (const item of bundle) {
        const name = table.items[item]?.name ?? "";
        ends.set(name, table.hosts[host < 0 ? at(table.home, item) : host]?.name);
      }
    });
    const items = problem.items.flatMap((item) => {
      const host = ends.get(item.name);
      return host === undefined ? [] : [{ ...item, host }];
    });
    const share = Math.floor(Math.max(0, this.#steps - this.#spent) / 8);
    const losses = absorbAny({ ...problem, items }, { steps: share });
    this.#spent += losses.reduce((sum, loss) => sum + loss.spent.steps, 0);
    const open = new Set(problem.hosts.filter((host) => host.standing === undefined).map((host) => host.name));
    return new Set(losses.filter((loss) => loss.kind === "fits" && open.has(loss.lost)).map((loss) => loss.lost));
  }
}

/** A layout with the bundles of the named items on the hosts that are named for them. */
const layoutWith = (scene: Scene, on: Int32Array, ends: ReadonlyMap<string, string>): Int32Array =>
  on.map((host, b) => {
    const [item = -1] = scene.bundles[b] ?? [];
    const end = ends.get(scene.table.items[item]?.name ?? "");
    const found = end === undefined ? -1 : scene.table.hosts.findIndex(({ name }) => name === end);
    return found < 0 ? host : found;
  });

/** Where bundles are after those steps. */
const endOf = (scene: Scene, steps: readonly (readonly Hop[])[]): Int32Array => {
  const on = scene.home.slice();
  for (const hop of steps.flat()) on[hop.bundle] = hop.to;
  return on;
};
