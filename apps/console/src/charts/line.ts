import type { Api } from "../api/client.ts";

type Points = readonly (number | null)[];

/** One line of a chart: a value at each of its moments, and how far the values of each step lay apart. */
export type Line = {
  readonly name: string;
  /** Epoch milliseconds, ascending. */
  readonly at: readonly number[];
  readonly values: Points;
  readonly low?: Points;
  readonly high?: Points;
  /** Of the stretch before, which is drawn for comparison. */
  readonly isBefore?: boolean;
};

/** What is drawn of a series: its values, or of one that only grows what it grew a second. */
export type Reading = "value" | "rate";

/** What grew between one step and the next, a second; nothing where it began anew or is not known. */
const rates = (values: Points, step: number): Points =>
  values.map((value, index) => {
    const last = index === 0 ? null : (values[index - 1] ?? null);
    return value === null || last === null || value < last ? null : (value - last) / step;
  });

/** The lines of an answer, `ahead` milliseconds later than they were: so a stretch lies over the one after it. */
export const linesOf = (
  { from, step, series }: Api<"History">,
  nameOf: (labels: Readonly<Record<string, string>>) => string,
  reading: Reading,
  ahead = 0,
): readonly Line[] =>
  series.map(({ labels, avg, min, max }): Line => {
    const at = avg.map((_, index) => from + index * step * 1000 + ahead);
    const common = { name: nameOf(labels), at, ...(ahead === 0 ? {} : { isBefore: true }) };
    return reading === "rate"
      ? { ...common, values: rates(avg, step) }
      : { ...common, values: avg, low: min, high: max };
  });

/** Lines on the moments of all of them, as the chart wants them: moments first, in seconds. */
export const aligned = (lines: readonly Line[]): readonly (readonly (number | null)[])[] => {
  const moments = [...new Set(lines.flatMap(({ at }) => at))].toSorted((one, other) => one - other);
  const place = new Map(moments.map((at, index) => [at, index]));
  const spread = (at: readonly number[], values: Points): (number | null)[] => {
    const all: (number | null)[] = moments.map(() => null);
    for (const [index, moment] of at.entries()) all[place.get(moment) ?? -1] = values[index] ?? null;
    return all;
  };
  return [
    moments.map((at) => at / 1000),
    ...lines.flatMap(({ at, values, low, high }) => [
      spread(at, values),
      ...(low === undefined || high === undefined ? [] : [spread(at, low), spread(at, high)]),
    ]),
  ];
};

/** Where a line's values stand in what `aligned` gives; what they lay between comes behind them. */
export const placesOf = (lines: readonly Line[]): readonly number[] =>
  lines.map((_, index) => lines.slice(0, index).reduce((sum, { low }) => sum + (low === undefined ? 1 : 3), 1));

/** Which colour a line has: the same for what it was before. */
export const huesOf = (lines: readonly Line[]): readonly number[] => {
  const names = [...new Set(lines.map(({ name }) => name))];
  return lines.map(({ name }) => names.indexOf(name));
};

/** What a line says in words: its last value, and between which it lay. Undefined where it has none. */
export const summary = ({ values, low, high }: Line): { last: number; least: number; most: number } | undefined => {
  const known = (points: Points): number[] => points.filter((value) => value !== null);
  const all = known(values);
  const last = all.at(-1);
  if (last === undefined) return undefined;
  const bounds = (points: Points | undefined): number[] => (points === undefined ? all : known(points));
  const edge = (points: number[], pick: (one: number, other: number) => number): number =>
    points.reduce((one, other) => pick(one, other), last);
  return { last, least: edge(bounds(low), Math.min), most: edge(bounds(high), Math.max) };
};
