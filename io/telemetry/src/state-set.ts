import type { LabelSet } from "./label-set.ts";
import { labelText } from "./label-text.ts";
import type { Sample } from "./sample-list.ts";

/** What is the same in the line of a state whatever it is of: `,state="started"} `. */
type Ends = readonly { readonly state: string; readonly end: string }[];

const known = new WeakMap<readonly string[], Ends>();

const endsOf = (states: readonly string[]): Ends => {
  const before = known.get(states);
  if (before !== undefined) return before;
  const ends = states.map((state) => ({ state, end: `,${labelText(["state"], [state])}} ` }));
  known.set(states, ends);
  return ends;
};

/** In which of some states something is: a sample for each of them, 1 for the one that it is in. Made once. */
export class StateSet {
  readonly held: string;
  readonly #metric: string;
  readonly #of: LabelSet;
  readonly #states: readonly string[];
  #text: string | undefined;
  #samples: readonly Sample[] | undefined;

  /** @param states all that there are: one list for all that can be in them */
  constructor(metric: string, of: LabelSet, states: readonly string[], held: string) {
    this.#metric = metric;
    this.#of = of;
    this.#states = states;
    this.held = held;
  }

  with(name: string, value: string): StateSet {
    return new StateSet(this.#metric, this.#of.with(name, value), this.#states, this.held);
  }

  get text(): string {
    if (this.#text === undefined) {
      const begin = `${this.#metric}{${this.#of.text}`;
      this.#text = "";
      for (const { state, end } of endsOf(this.#states)) this.#text += `${begin}${end}${state === this.held ? 1 : 0}\n`;
    }
    return this.#text;
  }

  get samples(): readonly Sample[] {
    this.#samples ??= this.#states.map((state) => ({
      metric: this.#metric,
      labels: { ...this.#of.record, state },
      value: state === this.held ? 1 : 0,
    }));
    return this.#samples;
  }
}
