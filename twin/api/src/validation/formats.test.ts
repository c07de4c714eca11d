import { expect, test } from "vitest";
import { methodsOf, type PveMajor, type Schema } from "../contract.ts";
import { knowsFormat } from "./formats.ts";

const namesIn = (schema: Schema | undefined): string[] => {
  if (schema === undefined) return [];
  const { format } = schema;
  const own = typeof format === "string" ? [format] : Object.values(format ?? {}).flatMap(namesIn);
  return [...own, ...namesIn(schema.items)];
};

test.for<PveMajor>(["8.4", "9.2"])("every format that the contract of %s names is known", (major) => {
  const names = methodsOf(major).flatMap(({ params }) => Object.values(params.properties ?? {}).flatMap(namesIn));
  expect(names.length).toBeGreaterThan(100);
  expect([...new Set(names)].filter((name) => !knowsFormat(name))).toEqual([]);
});
