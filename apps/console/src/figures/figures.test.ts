import { expect, test } from "vitest";
import { share } from "./share.ts";
import { size } from "./size.ts";
import { span } from "./span.ts";

test.each([
  [0, "0 s"],
  [4_400, "4 s"],
  [60_000, "1 min"],
  [754_000, "12 min"],
  [12_000_000, "3 h 20 min"],
  [530_000_000, "6 d 3 h"],
  [-5, "0 s"],
])("%d ms are %s", (milliseconds, text) => {
  expect(span(milliseconds)).toBe(text);
});

test.each([
  [0, "0 B"],
  [512, "512 B"],
  [1023, "1023 B"],
  [1024 ** 2 - 1, "1 MiB"],
  [3.75 * 1024 ** 3, "3.75 GiB"],
  [128 * 1024 ** 3, "128 GiB"],
  [-1536, "−1.5 KiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(size(bytes)).toBe(text);
});

test.each([
  [0, "0 %"],
  [0.004, "0.4 %"],
  [0.123, "12 %"],
  [1, "100 %"],
])("the share %d is %s", (value, text) => {
  expect(share(value)).toBe(text);
});
