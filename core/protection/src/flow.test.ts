import fc from "fast-check";
import { expect, test } from "vitest";
import { type Flow, fairRates, type Job, pack } from "./flow.ts";

const flow = (id: string, through: readonly string[], cap?: number): Flow => ({
  id,
  bytes: 1,
  through,
  ...(cap === undefined ? {} : { cap }),
});

test("flows on one link share it equally", () => {
  const rates = fairRates([flow("a", ["link"]), flow("b", ["link"])], new Map([["link", 100]]));
  expect([rates.get("a"), rates.get("b")]).toEqual([50, 50]);
});

test("what a slow flow leaves, the others take", () => {
  const capacities = new Map([
    ["link", 100],
    ["disk", 20],
  ]);
  const rates = fairRates([flow("a", ["link", "disk"]), flow("b", ["link"]), flow("c", ["link"], 30)], capacities);
  expect([rates.get("a"), rates.get("b"), rates.get("c")]).toEqual([20, 50, 30]);
});

test("a link of unknown speed limits nothing", () => {
  expect(fairRates([flow("a", ["unknown"])], new Map()).get("a")).toBe(Number.POSITIVE_INFINITY);
});

type Lane = { readonly id: string };
const job = (id: string, bytes: number, through: (lane: Lane) => readonly string[], after = 0): Job<Lane> => ({
  id,
  fits: () => true,
  flow: (lane) => ({ id, bytes, through: through(lane) }),
  after,
});

test("two restores at once over one link take as long as one after the other", () => {
  const lanes = [{ id: "n1" }, { id: "n2" }];
  const jobs = [job("a", 100, () => ["link"]), job("b", 100, () => ["link"])];
  expect(pack(jobs, lanes, new Map([["link", 10]])).makespan).toBeCloseTo(20);
});

test("a lane takes its next job when the flow is done, not when the guest has booted", () => {
  const jobs = [job("a", 100, () => ["link"], 60), job("b", 100, () => ["link"], 5)];
  const { finished, makespan } = pack(jobs, [{ id: "n1" }], new Map([["link", 10]]));
  expect([finished.get("a"), finished.get("b"), makespan]).toEqual([70, 25, 70]);
});

test("what fits no lane is left, and holds up nobody", () => {
  const jobs = [{ ...job("a", 10, () => []), fits: () => false }, job("b", 10, () => ["link"])];
  expect(pack(jobs, [{ id: "n1" }], new Map([["link", 10]]))).toMatchObject({ left: ["a"], makespan: 1 });
});

test("what waits for a link of no speed never ends", () => {
  expect(pack([job("a", 10, () => ["link"])], [{ id: "n1" }], new Map([["link", 0]])).makespan).toBe(
    Number.POSITIVE_INFINITY,
  );
});

const links: readonly string[] = ["l0", "l1", "l2"];
const someFlows = fc.array(fc.subarray([...links], { minLength: 1 }), { minLength: 1, maxLength: 8 });
const someCapacities = fc.tuple(...links.map(() => fc.integer({ min: 1, max: 100 })));

test("no link gives more than it has, and every flow is held by a link that is full", () => {
  fc.assert(
    fc.property(someFlows, someCapacities, (ways, speeds) => {
      const capacities = new Map(links.map((id, index) => [id, speeds[index] ?? 1]));
      const flows = ways.map((through, index): Flow => flow(`${index}`, through));
      const rates = fairRates(flows, capacities);
      const used = (id: string): number =>
        flows.reduce((sum, one) => sum + (one.through.includes(id) ? (rates.get(one.id) ?? 0) : 0), 0);
      for (const [id, capacity] of capacities) expect(used(id)).toBeLessThanOrEqual(capacity * (1 + 1e-6));
      for (const { id, through } of flows) {
        const held = through.some((link) => {
          const most = Math.max(
            ...flows.filter((one) => one.through.includes(link)).map((one) => rates.get(one.id) ?? 0),
          );
          return used(link) >= (capacities.get(link) ?? 0) * (1 - 1e-6) && (rates.get(id) ?? 0) >= most * (1 - 1e-6);
        });
        expect(held).toBe(true);
      }
    }),
  );
});

const someJobs = fc.array(
  fc.record({
    bytes: fc.integer({ min: 1, max: 500 }),
    way: fc.subarray([...links], { minLength: 1 }),
    boot: fc.integer({ min: 0, max: 60 }),
  }),
  { minLength: 1, maxLength: 12 },
);

test("more of all bandwidth never makes a recovery longer", () => {
  fc.assert(
    fc.property(someJobs, someCapacities, fc.double({ min: 1, max: 10, noNaN: true }), (given, speeds, faster) => {
      const jobs = given.map(({ bytes, way, boot }, index) => job(`${index}`, bytes, () => way, boot));
      const lanes = [{ id: "n1" }, { id: "n2" }, { id: "n3" }];
      const at = (factor: number): number =>
        pack(jobs, lanes, new Map(links.map((id, index) => [id, (speeds[index] ?? 1) * factor]))).makespan;
      expect(at(faster)).toBeLessThanOrEqual(at(1) * (1 + 1e-6));
    }),
  );
});

test("a faster link never makes restores one after another longer", () => {
  fc.assert(
    fc.property(someJobs, someCapacities, fc.constantFrom(...links), (given, speeds, better) => {
      const jobs = given.map(({ bytes, way, boot }, index) => job(`${index}`, bytes, () => way, boot));
      const at = (factor: number): number => {
        const capacities = links.map((id, index): [string, number] => [
          id,
          (speeds[index] ?? 1) * (id === better ? factor : 1),
        ]);
        return pack(jobs, [{ id: "n1" }], new Map(capacities)).makespan;
      };
      expect(at(2)).toBeLessThanOrEqual(at(1) * (1 + 1e-6));
    }),
  );
});

test("carrying rates over from a job to the next on the same way changes nothing", () => {
  fc.assert(
    fc.property(someJobs, someCapacities, (given, speeds) => {
      const capacities = new Map(links.map((id, index) => [id, speeds[index] ?? 1]));
      const lanes = [{ id: "n1" }, { id: "n2" }];
      const way = ["l0", "l1"];
      const shared = given.map(({ bytes }, index) => job(`${index}`, bytes, () => way));
      const fresh = given.map(({ bytes }, index) => job(`${index}`, bytes, () => [...way]));
      expect(pack(shared, lanes, capacities).makespan).toBeCloseTo(pack(fresh, lanes, capacities).makespan, 6);
    }),
  );
});
