import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gaps, merged, overlaps } from "./interval.ts";
import type { Interval } from "./time.ts";

const intervals = fc
  .array(
    fc.tuple(fc.nat(60), fc.nat(9)).map(([start, length]): Interval => ({ start, end: start + length })),
    { maxLength: 12 },
  )
  .map((list) => list.sort((a, b) => a.start - b.start));
const holds = (list: readonly Interval[], instant: number): boolean =>
  list.some(({ start, end }) => start <= instant && instant < end);
const moments = Array.from({ length: 72 }, (_, moment) => moment);

describe("intervals", () => {
  it("merge into disjoint ones that hold the same moments", () => {
    fc.assert(
      fc.property(intervals, (list) => {
        const result = merged(list);
        expect(moments.filter((moment) => holds(result, moment))).toEqual(
          moments.filter((moment) => holds(list, moment)),
        );
        for (const [index, { start, end }] of result.entries()) {
          expect(start).toBeLessThan(end);
          expect(start).toBeGreaterThan(result[index - 1]?.end ?? Number.NEGATIVE_INFINITY);
        }
      }),
    );
  });

  it("overlap in the moments that both lists hold, in either order", () => {
    fc.assert(
      fc.property(intervals.map(merged), intervals.map(merged), (a, b) => {
        const both = overlaps(a, b);
        expect(moments.filter((moment) => holds(both, moment))).toEqual(
          moments.filter((moment) => holds(a, moment) && holds(b, moment)),
        );
        expect(both.every(({ start, end }) => start < end)).toBe(true);
        expect(overlaps(b, a)).toEqual(both);
      }),
    );
  });

  it("leave the moments of a range that they do not hold", () => {
    fc.assert(
      fc.property(intervals.map(merged), fc.nat(70), fc.nat(70), (list, from, to) => {
        const free = gaps(list, from, to);
        expect(moments.filter((moment) => holds(free, moment))).toEqual(
          moments.filter((moment) => moment >= from && moment < to && !holds(list, moment)),
        );
      }),
    );
  });

  it("that touch have nothing in common", () => {
    expect(overlaps([{ start: 0, end: 5 }], [{ start: 5, end: 9 }])).toEqual([]);
  });
});
