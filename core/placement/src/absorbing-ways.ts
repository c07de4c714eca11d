import type { Scene } from "./scene.ts";
import { type Hop, Traffic } from "./traffic.ts";

interface Way {
  readonly bundle: number;
  readonly to: number;
}

/** The ways of whole bundles that steps are made of, in their order. */
export const waysOf = (steps: readonly (readonly Hop[])[]): Way[] => {
  const ways: Way[] = [];
  const last = new Map<number, number>();
  for (const { bundle, to } of steps.flat()) {
    if (last.get(bundle) === to) continue;
    last.set(bundle, to);
    ways.push({ bundle, to });
  }
  return ways;
};

/**
 * Of those ways the ones that can be done one after the other with `keeps` true of where bundles are after each. What
 * cannot be done in its turn is tried again after others, as long as any can.
 */
export const waysKeeping = (scene: Scene, ways: readonly Way[], keeps: (on: Int32Array) => boolean): Way[] => {
  const traffic = new Traffic(scene);
  const on = scene.home.slice();
  const done: Way[] = [];
  let left = [...ways];
  for (let before = -1; done.length !== before; ) {
    before = done.length;
    const later: Way[] = [];
    // A bundle that moves twice does so in its order.
    const waiting = new Set<number>();
    for (const way of left) {
      const { bundle, to } = way;
      const next = on.slice();
      next[bundle] = to;
      if (waiting.has(bundle) || !traffic.mayGo(bundle, to) || !keeps(next)) {
        later.push(way);
        waiting.add(bundle);
        continue;
      }
      traffic.setOut(bundle, to);
      while (traffic.hops.length > 0) traffic.arrive();
      on[bundle] = to;
      done.push(way);
    }
    left = later;
  }
  return done;
};
