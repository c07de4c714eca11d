import fc from "fast-check";
import { expect, test } from "vitest";
import { memoryOf, propertyOf } from "./guest-config.ts";

/** A property string taken apart in the plainest way. */
const plainly = (text: string, key: string, first: string): string | undefined => {
  const parts = text.split(",").map((part, index) => (index === 0 && !part.includes("=") ? `${first}=${part}` : part));
  return parts.find((part) => part.startsWith(`${key}=`))?.slice(key.length + 1);
};

const word = fc.string({ unit: fc.constantFrom("a", "b", "=", ","), maxLength: 12 });

test("a property is the first part with its name, or the nameless one at the front", () => {
  fc.assert(
    fc.property(word, fc.constantFrom("a", "b", "ab"), fc.constantFrom("a", "b"), (text, key, first) => {
      expect(propertyOf(text, key, first)).toBe(plainly(text, key, first));
    }),
  );
});

test("memory is read as a number, as text and as a property string", () => {
  const mib = 1_048_576;
  expect(memoryOf({ config: { memory: 4096 } })).toBe(4096 * mib);
  expect(memoryOf({ config: { memory: "4096" } })).toBe(4096 * mib);
  expect(memoryOf({ config: { memory: "current=2048" } })).toBe(2048 * mib);
  expect(memoryOf({ config: { memory: "2048,current=1" } })).toBe(2048 * mib);
  expect(memoryOf({ config: { memory: "lots" } })).toBe(512 * mib);
  expect(memoryOf({ config: {} })).toBe(512 * mib);
});
