import type { Metrics } from "./metrics.ts";

/** Puts everything with one more label. */
export const labelled = (to: Metrics, name: string, value: string): Metrics => ({
  of: (family) => {
    const lines = to.of({ ...family, labels: [...family.labels, name] });
    return {
      family: lines.family,
      add: (labels, number, suffix) => lines.add(labels.with(name, value), number, suffix),
      set: (values, number) => lines.set([...values, value], number),
      states: (states) => lines.states(states.with(name, value)),
    };
  },
});
