import fc from "fast-check";
import { expect, test } from "vitest";
import type { Api } from "../api/client.ts";
import { aligned, linesOf, summary } from "./line.ts";
import { before, chosen, moved, rangeOf, readTimeSearch } from "./time-range.ts";

test("an address is read as far as it can be, and what is read is read again as the same", () => {
  expect(readTimeSearch({ span: "7d", compare: true, other: 1 })).toEqual({ span: "7d", compare: true });
  expect(readTimeSearch({ from: 1000, to: 2000, span: "7d" })).toEqual({ from: 1000, to: 2000 });
  expect(readTimeSearch({ from: 2000, to: 1000, span: "toString", compare: "yes" })).toEqual({});
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("span", "from", "to", "compare"), fc.anything()), (search) => {
      const once = readTimeSearch(search);
      expect(readTimeSearch(once)).toEqual(once);
    }),
  );
});

test("a span ends now, the stretch before it is as long, and what is chosen is never shorter than a minute", () => {
  expect(rangeOf({ span: "1h" }, 10_000_000)).toEqual({ from: 6_400_000, to: 10_000_000 });
  expect(before({ from: 6_400_000, to: 10_000_000 })).toEqual({ from: 2_800_000, to: 6_400_000 });
  expect(chosen({ from: 100_000, to: 100_500 })).toEqual({ from: 70_000, to: 130_000 });
  expect(moved({ from: 0, to: 1000 }, -0.5, 1, 5000)).toEqual({ from: -500, to: 500 });
  expect(moved({ from: 0, to: 1000 }, 0, 2, 1000)).toEqual({ from: -1000, to: 1000 });
});

const history = (series: Api<"History">["series"], from = 0): Api<"History"> => ({
  from,
  to: from + 40_000,
  step: 10,
  series,
});

test("what only grows is drawn as what it grows a second, with nothing where it began anew", () => {
  const [line] = linesOf(
    history([{ metric: "n_total", labels: { id: "a" }, avg: [100, 150, null, 10, 60], min: [], max: [] }]),
    ({ id }) => id ?? "",
    "rate",
  );
  expect(line).toEqual({ name: "a", at: [0, 10_000, 20_000, 30_000, 40_000], values: [null, 5, null, null, 5] });
});

test("lines stand on the moments of all of them, and the stretch before lies over the one after it", () => {
  const one = { metric: "m", labels: {}, avg: [1, 2], min: [0, 1], max: [2, 3] };
  const lines = [
    ...linesOf(history([one], 100_000), () => "now", "value"),
    ...linesOf(history([{ ...one, avg: [7, 8] }], 50_000), () => "before", "value", 60_000),
  ];
  expect(aligned(lines)).toEqual([
    [100, 110, 120],
    [1, 2, null],
    [0, 1, null],
    [2, 3, null],
    [null, 7, 8],
    [null, 0, 1],
    [null, 2, 3],
  ]);
  expect(lines.map(summary)).toEqual([
    { last: 2, least: 0, most: 3 },
    { last: 8, least: 0, most: 8 },
  ]);
  expect(summary({ name: "empty", at: [0], values: [null] })).toBeUndefined();
});
