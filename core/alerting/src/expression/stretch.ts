/*
 * What Prometheus makes of the values of one series over a stretch, to the last bit: rules that stand just at a threshold
 * must not differ. Mirrors promql/functions.go of Prometheus 2.42.
 */
import type { Seconds } from "@orrery/model";

/** Points that are no marks: what is stale has no value. `at` in milliseconds. */
export type Value = { readonly at: number; readonly value: number };

/** Neumaier's sum, as Prometheus keeps it: the sum so far and what was lost of it. */
class Sum {
  sum = 0;
  lost = 0;
  add(value: number): void {
    const next = this.sum + value;
    this.lost += Math.abs(this.sum) >= Math.abs(value) ? this.sum - next + value : value - next + this.sum;
    this.sum = next;
  }
  get total(): number {
    return this.sum + this.lost;
  }
}

const average = (values: readonly Value[]): number => {
  const mean = new Sum();
  let count = 0;
  for (const { value } of values) {
    count += 1;
    const { sum } = mean;
    if (Math.abs(sum) === Number.POSITIVE_INFINITY) {
      if (Math.abs(value) === Number.POSITIVE_INFINITY && sum > 0 === value > 0) continue;
      if (Number.isFinite(value)) continue;
    }
    mean.add(value / count - sum / count);
  }
  return Math.abs(mean.sum) === Number.POSITIVE_INFINITY ? mean.sum : mean.total;
};

const extreme = (values: readonly Value[], better: (a: number, b: number) => boolean): number => {
  let best = values[0]?.value ?? Number.NaN;
  for (const { value } of values) if (better(value, best) || Number.isNaN(best)) best = value;
  return best;
};

/** Of at least one value. */
export const windowValue = {
  avg: average,
  max: (values: readonly Value[]): number => extreme(values, (a, b) => a > b),
  min: (values: readonly Value[]): number => extreme(values, (a, b) => a < b),
  sum: (values: readonly Value[]): number => {
    const sum = new Sum();
    for (const { value } of values) sum.add(value);
    return sum.total;
  },
  count: (values: readonly Value[]): number => values.length,
} as const;

/**
 * How much a counter grew between `from` and `to` (milliseconds): counted from the values there are, resets made up for,
 * and stretched to the ends of the range where the values come close to them. Undefined of fewer than two values.
 */
export const growthOf = (
  values: readonly Value[],
  from: number,
  to: number,
  per: "span" | "second",
): number | undefined => {
  const first = values[0];
  const last = values.at(-1);
  if (first === undefined || last === undefined || values.length < 2) return undefined;
  let grown = last.value - first.value;
  let before = first.value;
  for (const { value } of values.slice(1)) {
    if (value < before) grown += before;
    before = value;
  }
  let toStart = (first.at - from) / 1_000;
  const toEnd = (to - last.at) / 1_000;
  const sampled = (last.at - first.at) / 1_000;
  const between = sampled / (values.length - 1);
  if (grown > 0 && first.value >= 0) {
    // A counter is never below zero: not further back than where the line meets it.
    const toZero = sampled * (first.value / grown);
    if (toZero < toStart) toStart = toZero;
  }
  const near = between * 1.1;
  const covered = sampled + (toStart < near ? toStart : between / 2) + (toEnd < near ? toEnd : between / 2);
  const factor = covered / sampled;
  // In this order, since the last bit depends on it.
  return grown * (per === "span" ? factor : factor / ((to - from) / 1_000));
};

/** The straight line through the values, `ahead` seconds after `at` (milliseconds). Undefined of fewer than two values. */
export const forecastOf = (values: readonly Value[], at: number, ahead: Seconds): number | undefined => {
  const first = values[0];
  if (first === undefined || values.length < 2) return undefined;
  const level = values.every(({ value }) => value === first.value);
  if (level) return Number.isFinite(first.value) ? first.value : Number.NaN;
  const [x, y, xy, xx] = [new Sum(), new Sum(), new Sum(), new Sum()];
  for (const { at: moment, value } of values) {
    const when = (moment - at) / 1_000;
    x.add(when);
    y.add(value);
    xy.add(when * value);
    xx.add(when * when);
  }
  const count = values.length;
  const slope = (xy.total - (x.total * y.total) / count) / (xx.total - (x.total * x.total) / count);
  const intercept = y.total / count - (slope * x.total) / count;
  return slope * ahead + intercept;
};
