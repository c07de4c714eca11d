import fc from "fast-check";
import { expect, test } from "vitest";
import { shortfallOf } from "./flow.ts";

const sources = fc.array(fc.record({ supply: fc.nat(12), to: fc.subarray([0, 1, 2, 3]) }), {
  minLength: 1,
  maxLength: 6,
});
const sinks = fc.array(fc.nat(14), { minLength: 4, maxLength: 4 });

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

test("a shortfall is found exactly where some sources need more than all the sinks they reach, and it is such a set", () => {
  fc.assert(
    fc.property(sources, sinks, (from, capacity) => {
      const needs = (set: readonly number[]): number => sum(set.map((s) => from[s]?.supply ?? 0));
      const reached = (set: readonly number[]): number[] =>
        [...new Set(set.flatMap((s) => from[s]?.to ?? []))].sort((a, b) => a - b);
      const holds = (set: readonly number[]): number => sum(reached(set).map((sink) => capacity[sink] ?? 0));
      const sets = Array.from({ length: 2 ** from.length }, (_, mask) =>
        [...from.keys()].filter((s) => (mask >> s) & 1),
      );
      const cut = shortfallOf(
        from.map(({ supply }) => supply),
        capacity,
        (source, sink) => from[source]?.to.includes(sink) === true,
      );
      expect(cut !== undefined).toBe(sets.some((set) => needs(set) > holds(set)));
      if (cut === undefined) return;
      expect(needs(cut.sources)).toBeGreaterThan(holds(cut.sources));
      expect(cut.sinks).toEqual(reached(cut.sources));
    }),
    { numRuns: 1_000 },
  );
});
