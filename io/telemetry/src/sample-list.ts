import type { Family } from "./family.ts";
import { LabelSet } from "./label-set.ts";
import type { MetricSamples, Metrics } from "./metrics.ts";

/** A value of a series at the moment that somebody looked. */
export type Sample = {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

/** Metrics as a list of what a page of text would say. */
export class SampleList implements Metrics {
  readonly samples: Sample[] = [];

  of(family: Family): MetricSamples {
    const { samples } = this;
    const add = (labels: LabelSet, value: number | undefined, suffix = ""): void => {
      if (value !== undefined) samples.push({ metric: family.name + suffix, labels: labels.record, value });
    };
    return {
      family,
      add,
      set: (values, value) => {
        if (value !== undefined) add(new LabelSet(family.labels, values), value);
      },
      states: (states) => {
        for (const sample of states.samples) samples.push(sample);
      },
    };
  }
}
