import { expect, test } from "vitest";
import { codeOf, isTest, sources } from "./repository.ts";

/** The clock, the dice and the outside, by the names that code reaches them with. */
const impure: Readonly<Record<string, RegExp>> = {
  "Date.now": /\bDate\s*\.\s*now\b/,
  "new Date()": /\bnew\s+Date\s*(\(\s*\)|(?!\s*\())/,
  "Date()": /(?<!new\s+)\bDate\s*\(/,
  "Temporal.Now": /\bTemporal\s*\.\s*Now\b/,
  "Math.random": /\bMath\s*\.\s*random\b/,
  crypto: /(?<![.\w])crypto\s*\./,
  performance: /(?<![.\w])performance\s*\./,
  process: /(?<![.\w])process\s*\./,
  fetch: /(?<![.\w])fetch\s*\(/,
  timers: /(?<![.\w])set(Timeout|Interval|Immediate)\s*\(/,
  console: /(?<![.\w])console\s*\./,
  globalThis: /\bglobalThis\b/,
};

const pure = sources.filter((file) => /^(core\/[^/]+|twin\/world)\/src\//.test(file) && !isTest(file));

test("core and the twin's world are told the time and the dice, and reach for nothing outside", () => {
  expect(pure.length).toBeGreaterThan(30);
  const found = pure.flatMap((file) => {
    const code = codeOf(file);
    return Object.entries(impure).flatMap(([name, pattern]) => (pattern.test(code) ? [`${file} uses ${name}`] : []));
  });
  expect(found).toEqual([]);
});

test.each([
  ["const t = Date.now();", ["Date.now"]],
  ["const t = new Date();", ["new Date()"]],
  ["const t = Date();", ["Date()"]],
  ["const t = new Date(0), s = Date.parse(x), d: Date = t;", []],
  ["const r = Math.random(); const s = setTimeout(f, 1);", ["Math.random", "timers"]],
  ["process.env.X; fetch(url); performance.now();", ["performance", "process", "fetch"]],
  ["world.fetch(url); clock.setTimeout(f); this.process.run(); const performance = 1;", []],
])("of %j the impure is %j", (code, names) => {
  expect(Object.keys(impure).filter((name) => impure[name]?.test(code))).toEqual(names);
});
