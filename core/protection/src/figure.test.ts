import { expect, test } from "vitest";
import { against, compared, elapsed, exactly, explain, figureText, sumOf, unknownSpan, worseOf } from "./figure.ts";

const hour = 3_600;
const day = sumOf([
  { label: "between runs", span: exactly(24 * hour) },
  { label: "run", span: unknownSpan("nobody timed it") },
]);

test("a sum of known terms shows its parts and its total", () => {
  const figure = sumOf([
    { label: "between runs", span: exactly(168 * hour) },
    { label: "upload", span: exactly(6 * hour) },
  ]);
  expect(explain(figure)).toBe("168 h between runs + 6 h upload = 174 h");
  expect(compared(figure, 48 * hour)).toBe("168 h between runs + 6 h upload = 174 h > 48 h");
});

test("an unknown term makes a sum a lower bound, and says why it is unknown", () => {
  expect(day).toMatchObject({ kind: "at least", seconds: 24 * hour, strictly: true });
  expect(explain(day)).toBe("24 h between runs + run (unknown); unknown: nobody timed it");
  expect(figureText(day)).toBe("more than 24 h");
});

test("a lower bound that is strict misses an objective that it equals", () => {
  expect(against(day, 24 * hour)).toBe("missed");
  expect(against(day, 23 * hour)).toBe("missed");
});

test("a lower bound under the objective proves nothing, unless its upper bound is under it too", () => {
  expect(against(day, 25 * hour)).toBe("unproven");
  const bounded = sumOf([{ label: "run", span: { least: 0, most: hour, missing: ["w"] } }]);
  expect(against(bounded, hour)).toBe("met");
  expect(against(bounded, hour / 2)).toBe("unproven");
});

test("nothing to recover from misses every objective", () => {
  expect(against({ kind: "none", why: "no copy" }, Number.MAX_SAFE_INTEGER)).toBe("missed");
  expect(worseOf(day, { kind: "none", why: "no copy" }).kind).toBe("none");
});

test("what is wholly unknown is neither met nor missed", () => {
  expect(against({ kind: "unknown", missing: ["w"] }, 0)).toBe("unproven");
});

test("hours stay hours up to three weeks", () => {
  expect([60, 5_400, 25 * hour, 168 * hour, 28 * 24 * hour].map(elapsed)).toEqual([
    "1 min",
    "1.5 h",
    "25 h",
    "168 h",
    "28 d",
  ]);
});
