import fc from "fast-check";
import { expect, test } from "vitest";
import { clean, cut, hang, widthOf, wrap } from "./wrap.ts";

const words = fc.array(fc.stringMatching(/^[a-z→é]{1,12}$/), { minLength: 1, maxLength: 30 });

test("wrapping loses no word and no line is wider than asked, but for a word that is", () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 5, max: 60 }), (list, width) => {
      const lines = wrap(list.join(" "), width);
      expect(lines.join(" ").split(" ")).toEqual(list);
      for (const line of lines) expect(widthOf(line) <= width || !line.includes(" ")).toBe(true);
    }),
  );
});

test("a hanging text stands under itself", () => {
  expect(hang("→ ", "one two three", 9)).toEqual(["→ one two", "  three"]);
});

test("a cut text says that it was cut", () => {
  expect(cut("one two", 7)).toBe("one two");
  expect(cut("one two", 5)).toBe("one…");
});

test("clean text has one line and no control characters", () => {
  expect(clean("a\n b\u001b[31mc\u0000")).toBe("a bc\u{fffd}");
});
