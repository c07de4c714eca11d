import fc from "fast-check";
import { expect, test } from "vitest";
import { textDifference } from "./text-difference.ts";

/** What a patch makes of a text. */
const patched = (before: string, difference: string): string => {
  const old = before.split("\n");
  const made: string[] = [];
  let at = 0;
  for (const line of difference.split("\n")) {
    const start = /^@@ -(\d+)(?:,(\d+))? \+/.exec(line);
    if (start !== null) {
      const from = Number(start[1]) - (start[2] === "0" ? 0 : 1);
      made.push(...old.slice(at, from));
      at = from;
    } else if (line.startsWith(" ") || line.startsWith("-")) {
      expect(old[at]).toBe(line.slice(1));
      at += 1;
      if (line.startsWith(" ")) made.push(line.slice(1));
    } else if (line.startsWith("+")) made.push(line.slice(1));
  }
  return [...made, ...old.slice(at)].join("\n");
};

const text = fc
  .array(fc.constantFrom("auto lo", "iface lo inet loopback", "", "bridge-stp off", "mtu 9000"), { minLength: 1 })
  .map((lines) => lines.join("\n"))
  .filter((joined) => !joined.endsWith("\n"));

test("a difference makes the one text into the other", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(patched(before, textDifference(before, after))).toBe(after);
    }),
  );
});

test("equal texts do not differ", () => {
  expect(textDifference("a\nb\n", "a\nb\n")).toBe("");
});

test("a changed line is shown between three lines of its neighbourhood", () => {
  const before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  expect(textDifference(before, before.replace("5", "five"))).toBe(
    "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
  );
});
