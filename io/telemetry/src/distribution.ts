import type { Family } from "./family.ts";
import { LabelSet } from "./label-set.ts";
import type { Metrics } from "./metrics.ts";

type Series = { readonly labels: LabelSet; readonly counts: number[]; sum: number; count: number };

/** OpenMetrics wants a point in every bound, the Prometheus format does not mind one. */
const boundText = (bound: number): string => (Number.isInteger(bound) ? bound.toFixed(1) : String(bound));

/** What is observed again and again, as a histogram, or with no bounds as a summary of sum and count. */
export class Distribution {
  readonly #family: Family;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  constructor(family: Family, bounds: readonly number[] = []) {
    this.#family = family;
    this.#bounds = bounds;
  }

  #of(values: readonly string[]): Series {
    const key = values.join("\u0000");
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const labels = new LabelSet(this.#family.labels, values);
    const series: Series = { labels, counts: this.#bounds.map(() => 0), sum: 0, count: 0 };
    this.#series.set(key, series);
    return series;
  }

  /** A series that is there before anything was observed. */
  begin(values: readonly string[]): void {
    this.#of(values);
  }

  observe(values: readonly string[], value: number): void {
    const series = this.#of(values);
    series.sum += value;
    series.count += 1;
    for (const [index, bound] of this.#bounds.entries())
      if (value <= bound) series.counts[index] = (series.counts[index] ?? 0) + 1;
  }

  write(to: Metrics): void {
    const lines = to.of(this.#family);
    for (const { labels, counts, sum, count } of this.#series.values()) {
      if (this.#bounds.length > 0) {
        for (const [index, bound] of this.#bounds.entries())
          lines.add(labels.with("le", boundText(bound)), counts[index] ?? 0, "_bucket");
        lines.add(labels.with("le", "+Inf"), count, "_bucket");
      }
      lines.add(labels, sum, "_sum");
      lines.add(labels, count, "_count");
    }
  }
}

/** What is counted, by labels. */
export class Count {
  readonly #family: Family;
  readonly #counts = new Map<string, { readonly labels: LabelSet; count: number }>();

  constructor(family: Family) {
    this.#family = family;
  }

  add(values: readonly string[], more = 1): void {
    const key = values.join("\u0000");
    const known = this.#counts.get(key);
    if (known !== undefined) known.count += more;
    else this.#counts.set(key, { labels: new LabelSet(this.#family.labels, values), count: more });
  }

  write(to: Metrics): void {
    const lines = to.of(this.#family);
    for (const { labels, count } of this.#counts.values()) lines.add(labels, count);
  }
}
