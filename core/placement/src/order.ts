import { detour } from "./detour.ts";
import type { Scene } from "./scene.ts";
import { at } from "./table.ts";
import { type Hop, Traffic } from "./traffic.ts";

/** Moves put into steps: those of one step run side by side, and the next step waits for all of them. */
export type Order =
  | { readonly kind: "ordered"; readonly steps: readonly (readonly Hop[])[]; readonly spent: number }
  /** Every arrangement that can be come by was looked at; the goal is none of them. */
  | { readonly kind: "none"; readonly looked: number; readonly spent: number }
  | {
      readonly kind: "undecided";
      /** A way to where it got stuck, and what did not arrive. */
      readonly steps: readonly (readonly Hop[])[];
      readonly left: readonly number[];
      readonly spent: number;
    };

/** Finds an order in which every bundle comes to its goal: greedily, parking one that is in the way; else by search. */
export const orderOf = (scene: Scene, goals: Int32Array, steps: number): Order => {
  const walk = new Walk(scene, goals, steps >> 1);
  const left = walk.run();
  if (left.length === 0) return { kind: "ordered", steps: walk.steps, spent: walk.spent };
  const found = detour(scene, goals, steps - walk.spent);
  const spent = walk.spent + found.spent;
  switch (found.kind) {
    case "found":
      return { kind: "ordered", steps: inSteps(scene, found.ways), spent };
    case "none":
      return { kind: "none", looked: found.looked, spent };
    case "undecided":
      return { kind: "undecided", steps: walk.steps, left, spent };
  }
};

class Walk {
  readonly steps: Hop[][] = [];
  spent = 0;
  readonly #scene: Scene;
  readonly #goals: Int32Array;
  readonly #limit: number;
  readonly #traffic: Traffic;
  readonly #parked = new Set<number>();

  constructor(scene: Scene, goals: Int32Array, limit: number) {
    this.#scene = scene;
    this.#goals = goals;
    this.#limit = limit;
    this.#traffic = new Traffic(scene);
  }

  /** Answers the bundles that did not arrive. */
  run(): number[] {
    for (;;) {
      const left = this.#left();
      if (left.length === 0 || this.spent > this.#limit) return left;
      for (const bundle of left) {
        const goal = at(this.#goals, bundle);
        this.spent++;
        if (this.#traffic.mayGo(bundle, goal)) this.#traffic.setOut(bundle, goal);
      }
      if (this.#traffic.hops.length === 0 && !this.#park(left)) return left;
      this.steps.push(this.#traffic.arrive());
    }
  }

  /** Those that have to move first, then the largest. */
  #left(): number[] {
    const { mustMove, demand, width } = this.#scene;
    const size = (bundle: number): number => at(demand, bundle * width);
    return [...this.#goals.keys()]
      .filter((b) => at(this.#goals, b) >= 0 && this.#traffic.hostOf(b) !== at(this.#goals, b))
      .sort((a, b) => at(mustMove, b) - at(mustMove, a) || size(b) - size(a) || a - b);
  }

  /** Sends one bundle out of the way, once: best one that lets another arrive, else one that has to leave anyway. */
  #park(left: readonly number[]): boolean {
    const waiting = new Set(left);
    const { demand, width, movable, hostCount } = this.#scene;
    let spare: { bundle: number; host: number } | undefined;
    for (const blocked of left) {
      const goal = at(this.#goals, blocked);
      const inTheWay = this.#traffic
        .bundlesOn(goal)
        .filter((b) => b !== blocked && at(movable, b) === 1 && !this.#parked.has(b))
        .sort(
          (a, b) =>
            Number(waiting.has(b)) - Number(waiting.has(a)) || at(demand, a * width) - at(demand, b * width) || a - b,
        );
      for (const bundle of inTheWay) {
        this.spent++;
        const opens = this.#traffic.mayGo(blocked, goal, bundle);
        if (!opens && (spare !== undefined || !waiting.has(bundle))) continue;
        for (let host = 0; host < hostCount; host++) {
          if (host === goal || !this.#traffic.mayGo(bundle, host)) continue;
          if (opens) return this.#sendAway(bundle, host);
          spare ??= { bundle, host };
        }
      }
    }
    return spare !== undefined && this.#sendAway(spare.bundle, spare.host);
  }

  #sendAway(bundle: number, host: number): boolean {
    this.#parked.add(bundle);
    return this.#traffic.setOut(bundle, host);
  }
}

/** Puts ways that are good one after the other side by side where they do not need each other; stops before one that is not. */
export const inSteps = (scene: Scene, ways: readonly { readonly bundle: number; readonly to: number }[]): Hop[][] => {
  const traffic = new Traffic(scene);
  const steps: Hop[][] = [];
  for (const { bundle, to } of ways) {
    while (!(traffic.mayGo(bundle, to) && traffic.setOut(bundle, to))) {
      if (traffic.hops.length === 0) return steps;
      steps.push(traffic.arrive());
    }
  }
  while (traffic.hops.length > 0) steps.push(traffic.arrive());
  return steps;
};
