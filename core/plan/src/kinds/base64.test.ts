import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64, toBase64 } from "./base64.ts";

test("any text comes back from base64 as it went in, and is written as everybody writes it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(toBase64(text)).toBe(Buffer.from(text).toString("base64"));
      expect(fromBase64(toBase64(text))).toBe(text);
    }),
  );
});

test.each(["a", "abc", "ab!=", "/w=="])("%j is no text in base64", (written) => {
  expect(fromBase64(written)).toBeUndefined();
});
