import fc from "fast-check";
import { expect, test } from "vitest";
import { fillable } from "./fill.ts";

const trulyFillable = (room: number, sizes: readonly number[]): number => {
  const sums = new Set([0]);
  for (const size of sizes) for (const sum of sums.values().toArray()) if (sum + size <= room) sums.add(sum + size);
  return Math.max(...sums);
};

test("a small room is filled as far as the best choice of sizes fills it", () => {
  fc.assert(
    fc.property(
      fc.nat(300),
      fc.array(fc.nat(120), { maxLength: 12 }),
      fc.constantFrom(1, 2, 2 ** 30),
      (room, sizes, unit) => {
        expect(
          fillable(
            room * unit,
            sizes.map((size) => size * unit),
          ),
        ).toBe(trulyFillable(room, sizes) * unit);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("many sizes, most of them equal, fill a room as far as the best choice does", () => {
  fc.assert(
    fc.property(
      fc.nat(400),
      fc.array(fc.constantFrom(6, 10, 15, 28), { minLength: 49, maxLength: 80 }),
      (room, sizes) => {
        expect(fillable(room, sizes)).toBe(trulyFillable(room, sizes));
      },
    ),
  );
});

test("a large room is never said to hold less than it does", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 5_000, max: 20_000 }),
      fc.array(fc.integer({ min: 1, max: 9_000 }), { maxLength: 8 }),
      (room, sizes) => {
        const answer = fillable(room, sizes);
        expect(answer).toBeGreaterThanOrEqual(trulyFillable(room, sizes));
        expect(answer).toBeLessThanOrEqual(room);
      },
    ),
  );
});

test("an unlimited room is filled by everything", () => {
  expect(fillable(Number.POSITIVE_INFINITY, [3, 4])).toBe(7);
});
