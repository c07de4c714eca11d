import type { Family } from "./family.ts";
import { labelText } from "./label-text.ts";
import type { MetricsPage } from "./metrics-page.ts";

type Series = { readonly labels: string; readonly counts: number[]; sum: number; count: number };

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
    const labels = labelText(this.#family.labels, values);
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

  write(page: MetricsPage): void {
    const lines = page.of(this.#family);
    const { name } = this.#family;
    for (const { labels, counts, sum, count } of this.#series.values()) {
      const more = labels === "" ? "" : `${labels},`;
      const own = labels === "" ? "" : `{${labels}}`;
      if (this.#bounds.length > 0) {
        const buckets = this.#bounds.map(
          (bound, index) => `${name}_bucket{${more}le="${boundText(bound)}"} ${counts[index] ?? 0}\n`,
        );
        lines.lines(`${buckets.join("")}${name}_bucket{${more}le="+Inf"} ${count}\n`);
      }
      lines.lines(`${name}_sum${own} ${sum}\n${name}_count${own} ${count}\n`);
    }
  }
}

/** What is counted, by labels. */
export class Count {
  readonly #family: Family;
  readonly #counts = new Map<string, number>();

  constructor(family: Family) {
    this.#family = family;
  }

  add(values: readonly string[], more = 1): void {
    const labels = labelText(this.#family.labels, values);
    this.#counts.set(labels, (this.#counts.get(labels) ?? 0) + more);
  }

  write(page: MetricsPage): void {
    const lines = page.of(this.#family);
    for (const [labels, count] of this.#counts) lines.add(labels, count);
  }
}
