import type { Family } from "./family.ts";
import type { LabelSet } from "./label-set.ts";
import type { StateSet } from "./state-set.ts";

/** Takes the samples of one metric. Nothing is taken of what is unknown. */
export type MetricSamples = {
  readonly family: Family;
  /** One sample; `suffix` of its name in a histogram or summary, such as `_sum`. */
  readonly add: (labels: LabelSet, value: number | undefined, suffix?: string) => void;
  /** One sample, its labels as values in the order of the family's names. */
  readonly set: (values: readonly string[], value: number | undefined) => void;
  /** A sample for each state of something. */
  readonly states: (states: StateSet) => void;
};

/** Where what is measured is put: on a page of text (`MetricsPage`), or in a list (`SampleList`). */
export type Metrics = { readonly of: (family: Family) => MetricSamples };
