import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatPveSize, parsePveSize } from "./size.ts";

test("a size is parsed in binary units, fractions cut to whole bytes", () => {
  expect(parsePveSize("32G")).toBe(32 * 2 ** 30);
  expect(parsePveSize("1.5T")).toBe(1.5 * 2 ** 40);
  expect(parsePveSize("4M")).toBe(4_194_304);
  expect(parsePveSize("528K")).toBe(540_672);
  expect(parsePveSize("512")).toBe(512);
});

test("what is no size parses to undefined", () => {
  for (const bad of ["", "G", "32g", "32GB", "-1G", "1e3", " 1G"]) expect(parsePveSize(bad)).toBeUndefined();
});

test("bytes that are formatted and parsed are the same bytes", () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), fc.constantFrom(1, 2 ** 10, 2 ** 20), (count, unit) => {
      expect(parsePveSize(formatPveSize(count * unit))).toBe(count * unit);
    }),
  );
});
