import { placesOf } from "./column.ts";
import { pack, type Rows, unpack } from "./packed.ts";
import type { Track } from "./sample.ts";
import { floorTo, rollupStep } from "./span.ts";

/** What is kept of some minutes. `at`: their start. */
export type RollupPoint = {
  readonly at: number;
  readonly count: number;
  readonly min: number;
  readonly avg: number;
  readonly max: number;
};

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));

/** The mean with two digits more than the samples have, or as a 32-bit float: what more it has is of no meaning. */
const shortMean = (mean: number, places: number | undefined): number => {
  if (places === undefined || places > 7) return Math.fround(mean);
  const scale = 10 ** (places + 2);
  return Math.abs(mean) * scale < 2 ** 50 ? Math.round(mean * scale) / scale : mean;
};

export const rollUp = ({ times, values }: Track): RollupPoint[] => {
  const points: RollupPoint[] = [];
  const places = placesOf(values);
  for (let from = 0; from < times.length; ) {
    const at = floorTo(times[from] ?? 0, rollupStep);
    let [to, sum, min, max] = [from, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (; to < times.length && (times[to] ?? 0) < at + rollupStep; to += 1) {
      const value = values[to] ?? 0;
      // The sum of two huge values is past what a number holds; their shares are not.
      sum += value / 2 ** 12;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    const count = to - from;
    points.push({ at, count, min, avg: clamp(shortMean((sum / count) * 2 ** 12, places), min, max), max });
    from = to;
  }
  return points;
};

/** A day's points, as they are kept. */
export const packDay = (start: number, points: readonly RollupPoint[]): Buffer =>
  pack({
    times: points.map(({ at }) => (at - start) / rollupStep),
    columns: [
      points.map(({ count }) => count),
      points.map(({ min }) => min),
      points.map(({ avg }) => avg),
      points.map(({ max }) => max),
    ],
  });

export const unpackDay = (start: number, data: Uint8Array): RollupPoint[] => {
  const { times, columns }: Rows = unpack(data);
  const [counts = [], mins = [], avgs = [], maxs = []] = columns;
  return times.map((time, index) => ({
    at: start + time * rollupStep,
    count: counts[index] ?? 0,
    min: mins[index] ?? Number.NaN,
    avg: avgs[index] ?? Number.NaN,
    max: maxs[index] ?? Number.NaN,
  }));
};
