import { type MovePlan, type Problem, planMoves, verifyPlan } from "@orrery/placement";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { refinePlan, Solver } from "./index.ts";

const solver = new Solver();
afterAll(() => solver.close());

const limits = { seconds: 20, gap: 0 };
const budget = { steps: 100_000 };
const spread = { kind: "spread" } as const;

const aLab: fc.Arbitrary<Problem> = fc
  .record({
    rooms: fc.array(fc.integer({ min: 12, max: 24 }), { minLength: 2, maxLength: 3 }),
    sizes: fc.array(
      fc.record({
        memory: fc.integer({ min: 1, max: 6 }),
        host: fc.nat(2),
        part: fc.integer({ min: 1, max: 10 }),
        pinned: fc.nat(9),
        rather: fc.nat(9),
      }),
      { minLength: 3, maxLength: 6 },
    ),
  })
  .map(({ rooms, sizes }) => ({
    hosts: rooms.map((memoryBytes, h) => ({ name: `h${h}`, memoryBytes, devices: {}, cores: 4 })),
    items: sizes.map(({ memory, host, part, pinned, rather }, i) => ({
      name: `i${i}`,
      host: `h${Math.min(host, rooms.length - 1)}`,
      memoryBytes: memory,
      vcpus: 1,
      devices: {},
      used: { cpu: part / 10, memoryBytes: (memory * part) / 10 },
      ...(pinned < rooms.length ? { allowed: [`h${pinned}`, "h0"] } : {}),
      ...(rather < sizes.length ? { ratherApartFrom: [`i${rather}`] } : {}),
      ...(pinned === 9 ? { apartFrom: ["i0"] } : {}),
      ...(pinned === 8 ? { ratherWith: ["i1"] } : {}),
      onLoss: "restart" as const,
    })),
  }));

const pointsOf = (plan: MovePlan): number | undefined => (plan.kind === "moves" ? plan.score.after : undefined);

describe("a refined plan", () => {
  test("is no worse, keeps the rules, and is as good as its bound where it can be come by", async () => {
    let closed = 0;
    await fc.assert(
      fc.asyncProperty(aLab, async (problem) => {
        const plan = planMoves(problem, spread, budget);
        const refined = await refinePlan(solver, problem, spread, budget, plan, limits);
        if (plan.kind === "moves") expect(refined.kind).toBe("moves");
        if (refined.kind !== "moves") return;
        expect(verifyPlan(problem, spread, refined)).toEqual([]);
        expect(refined.score.after).toBeLessThanOrEqual((pointsOf(plan) ?? Number.POSITIVE_INFINITY) + 1e-6);
        if (plan.kind === "moves") {
          expect(refined.score.bound).toBeGreaterThanOrEqual(plan.score.bound);
          expect(refined.score.bound).toBeLessThanOrEqual(plan.score.after);
        }
        if (refined.score.gap < 0.01) closed++;
      }),
      { numRuns: 60 },
    );
    expect(closed).toBeGreaterThan(0);
  });

  test("for draining still empties the host", async () => {
    const problem: Problem = {
      hosts: ["h0", "h1", "h2"].map((name) => ({ name, memoryBytes: 32, devices: {} })),
      items: [5, 4, 3, 3, 3].map((memoryBytes, i) => ({
        name: `i${i}`,
        host: "h0",
        memoryBytes,
        vcpus: 1,
        devices: {},
        onLoss: "restart" as const,
      })),
    };
    const drain = { kind: "drain", hosts: ["h0"] } as const;
    const refined = await refinePlan(solver, problem, drain, budget, planMoves(problem, drain, budget), limits);
    expect(refined).toMatchObject({ kind: "moves", after: { spread: { memory: 0 } } });
    expect(refined.kind === "moves" && refined.score.gap).toBeLessThan(0.01);
  });

  test("is the plan itself where there was no choice", async () => {
    const problem: Problem = { hosts: [{ name: "h0", memoryBytes: 8, devices: {} }], items: [] };
    const drain = { kind: "drain", hosts: ["h0"] } as const;
    const plan = planMoves(problem, drain, budget);
    expect(await refinePlan(solver, problem, drain, budget, plan, limits)).toBe(plan);
  });
});

test("a closed solver says so to whoever waits", async () => {
  const other = new Solver();
  const problem: Problem = {
    hosts: ["h0", "h1"].map((name) => ({ name, memoryBytes: 32, devices: {} })),
    items: [{ name: "i", host: "h0", memoryBytes: 4, vcpus: 1, devices: {}, onLoss: "restart" }],
  };
  const waiting = refinePlan(other, problem, spread, budget, planMoves(problem, spread, budget), limits);
  await Promise.all([expect(waiting).rejects.toThrow("closed"), other.close()]);
});
