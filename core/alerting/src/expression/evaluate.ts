import type { Instant, Seconds } from "@orrery/model";
import { keyOn, type Labels, labelKey, matches, onlyLabels, wholly } from "../labels.ts";
import type { Series, SeriesSource } from "../series.ts";
import type { aggregates, arithmetics, comparisons, Expression, Pairing, Select } from "./expression.ts";
import { forecastOf, growthOf, type Value, windowValue } from "./stretch.ts";

/** A series at the moment of evaluation. Names of metrics are gone: nothing is told apart by them. */
export type Element = { readonly labels: Labels; readonly value: number };

/** Series at a moment; or one number. */
type Answer = number | readonly Element[];

/** Why an expression has no answer: series that should have been one were several. Its rule stays as it was. */
export class Ambiguous extends Error {}

/** How long a series that nobody looks at any more counts as it last was. */
export const lookBack: Seconds = 300;

type Looking = { readonly source: SeriesSource; readonly at: Instant };

/** The place of the last point at or before a moment; -1 before all. */
const lastAt = ({ points }: Series, at: Instant): number => {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.at ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

function* selected({ source, at }: Looking, { metric, where, ago = 0 }: Select, span: Seconds): Generator<Series> {
  const to = at - ago * 1_000;
  for (const series of source.seriesOf(metric, to - span * 1_000, to))
    if (where.every((matcher) => matches(matcher, series.labels))) yield series;
}

const newest = (looking: Looking, select: Select): Element[] => {
  const to = looking.at - (select.ago ?? 0) * 1_000;
  const found: Element[] = [];
  for (const series of selected(looking, select, lookBack)) {
    const point = series.points[lastAt(series, to)];
    if (point === undefined || point.value === "stale" || point.at < to - lookBack * 1_000) continue;
    found.push({ labels: series.labels, value: point.value });
  }
  return found;
};

const stretches = (
  looking: Looking,
  select: Select,
  span: Seconds,
  made: (values: readonly Value[], from: number, to: number) => number | undefined,
): Element[] => {
  const to = looking.at - (select.ago ?? 0) * 1_000;
  const from = to - span * 1_000;
  const found: Element[] = [];
  for (const series of selected(looking, select, span)) {
    const values: Value[] = [];
    const { points } = series;
    for (let index = lastAt(series, from - 1) + 1; index < points.length; index++) {
      const point = points[index];
      if (point === undefined || point.at > to) break;
      if (point.value !== "stale") values.push({ at: point.at, value: point.value });
    }
    if (values.length === 0) continue;
    const value = made(values, from, to);
    if (value !== undefined) found.push({ labels: series.labels, value });
  }
  return found;
};

const arithmetic: Record<(typeof arithmetics)[number], (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};
const comparison: Record<(typeof comparisons)[number], (a: number, b: number) => boolean> = {
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};

const aggregated: Record<(typeof aggregates)[number], (values: readonly number[]) => number> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  max: (values) => values.reduce((best, value) => (value > best || Number.isNaN(best) ? value : best)),
  min: (values) => values.reduce((best, value) => (value < best || Number.isNaN(best) ? value : best)),
  avg: (values) => {
    let mean = 0;
    for (const [index, value] of values.entries()) mean += value / (index + 1) - mean / (index + 1);
    return mean;
  },
  count: (values) => values.length,
};

const keyFor = (on: readonly string[] | undefined): ((labels: Labels) => string) =>
  on === undefined ? labelKey : (labels) => keyOn(labels, on);

/** The labels of a pair: the left one's, those that were paired on alone, or with some of the right one's. */
const pairLabels = (left: Labels, right: Labels, pairing: Pairing | undefined): Labels => {
  if (pairing === undefined) return left;
  if (pairing.copy === undefined) return onlyLabels(left, pairing.on);
  const { ...labels }: Record<string, string> = left;
  for (const name of pairing.copy) {
    if (right[name]) labels[name] = right[name];
    else delete labels[name];
  }
  return labels;
};

/** Every series on the left with its one on the right. */
const paired = (
  left: readonly Element[],
  right: readonly Element[],
  pairing: Pairing | undefined,
  made: (left: number, right: number) => number | undefined,
): Element[] => {
  if (left.length === 0 || right.length === 0) return [];
  const key = keyFor(pairing?.on);
  const ones = new Map<string, Element>();
  for (const one of right) {
    const at = key(one.labels);
    if (ones.has(at)) throw new Ambiguous(`several series on the right belong to ${at}`);
    ones.set(at, one);
  }
  const taken = new Set<string>();
  const found: Element[] = [];
  for (const many of left) {
    const at = key(many.labels);
    const one = ones.get(at);
    if (one === undefined) continue;
    const value = made(many.value, one.value);
    if (value === undefined) continue;
    const labels = pairLabels(many.labels, one.labels, pairing);
    const unique = pairing?.copy === undefined ? at : labelKey(labels);
    if (taken.has(unique)) throw new Ambiguous(`several series on the left belong to ${unique}`);
    taken.add(unique);
    found.push({ labels, value });
  }
  return found;
};

const unique = (elements: readonly Element[]): readonly Element[] => {
  if (new Set(elements.map(({ labels }) => labelKey(labels))).size < elements.length)
    throw new Ambiguous("several series have the same labels");
  return elements;
};

const answer = (expression: Expression, looking: Looking): Answer => {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "now":
      return looking.at / 1_000;
    case "constant":
      return [{ labels: {}, value: expression.value }];
    case "select":
      return newest(looking, expression);
    case "window":
      return stretches(looking, expression.of, expression.span, windowValue[expression.how]);
    case "growth":
      return stretches(looking, expression.of, expression.span, (values, from, to) =>
        growthOf(values, from, to, expression.per),
      );
    case "forecast":
      return stretches(looking, expression.of, expression.span, (values) =>
        forecastOf(values, looking.at, expression.ahead),
      );
    case "aggregate": {
      const groups = new Map<string, { labels: Labels; values: number[] }>();
      for (const { labels, value } of evaluate(expression.of, looking.source, looking.at)) {
        const key = keyOn(labels, expression.by);
        const group = groups.get(key);
        if (group === undefined) groups.set(key, { labels: onlyLabels(labels, expression.by), values: [value] });
        else group.values.push(value);
      }
      return [...groups.values()].map(({ labels, values }) => ({ labels, value: aggregated[expression.how](values) }));
    }
    case "arithmetic": {
      const [left, right] = [answer(expression.left, looking), answer(expression.right, looking)];
      const work = arithmetic[expression.operator];
      if (typeof left === "number")
        return typeof right === "number"
          ? work(left, right)
          : unique(right.map(({ labels, value }) => ({ labels, value: work(left, value) })));
      if (typeof right === "number")
        return unique(left.map(({ labels, value }) => ({ labels, value: work(value, right) })));
      return paired(left, right, expression.pairing, work);
    }
    case "comparison": {
      const [left, right] = [answer(expression.left, looking), answer(expression.right, looking)];
      const holds = comparison[expression.operator];
      if (typeof left === "number") {
        if (typeof right === "number") throw new Error("two numbers are compared, and no series");
        return right.filter(({ value }) => holds(left, value));
      }
      if (typeof right === "number") return left.filter(({ value }) => holds(value, right));
      return paired(left, right, expression.pairing, (a, b) => (holds(a, b) ? a : undefined));
    }
    case "set": {
      const left = evaluate(expression.left, looking.source, looking.at);
      const right = evaluate(expression.right, looking.source, looking.at);
      const key = keyFor(expression.on);
      const on = (elements: readonly Element[]): Set<string> => new Set(elements.map(({ labels }) => key(labels)));
      switch (expression.operator) {
        case "and": {
          const others = on(right);
          return left.filter(({ labels }) => others.has(key(labels)));
        }
        case "unless": {
          const others = on(right);
          return left.filter(({ labels }) => !others.has(key(labels)));
        }
        case "or": {
          const others = on(left);
          return [...left, ...right.filter(({ labels }) => !others.has(key(labels)))];
        }
      }
      break;
    }
    case "absent": {
      if (newest(looking, expression.of).length > 0) return [];
      const labels: Record<string, string> = {};
      const seen = new Set<string>();
      for (const { label, kind, value } of expression.of.where) {
        const first = kind === "=" && !seen.has(label);
        if (first) seen.add(label);
        if (first && value !== "") labels[label] = value;
        else delete labels[label];
      }
      return [{ labels, value: 1 }];
    }
    case "label":
      return unique(
        evaluate(expression.of, looking.source, looking.at).map((element) => {
          const match = wholly(expression.pattern).exec(element.labels[expression.from] ?? "");
          if (match === null) return element;
          const { [expression.set]: _, ...rest } = element.labels;
          return { value: element.value, labels: match[1] ? { ...rest, [expression.set]: match[1] } : rest };
        }),
      );
  }
};

/**
 * The series that an expression answers with at a moment, as Prometheus 2.42 does: newest values up to five minutes old,
 * and stretches with both their ends. (Prometheus 3 leaves out what stands exactly at the far end of either.)
 * Throws `Ambiguous` where Prometheus would refuse for several series in the place of one.
 */
export const evaluate = (expression: Expression, source: SeriesSource, at: Instant): readonly Element[] => {
  const found = answer(expression, { source, at });
  return typeof found === "number" ? [{ labels: {}, value: found }] : found;
};
