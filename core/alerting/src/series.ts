import type { Instant, Seconds } from "@orrery/model";
import { type Labels, labelKey, type Matcher, matches } from "./labels.ts";

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

type Kept = {
  readonly metric: string;
  readonly labels: Labels;
  readonly span: Seconds;
  points: Point[];
  live: boolean;
};

/** How far back the series of a metric that meet conditions are asked for. */
export type Reach = Readonly<Record<string, readonly { readonly where: readonly Matcher[]; readonly span: Seconds }[]>>;

/**
 * The newest stretch of what rules need of what is collected, for their evaluation in process. A series that a look does not bring any
 * more ends there, as a target's series do in Prometheus; a look that failed ends all of them.
 */
export class SeriesWindow implements SeriesSource {
  readonly #reach: Reach;
  readonly #byMetric = new Map<string, Map<string, Kept>>();

  /** @param reach what to keep, and for how long; nothing else is kept at all. See `reachOf`. */
  constructor(reach: Reach) {
    this.#reach = reach;
  }

  seriesOf(metric: string): Iterable<Series> {
    return this.#byMetric.get(metric)?.values() ?? [];
  }

  /** How far back a series is asked for; 0 where it is not. */
  #spanOf(metric: string, labels: Labels): Seconds {
    let most = 0;
    for (const { where, span } of this.#reach[metric] ?? [])
      if (span > most && where.every((matcher) => matches(matcher, labels))) most = span;
    return most;
  }

  /** Takes in one look, later than all before it. Nothing, where it failed. */
  take(at: Instant, samples: readonly Sample[]): void {
    const brought = new Set<Kept>();
    for (const { metric, labels, value } of samples) {
      const span = this.#spanOf(metric, labels);
      if (span === 0) continue;
      let ofMetric = this.#byMetric.get(metric);
      if (ofMetric === undefined) {
        ofMetric = new Map();
        this.#byMetric.set(metric, ofMetric);
      }
      const key = labelKey(labels);
      let kept = ofMetric.get(key);
      if (kept === undefined) {
        kept = { metric, labels, span, points: [], live: true };
        ofMetric.set(key, kept);
      }
      kept.points.push({ at, value });
      kept.live = true;
      brought.add(kept);
    }
    for (const [metric, ofMetric] of this.#byMetric) {
      for (const [key, kept] of ofMetric) {
        if (kept.live && !brought.has(kept)) {
          kept.points.push({ at, value: "stale" });
          kept.live = false;
        }
        const oldest = at - kept.span * 1_000;
        const first = kept.points.findIndex((point) => point.at >= oldest);
        if (first === -1) ofMetric.delete(key);
        else if (first > 0) kept.points.splice(0, first);
      }
      if (ofMetric.size === 0) this.#byMetric.delete(metric);
    }
  }

  /** Of one look, what is asked for from longer ago than that: whoever starts anew cannot do without it. */
  lasting(samples: readonly Sample[], longerThan: Seconds): readonly Sample[] {
    return samples.filter(({ metric, labels }) => this.#spanOf(metric, labels) > longerThan);
  }
}
