import type { Instant, Seconds } from "@orrery/model";
import { type Labels, labelKey } from "./labels.ts";

/** A value at a moment, or the mark that from here on there is none: the series was missing where it was looked for. */
export type Point = { readonly at: Instant; readonly value: number | "stale" };

export type Series = { readonly metric: string; readonly labels: Labels; readonly points: readonly Point[] };

/** Where an evaluation finds its series. */
export type SeriesSource = {
  /** All series of a metric; points ascending, at least those of the range, both ends included. */
  readonly seriesOf: (metric: string, from: Instant, to: Instant) => Iterable<Series>;
};

/** What one look at a target brought. */
export type Sample = { readonly metric: string; readonly labels: Labels; readonly value: number };

/** Series that are all there from the start. */
export const seriesIn = (series: readonly Series[]): SeriesSource => {
  const byMetric = Map.groupBy(series, ({ metric }) => metric);
  return { seriesOf: (metric) => byMetric.get(metric) ?? [] };
};

type Kept = { readonly metric: string; readonly labels: Labels; points: Point[]; live: boolean };

/**
 * The newest stretch of what rules need of what is collected, for their evaluation in process. A series that a look does not bring any
 * more ends there, as a target's series do in Prometheus; a look that failed ends all of them.
 */
export class SeriesWindow implements SeriesSource {
  readonly #reach: Readonly<Record<string, Seconds>>;
  readonly #byMetric = new Map<string, Map<string, Kept>>();

  /** @param reach how far back to keep each metric; others are not kept at all. See `reachOf`. */
  constructor(reach: Readonly<Record<string, Seconds>>) {
    this.#reach = reach;
  }

  seriesOf(metric: string): Iterable<Series> {
    return this.#byMetric.get(metric)?.values() ?? [];
  }

  /** Takes in one look, later than all before it. Nothing, where it failed. */
  take(at: Instant, samples: readonly Sample[]): void {
    const brought = new Set<Kept>();
    for (const { metric, labels, value } of samples) {
      if (this.#reach[metric] === undefined) continue;
      let ofMetric = this.#byMetric.get(metric);
      if (ofMetric === undefined) {
        ofMetric = new Map();
        this.#byMetric.set(metric, ofMetric);
      }
      const key = labelKey(labels);
      let kept = ofMetric.get(key);
      if (kept === undefined) {
        kept = { metric, labels, points: [], live: true };
        ofMetric.set(key, kept);
      }
      kept.points.push({ at, value });
      kept.live = true;
      brought.add(kept);
    }
    for (const [metric, ofMetric] of this.#byMetric) {
      const oldest = at - (this.#reach[metric] ?? 0) * 1_000;
      for (const [key, kept] of ofMetric) {
        if (kept.live && !brought.has(kept)) {
          kept.points.push({ at, value: "stale" });
          kept.live = false;
        }
        const first = kept.points.findIndex((point) => point.at >= oldest);
        if (first === -1) ofMetric.delete(key);
        else if (first > 0) kept.points.splice(0, first);
      }
      if (ofMetric.size === 0) this.#byMetric.delete(metric);
    }
  }
}
