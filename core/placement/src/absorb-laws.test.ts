import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shortProofOf } from "./bounds.ts";
import {
  type Absorption,
  absorb,
  absorbAny,
  type Host,
  type Item,
  type Move,
  type Problem,
  verifyAbsorption,
  verifyAssignment,
} from "./index.ts";
import { packingOf } from "./packing.ts";
import { Search } from "./search.ts";
import { tableOf } from "./table.ts";

const budget = { steps: 1e9 };
const lost = "h0";
const hostNames = ["h0", "h1", "h2", "h3"];
const itemNames = ["a", "b", "c", "d", "e", "f"];

const counts = (most: number): fc.Arbitrary<Record<string, number>> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.record({ gpu: fc.nat(most), usb: fc.nat(1) }, { requiredKeys: [] }) },
  );

const hostNamed = (name: string): fc.Arbitrary<Host> =>
  fc.record(
    {
      name: fc.constant(name),
      memoryBytes: fc.integer({ min: 4, max: 24 }),
      vcpuLimit: fc.integer({ min: 3, max: 16 }),
      devices: counts(2),
      storages: fc.record({ fast: fc.nat(12), slow: fc.nat(12) }, { requiredKeys: [] }),
    },
    { requiredKeys: ["name", "memoryBytes", "devices"] },
  );

const names = (from: readonly string[], most: number): fc.Arbitrary<string[]> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.subarray([...from], { maxLength: most }) },
  );

const itemNamed = (name: string, homes: readonly string[]): fc.Arbitrary<Item> =>
  fc.record(
    {
      name: fc.constant(name),
      memoryBytes: fc.integer({ min: 1, max: 9 }),
      vcpus: fc.nat(4),
      host: fc.constantFrom(...homes),
      devices: counts(1),
      allowed: fc.subarray(hostNames, { minLength: 1 }),
      disks: fc.array(fc.record({ storage: fc.constantFrom("fast", "slow"), bytes: fc.nat(5) }), { maxLength: 2 }),
      apartFrom: names(itemNames, 2),
      togetherWith: names(itemNames, 1),
      settled: fc.boolean(),
      onLoss: fc.constantFrom("restart", "restart", "restart", "stop"),
    },
    { requiredKeys: ["name", "memoryBytes", "vcpus", "devices", "onLoss", "host"] },
  );

/** Small enough to try every assignment; most items begin on the host that is lost. */
const aProblem = (homes: readonly string[]): fc.Arbitrary<Problem> =>
  fc.record({
    hosts: fc.integer({ min: 2, max: 4 }).chain((count) => fc.tuple(...hostNames.slice(0, count).map(hostNamed))),
    items: fc
      .integer({ min: 1, max: 6 })
      .chain((count) => fc.tuple(...itemNames.slice(0, count).map((name) => itemNamed(name, homes)))),
  });

/** Memory and vCPUs alone, close to full: the cases that only search decides. */
const aTightProblem: fc.Arbitrary<Problem> = fc
  .record({
    rooms: fc.array(fc.tuple(fc.integer({ min: 8, max: 16 }), fc.integer({ min: 8, max: 16 })), {
      minLength: 2,
      maxLength: 3,
    }),
    sizes: fc.array(fc.tuple(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 1, max: 8 })), {
      minLength: 4,
      maxLength: 8,
    }),
    apart: fc.boolean(),
  })
  .map(({ rooms, sizes, apart }) => ({
    hosts: [
      { name: lost, memoryBytes: 0, devices: {} },
      ...rooms.map(([memoryBytes, vcpuLimit], i) => ({ name: `h${i + 1}`, memoryBytes, vcpuLimit, devices: {} })),
    ],
    items: sizes.map(([memoryBytes, vcpus], i) => ({
      name: `i${i}`,
      host: lost,
      memoryBytes,
      vcpus,
      devices: {},
      onLoss: "restart" as const,
      ...(apart && i < 2 ? { apartFrom: [`i${i + 2}`] } : {}),
    })),
  }));

/** Few sizes, equal hosts and many kept apart: much that is alike, and much that only looks alike. */
const aTwinProblem: fc.Arbitrary<Problem> = fc
  .record({
    rooms: fc.array(fc.constantFrom(6, 7), { minLength: 3, maxLength: 4 }),
    sizes: fc.array(fc.constantFrom(2, 3), { minLength: 5, maxLength: 7 }),
    pairs: fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { minLength: 2, maxLength: 10 }),
  })
  .map(({ rooms, sizes, pairs }) => ({
    hosts: [
      { name: lost, memoryBytes: 0, devices: {} },
      ...rooms.map((memoryBytes, i) => ({ name: `h${i + 1}`, memoryBytes, devices: {} })),
    ],
    items: sizes.map((memoryBytes, i) => ({
      name: `i${i}`,
      host: lost,
      memoryBytes,
      vcpus: 0,
      devices: {},
      apartFrom: pairs.flatMap(([a, b]) => (a === i ? [`i${b}`] : [])),
      onLoss: "restart" as const,
    })),
  }));

const anyProblem = fc.oneof(aTwinProblem, aProblem([lost, lost, lost, "h1", "h2"]), aTightProblem);

/** What a partial assignment may still mend; without rearranging, everything else stays broken. */
const mendable = new Set(["left-behind", "together"]);

/** Tries every assignment of the lost host's items, and of all others too where they may move. */
const oracle = (problem: Problem, rearrange: boolean): boolean => {
  const hosts = problem.hosts.map((host) => host.name).filter((name) => name !== lost);
  const moves = (item: Item): boolean =>
    item.host === lost ? item.onLoss === "restart" : rearrange && hosts.includes(item.host ?? "");
  const movers = problem.items.filter(moves);
  const tryFrom = (index: number, made: readonly Move[]): boolean => {
    const violations = verifyAssignment(problem, lost, made);
    const item = movers[index];
    if (item === undefined) return violations.length === 0;
    if (!rearrange && !violations.every(({ kind }) => mendable.has(kind))) return false;
    const from = item.host ?? "";
    return hosts.some((to) => tryFrom(index + 1, to === from ? made : [...made, { item: item.name, from, to }]));
  };
  return tryFrom(0, []);
};

const isSound = (problem: Problem, answer: Absorption): boolean =>
  answer.kind !== "fits" || verifyAbsorption(problem, answer).length === 0;

describe("absorbing a loss", () => {
  test("is decided by the search alone as by trying every assignment, and no short proof contradicts", () => {
    fc.assert(
      fc.property(anyProblem, (problem) => {
        const table = tableOf(problem);
        const packing = packingOf(table, 0, false);
        const bundles = [...packing.bundles.keys()];
        const end = new Search(packing, bundles, budget).run();
        expect(end).toBe(oracle(problem, false) ? "found" : "none");
        const stuck = bundles.some(
          (b) => !packing.open.subarray(b * packing.hostCount, (b + 1) * packing.hostCount).includes(1),
        );
        if (!stuck && shortProofOf(packing) !== undefined) expect(end).toBe("none");
      }),
      { numRuns: 1_500 },
    );
  });

  test("agrees with trying every assignment, and each answer passes the checker", () => {
    fc.assert(
      fc.property(anyProblem, (problem) => {
        const answer = absorb(problem, lost, budget);
        expect(answer.kind).toBe(oracle(problem, false) ? "fits" : "impossible");
        expect(isSound(problem, answer)).toBe(true);
      }),
      { numRuns: 1_500 },
    );
  });

  test("agrees with trying every assignment when others may move too", () => {
    const crowded = aProblem([lost, "h1", "h2", "h1", "h3"]).filter(
      ({ items, hosts }) => items.length < 6 || hosts.length < 4,
    );
    fc.assert(
      fc.property(crowded, (problem) => {
        const answer = absorb(problem, lost, budget, { rearrange: true });
        expect(answer.kind).toBe(oracle(problem, true) ? "fits" : "impossible");
        expect(isSound(problem, answer)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("gives no wrong verdict with few steps", () => {
    fc.assert(
      fc.property(anyProblem, fc.nat(60), fc.boolean(), (problem, steps, rearrange) => {
        const answer = absorb(problem, lost, { steps }, { rearrange });
        expect(isSound(problem, answer)).toBe(true);
        if (answer.kind === "undecided") return;
        expect(answer.kind).toBe(absorb(problem, lost, budget, { rearrange }).kind);
      }),
      { numRuns: 500 },
    );
  });

  test("gives the same bytes for the same problem, in whatever order it is told", () => {
    const shuffled = anyProblem.chain((problem) =>
      fc.record({
        problem: fc.constant(problem),
        hosts: fc.shuffledSubarray([...problem.hosts], { minLength: problem.hosts.length }),
        items: fc.shuffledSubarray([...problem.items], { minLength: problem.items.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ problem, hosts, items }) => {
        const once = JSON.stringify(absorbAny(problem, { steps: 5_000 }));
        expect(JSON.stringify(absorbAny({ hosts, items }, { steps: 5_000 }))).toBe(once);
      }),
      { numRuns: 200 },
    );
  });

  test("is never made impossible by another host, nor by more memory", () => {
    fc.assert(
      fc.property(
        anyProblem,
        hostNamed("h9"),
        fc.nat(3),
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        (problem, host, which, more, rearrange) => {
          fc.pre(absorb(problem, lost, budget, { rearrange }).kind === "fits");
          const wider = { ...problem, hosts: [...problem.hosts, host] };
          const grown = {
            ...problem,
            hosts: problem.hosts.map((other, i) =>
              i === which ? { ...other, memoryBytes: other.memoryBytes + more } : other,
            ),
          };
          expect(absorb(wider, lost, budget, { rearrange }).kind).toBe("fits");
          expect(absorb(grown, lost, budget, { rearrange }).kind).toBe("fits");
        },
      ),
      { numRuns: 400 },
    );
  });
});
