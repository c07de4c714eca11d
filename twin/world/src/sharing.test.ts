import fc from "fast-check";
import { expect, test } from "vitest";
import { fairRates } from "./sharing.ts";

const flow = (id: number, cap: number, ...resources: string[]) => ({
  id,
  cap,
  uses: resources.map((resource) => ({ resource, per: 1 })),
});

test("two flows on one link have half of it each, and what one cannot use goes to the other", () => {
  expect([...fairRates([flow(1, 1e9, "a"), flow(2, 1e9, "a")], () => 100).values()]).toEqual([50, 50]);
  expect([...fairRates([flow(1, 20, "a"), flow(2, 1e9, "a")], () => 100).values()]).toEqual([20, 80]);
});

test("a cut link stops only what runs over it", () => {
  const rates = fairRates([flow(1, 1e9, "a", "b"), flow(2, 1e9, "b")], (resource) => (resource === "a" ? 0 : 100));
  expect([...rates]).toEqual([
    [1, 0],
    [2, 100],
  ]);
});

const flows = fc.array(
  fc.record({
    cap: fc.integer({ min: 1, max: 1000 }),
    uses: fc.uniqueArray(
      fc.record({ resource: fc.constantFrom("a", "b", "c", "d"), per: fc.constantFrom(0.5, 1, 2) }),
      { selector: (use) => use.resource },
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

test("no resource carries more than it can, and every flow is at its cap or at a full resource", () => {
  fc.assert(
    fc.property(
      flows,
      fc.record({ a: fc.nat(500), b: fc.nat(500), c: fc.nat(500), d: fc.nat(500) }),
      (asked, capacities) => {
        const list = asked.map((one, id) => ({ ...one, id }));
        const capacity = (resource: string) => capacities[resource as "a"];
        const rates = fairRates(list, capacity);
        const load = (resource: string) =>
          list.reduce(
            (sum, one) =>
              sum + (rates.get(one.id) ?? 0) * (one.uses.find((use) => use.resource === resource)?.per ?? 0),
            0,
          );
        for (const resource of ["a", "b", "c", "d"])
          expect(load(resource)).toBeLessThanOrEqual(capacity(resource) + 1e-6);
        for (const one of list) {
          const rate = rates.get(one.id) ?? -1;
          const limited =
            rate >= one.cap - 1e-6 || one.uses.some(({ resource }) => load(resource) >= capacity(resource) - 1e-6);
          expect(limited).toBe(true);
        }
      },
    ),
  );
});
