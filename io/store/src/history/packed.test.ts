import fc from "fast-check";
import { expect, test } from "vitest";
import { pack, type Rows, unpack } from "./packed.ts";

const printed = fc
  .tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.integer({ min: 0, max: 6 }))
  .map(([whole, places]) => whole / 10 ** places);
const counters = fc.integer({ min: 0, max: 2 ** 52 }).map((whole) => whole * 4096 - 7);
const values = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, Number.MAX_VALUE, 5e-324), printed, counters);

const alike = (form: fc.Arbitrary<number>, length: number) => fc.array(form, { minLength: length, maxLength: length });

const rows: fc.Arbitrary<Rows> = fc
  .uniqueArray(fc.integer({ min: 0, max: 3_600_000 }), { maxLength: 60 })
  .chain((times) =>
    fc.record({
      times: fc.constant(times.toSorted((one, other) => one - other)),
      columns: fc.array(
        fc.oneof(
          alike(values, times.length),
          alike(printed, times.length),
          alike(fc.double(), times.length),
          fc.double().map((value) => times.map(() => value)),
        ),
        { maxLength: 4 },
      ),
    }),
  );

test("whatever is packed comes back, every bit of it", () => {
  fc.assert(
    fc.property(rows, (given) => {
      const { times, columns } = unpack(pack(given));
      expect(times).toEqual(given.times);
      expect(columns.length).toBe(given.columns.length);
      columns.forEach((column, which) => {
        expect(column.length).toBe(times.length);
        column.forEach((value, index) => {
          if (!Object.is(value, given.columns[which]?.[index])) expect(value).toBe(given.columns[which]?.[index]);
        });
      });
    }),
    { numRuns: 500 },
  );
});

test("an hour of a value that stands still takes fewer than 40 bytes", () => {
  const times = Array.from({ length: 360 }, (_, index) => index * 10_000);
  expect(pack({ times, columns: [times.map(() => 0.1)] }).length).toBeLessThan(40);
});

test("an hour of memory in pages takes less than 3 bytes a sample", () => {
  const times = Array.from({ length: 360 }, (_, index) => index * 10_000);
  const memory = times.map((_, index) => 4096 * (1_000_000 + ((index * 7919) % 1000)));
  expect(pack({ times, columns: [memory] }).length / 360).toBeLessThan(3);
});

test("bytes that were cut or are none of ours are refused", () => {
  const packed = pack({ times: [1, 2, 3], columns: [[0.5, 0.25, 7]] });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: packed.length - 1 }), (length) => {
      expect(() => unpack(packed.subarray(0, length))).toThrow(/packed (rows|samples)|unexpected end of file/);
    }),
  );
  expect(() => unpack(Buffer.of(9, 1, 1))).toThrow("unknown form");
});
