import fc from "fast-check";
import { expect, test } from "vitest";
import { daysUntilFull, growthOf } from "./growth.ts";

const hourMs = 3_600_000;

test("what grows evenly is known to grow so, whatever is missing between", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e6, max: 1e6 }),
      fc.nat(1e9),
      fc.array(fc.boolean(), { maxLength: 60 }),
      (slope, start, missing) => {
        const values = Array.from({ length: 100 }, (_, hour) =>
          missing[hour] === true ? null : start + (slope * hour) / 24,
        );
        const growth = growthOf(values, hourMs);
        expect(growth.kind).toBe("known");
        if (growth.kind === "known") expect(growth.perDay).toBeCloseTo(slope, 0);
      },
    ),
  );
});

test("of less than a day nothing is said of the days to come", () => {
  expect(
    growthOf(
      Array.from({ length: 24 }, (_, hour) => hour),
      hourMs,
    ).kind,
  ).toBe("unknown");
  expect(growthOf([null, 5, ...Array.from({ length: 90 }, () => null), 7], hourMs).kind).toBe("unknown");
  expect(growthOf([], hourMs).kind).toBe("unknown");
});

test("what does not grow is never full", () => {
  expect(daysUntilFull({ kind: "known", perDay: 0, seenDays: 7 }, 100)).toBeUndefined();
  expect(daysUntilFull({ kind: "known", perDay: -3, seenDays: 7 }, 100)).toBeUndefined();
  expect(daysUntilFull({ kind: "known", perDay: 4, seenDays: 7 }, 100)).toBe(25);
});
