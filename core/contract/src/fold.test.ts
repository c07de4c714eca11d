import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fold } from "./fold.ts";
import type { Schema } from "./schema.ts";

const guest: Schema = {
  type: "object",
  properties: {
    vmid: { type: "integer" },
    template: { type: "boolean" },
    name: { type: "string" },
    "net[n]": { type: "string" },
    "numa[n]": { type: "boolean" },
    tags: { type: "array", items: { type: "integer" } },
  },
};

test("booleans become 0 or 1 however they came", () => {
  for (const yes of [1, "1", true]) expect(fold({ type: "boolean" }, yes)).toBe(1);
  for (const no of [0, "0", false, ""]) expect(fold({ type: "boolean" }, no)).toBe(0);
});

test("numbers in quotes become numbers, and numbers where a string belongs strings", () => {
  expect(fold(guest, { vmid: "100", name: 7, tags: ["1", 2], numa0: "1", net0: 5 })).toEqual({
    vmid: 100,
    name: "7",
    tags: [1, 2],
    numa0: 1,
    net0: "5",
  });
});

test("what cannot be what the schema says stays as it came", () => {
  const odd = { vmid: "abc", template: "maybe", name: null, more: { vmid: "1" } };
  expect(fold(guest, odd)).toBe(odd);
});

test("folding twice is folding once, on any body, and loses no key", () => {
  const keys = fc.constantFrom("vmid", "template", "name", "net0", "numa1", "tags", "other", "__proto__");
  const body = fc.dictionary(keys, fc.jsonValue(), { noNullPrototype: true });
  fc.assert(
    fc.property(fc.oneof(body, fc.array(body), fc.jsonValue()), (value) => {
      for (const schema of [guest, { type: "array", items: guest } as const]) {
        const once = fold(schema, value);
        expect(fold(schema, once)).toEqual(once);
        expect(Object.keys(Object(once)).sort()).toEqual(Object.keys(Object(value)).sort());
      }
    }),
  );
});
