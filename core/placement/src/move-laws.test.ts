import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  absorbAny,
  type Host,
  hostLoads,
  type Item,
  leastGain,
  type MovePlan,
  type Problem,
  type Purpose,
  planMoves,
  verifyPlan,
  weights,
} from "./index.ts";

const budget = { steps: 60_000 };
const hostNames = ["h0", "h1", "h2", "h3"];
const itemNames = ["a", "b", "c", "d", "e", "f"];

const some = (from: readonly string[], most: number): fc.Arbitrary<string[]> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.subarray([...from], { minLength: 1, maxLength: most }) },
  );

const hostNamed = (name: string): fc.Arbitrary<Host> =>
  fc.record(
    {
      name: fc.constant(name),
      memoryBytes: fc.integer({ min: 6, max: 20 }),
      vcpuLimit: fc.integer({ min: 4, max: 16 }),
      devices: fc.record({ gpu: fc.nat(1) }, { requiredKeys: [] }),
      storages: fc.record({ fast: fc.nat(12) }, { requiredKeys: [] }),
      standing: fc.oneof({ weight: 1, arbitrary: fc.constantFrom("draining", "maintenance", "offline") }),
      cores: fc.constantFrom(2, 4),
      own: fc.record({ cpu: fc.constantFrom(0, 0.5), memoryBytes: fc.nat(2) }),
      linkBitsPerSecond: fc.constantFrom(8, 80),
    },
    { requiredKeys: ["name", "memoryBytes", "devices", "cores"] },
  );

const itemNamed = (name: string): fc.Arbitrary<Item> =>
  fc.record(
    {
      name: fc.constant(name),
      memoryBytes: fc.integer({ min: 1, max: 9 }),
      vcpus: fc.nat(3),
      host: fc.constantFrom("h0", "h0", "h1", "h2"),
      devices: fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.constant({ gpu: 1 }) }),
      allowed: fc.subarray(hostNames, { minLength: 2 }),
      disks: fc.array(fc.record({ storage: fc.constant("fast"), bytes: fc.nat(5) }), { maxLength: 1 }),
      apartFrom: some(itemNames, 2),
      togetherWith: some(itemNames, 1),
      prefers: fc.subarray(hostNames, { minLength: 1 }),
      ratherApartFrom: some(itemNames, 2),
      ratherWith: some(itemNames, 1),
      used: fc.record({ cpu: fc.constantFrom(0, 0.2, 1), memoryBytes: fc.nat(8) }),
      movesBy: fc.constantFrom("live", "restart"),
      onDrain: fc.constantFrom("move", "move", "stop"),
      settled: fc.constantFrom(false, false, true),
      onLoss: fc.constant("restart"),
    },
    { requiredKeys: ["name", "memoryBytes", "vcpus", "devices", "onLoss", "host"] },
  );

const aProblem: fc.Arbitrary<Problem> = fc.record(
  {
    hosts: fc.integer({ min: 2, max: 4 }).chain((count) => fc.tuple(...hostNames.slice(0, count).map(hostNamed))),
    items: fc.integer({ min: 1, max: 6 }).chain((count) => fc.tuple(...itemNames.slice(0, count).map(itemNamed))),
    movesPerLink: fc.integer({ min: 1, max: 2 }),
  },
  { requiredKeys: ["hosts", "items"] },
);

/** Memory alone, nearly full, where the way matters as much as the end. */
const aTightProblem: fc.Arbitrary<Problem> = fc
  .record({
    rooms: fc.array(fc.integer({ min: 6, max: 10 }), { minLength: 3, maxLength: 4 }),
    sizes: fc.array(fc.tuple(fc.integer({ min: 2, max: 5 }), fc.nat(3)), { minLength: 3, maxLength: 6 }),
  })
  .map(({ rooms, sizes }) => ({
    hosts: rooms.map((memoryBytes, h) => ({ name: `h${h}`, memoryBytes, devices: {}, cores: 4 })),
    items: sizes.map(([memoryBytes, host], i) => ({
      name: `i${i}`,
      host: `h${Math.min(host, rooms.length - 1)}`,
      memoryBytes,
      vcpus: 1,
      devices: {},
      onLoss: "restart" as const,
    })),
  }));

const anyProblem = fc.oneof(aProblem, aTightProblem);

const drainOf = (problem: Problem): { problem: Problem; purpose: Purpose } => ({
  problem,
  purpose: { kind: "drain", hosts: ["h0"] },
});

/** Some items have no host yet and are to get one. */
const placingOf = (problem: Problem): { problem: Problem; purpose: Purpose } => {
  const items = problem.items.map(({ host, ...item }) => (host === "h0" ? item : { ...item, ...(host && { host }) }));
  const names = items.filter((item) => !("host" in item)).map((item) => item.name);
  return { problem: { ...problem, items }, purpose: { kind: "place", items: names } };
};

const anyTask = fc.oneof(
  anyProblem.map((problem) => ({ problem, purpose: { kind: "spread" } satisfies Purpose })),
  anyProblem.map(drainOf),
  anyProblem.map(placingOf),
);

/** What an end is charged, reckoned from the problem itself and as the table of weights says. */
const pointsOf = (problem: Problem, closed: readonly string[], ends: ReadonlyMap<string, string>): number => {
  const open = problem.hosts.filter((host) => host.standing === undefined && !closed.includes(host.name));
  const there = problem.items.filter((item) => ends.has(item.name));
  const memory = (item: Item): number => item.used?.memoryBytes ?? item.memoryBytes;
  const loads = (use: (item: Item) => number, own: (host: Host) => number, full: (host: Host) => number): number[] =>
    open.map((host) => {
      const used = there.reduce((sum, item) => (ends.get(item.name) === host.name ? sum + use(item) : sum), own(host));
      return (100 * used) / full(host);
    });
  const spread = (percents: readonly number[]): number =>
    percents.length === 0 ? 0 : Math.max(...percents) - Math.min(...percents);
  let points =
    weights.memorySpread *
    spread(
      loads(
        memory,
        (h) => h.own?.memoryBytes ?? 0,
        (h) => Math.max(1, h.memoryTotalBytes ?? h.memoryBytes),
      ),
    );
  points +=
    weights.cpuSpread *
    spread(
      loads(
        (i) => i.used?.cpu ?? i.vcpus,
        (h) => h.own?.cpu ?? 0,
        (h) => h.cores ?? 1,
      ),
    );
  const inUse = Math.max(
    1,
    there.reduce((sum, item) => sum + memory(item), 0),
  );
  const speeds = problem.hosts.flatMap((host) => host.linkBitsPerSecond ?? []);
  const fastest = Math.max(...speeds);
  const speed = (name: string | undefined): number =>
    problem.hosts.find((host) => host.name === name)?.linkBitsPerSecond ?? fastest;
  for (const item of there) {
    const end = ends.get(item.name) ?? "";
    const begins = problem.hosts.some((host) => host.name === item.host) ? item.host : undefined;
    if (item.prefers?.includes(end) === false) points += weights.wish;
    if (begins === end && item.allowed?.includes(end) === false) points += weights.broken;
    if (begins === undefined || begins === end) continue;
    const disks = (item.disks ?? []).reduce((sum, disk) => sum + disk.bytes, 0);
    const bytes = disks + (item.movesBy === "restart" ? 0 : memory(item));
    const slower = speeds.length === 0 ? 1 : fastest / Math.min(speed(begins), speed(end));
    points += (weights.copied * 100 * bytes * slower) / inUse + (weights.moved * 100) / there.length;
    if (item.movesBy === "restart") points += weights.restarted;
  }
  for (const [i, a] of there.entries())
    for (const b of there.slice(i + 1)) {
      const share = ends.get(a.name) === ends.get(b.name);
      const named = (of: (item: Item) => readonly string[] | undefined): boolean =>
        of(a)?.includes(b.name) === true || of(b)?.includes(a.name) === true;
      if (share && named((item) => item.ratherApartFrom)) points += weights.wish;
      if (!share && named((item) => item.ratherWith)) points += weights.wish;
      if (share && named((item) => item.apartFrom)) points += weights.broken;
    }
  return points;
};

/** Where the plan says that everything ends. */
const beginOf = (problem: Problem, stopped: readonly string[]): Map<string, string> => {
  const ends = new Map<string, string>();
  for (const item of problem.items)
    if (problem.hosts.some((host) => host.name === item.host) && !stopped.includes(item.name))
      ends.set(item.name, item.host ?? "");
  return ends;
};

const endsOf = (problem: Problem, plan: MovePlan): Map<string, string> => {
  const ends = beginOf(problem, plan.stopped);
  if (plan.kind === "moves") for (const move of plan.steps.flatMap((step) => step.moves)) ends.set(move.item, move.to);
  return ends;
};

/** One move as a plan of its own, for the checker. */
const onlyMove = (item: string, from: string | undefined, to: string): Parameters<typeof verifyPlan>[2] => ({
  steps: [{ moves: [{ item, ...(from === undefined ? {} : { from }), to }] }],
});

/** Every end that single moves, one after the other, can bring about; by brute force, with the checker as the judge. */
const reachable = (problem: Problem, purpose: Purpose): Map<string, string>[] => {
  const found: Map<string, string>[] = [];
  const seen = new Set<string>();
  const look = (state: Map<string, string>): void => {
    const key = problem.items.map((item) => state.get(item.name) ?? "").join();
    if (seen.has(key)) return;
    seen.add(key);
    found.push(state);
    const now = {
      ...problem,
      items: problem.items.map((item) => {
        const host = state.get(item.name);
        return host === undefined ? item : { ...item, host };
      }),
    };
    for (const item of problem.items)
      for (const { name: to } of problem.hosts) {
        const from = state.get(item.name);
        if (from === to || (from === undefined && purpose.kind !== "place")) continue;
        const broken = verifyPlan(now, purpose, onlyMove(item.name, from, to));
        if (broken.every(({ step }) => step === undefined)) look(new Map(state).set(item.name, to));
      }
  };
  look(beginOf(problem, []));
  return found;
};

/** Few enough to look at every end, and nothing that has to move as one. */
const aSmallTask = anyTask
  .filter(({ problem }) => problem.hosts.length <= 3 && problem.items.length <= 4)
  .map(({ problem, purpose }) => ({
    purpose,
    problem: { ...problem, items: problem.items.map((item) => ({ ...item, togetherWith: [] })) },
  }));

const isOver = (problem: Problem): boolean =>
  hostLoads(problem).some(({ resources }) => resources.some(({ used, room }) => used > (room ?? used)));

describe("a plan of moves", () => {
  test("passes the checker at every step, and is charged what its end is charged", () => {
    fc.assert(
      fc.property(anyTask, ({ problem, purpose }) => {
        const plan = planMoves(problem, purpose, budget);
        if (plan.kind !== "moves") return;
        expect(verifyPlan(problem, purpose, plan)).toEqual([]);
        const closed = purpose.kind === "drain" ? purpose.hosts : [];
        expect(plan.score.after).toBeCloseTo(pointsOf(problem, closed, endsOf(problem, plan)), 6);
        expect(plan.score.bound).toBeLessThanOrEqual(plan.score.after + 1e-6);
      }),
      { numRuns: 800 },
    );
  });

  test("for spreading is never worse than doing nothing, and gains what it says", () => {
    fc.assert(
      fc.property(anyProblem, (problem) => {
        const plan = planMoves(problem, { kind: "spread" }, budget);
        if (plan.kind !== "moves") return;
        const before = pointsOf(problem, [], beginOf(problem, []));
        expect(plan.score.before).toBeCloseTo(before, 6);
        expect(before - plan.score.after).toBeGreaterThanOrEqual(leastGain);
      }),
      { numRuns: 700 },
    );
  });

  test("for draining leaves the host empty, or says why not just where brute force finds no way", () => {
    fc.assert(
      fc.property(aSmallTask, ({ problem, purpose }) => {
        fc.pre(purpose.kind !== "spread" && !isOver(problem));
        const plan = planMoves(problem, purpose, { steps: 1e7 });
        const isDone = (ends: ReadonlyMap<string, string>): boolean =>
          problem.items.every((item) => {
            const host = ends.get(item.name);
            if (purpose.kind === "place") return host !== undefined || !purpose.items.includes(item.name);
            return host !== "h0" || item.onDrain === "stop";
          });
        const possible = reachable(problem, purpose).some(isDone);
        expect(plan.kind).toBe(!possible ? "impossible" : isDone(beginOf(problem, [])) ? "nothing-to-do" : "moves");
        if (plan.kind === "moves") expect(isDone(endsOf(problem, plan))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test("for spreading has a bound that no end comes below, and overlooks no single move that gains enough", () => {
    fc.assert(
      fc.property(aSmallTask, ({ problem }) => {
        const purpose: Purpose = { kind: "spread" };
        const plan = planMoves(problem, purpose, { steps: 1e6 });
        const before = pointsOf(problem, [], beginOf(problem, []));
        const best = Math.min(...reachable(problem, purpose).map((ends) => pointsOf(problem, [], ends)));
        if (plan.kind === "moves") {
          expect(plan.score.bound).toBeLessThanOrEqual(best);
          expect(plan.score.after).toBeGreaterThanOrEqual(best - 1e-6);
          return;
        }
        if (plan.kind === "nothing-to-do" && plan.why.kind !== "empty")
          expect(plan.why.atMost).toBeGreaterThanOrEqual(before - best);
        for (const item of problem.items)
          for (const { name: to } of problem.hosts) {
            if (item.host === to) continue;
            if (verifyPlan(problem, purpose, onlyMove(item.name, item.host, to)).length > 0) continue;
            const ends = beginOf(problem, []).set(item.name, to);
            expect(before - pointsOf(problem, [], ends)).toBeLessThan(leastGain);
          }
      }),
      { numRuns: 400 },
    );
  });

  test("moves nothing to a host that is draining, in maintenance or offline, nor what is declared to stay", () => {
    fc.assert(
      fc.property(anyTask, ({ problem, purpose }) => {
        const plan = planMoves(problem, purpose, budget);
        if (plan.kind !== "moves") return;
        const closed = problem.hosts.flatMap((host) => (host.standing === undefined ? [] : [host.name]));
        const settled = problem.items.flatMap((item) =>
          item.settled === true && item.host !== undefined ? [item.name] : [],
        );
        for (const move of plan.steps.flatMap((step) => step.moves)) {
          expect([...closed, ...(purpose.kind === "drain" ? purpose.hosts : [])]).not.toContain(move.to);
          expect(settled).not.toContain(move.item);
        }
      }),
      { numRuns: 700 },
    );
  });

  test("is the same to the byte in whatever order the problem is told, and few steps never make it wrong", () => {
    const shuffled = anyTask.chain(({ problem, purpose }) =>
      fc.record({
        problem: fc.constant(problem),
        purpose: fc.constant(purpose),
        hosts: fc.shuffledSubarray([...problem.hosts], { minLength: problem.hosts.length }),
        items: fc.shuffledSubarray([...problem.items], { minLength: problem.items.length }),
        steps: fc.constantFrom(0, 50, 500, 5_000),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ problem, purpose, hosts, items, steps }) => {
        const once = planMoves(problem, purpose, { steps });
        expect(JSON.stringify(planMoves({ ...problem, hosts, items }, purpose, { steps }))).toBe(JSON.stringify(once));
        if (once.kind === "moves") expect(verifyPlan(problem, purpose, once)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test.each(["rule", "always"] as const)("that has to keep every loss absorbed (%s) keeps it", (absorbs) => {
    fc.assert(
      fc.property(anyTask, ({ problem, purpose }) => {
        const plan = planMoves({ ...problem, absorbs }, purpose, budget);
        if (plan.kind !== "moves") return;
        const closed = purpose.kind === "drain" ? purpose.hosts : [];
        const absorbed = (ends: ReadonlyMap<string, string>): string[] => {
          const hosts = problem.hosts.map((host) =>
            closed.includes(host.name) ? { ...host, standing: "draining" as const } : host,
          );
          const items = problem.items.flatMap((item) => {
            const host = ends.get(item.name);
            return host === undefined ? [] : [{ ...item, host }];
          });
          return absorbAny({ hosts, items }, { steps: 1e6 }).flatMap((loss) =>
            loss.kind === "fits" ? [loss.lost] : [],
          );
        };
        const open = absorbed(beginOf(problem, plan.stopped)).filter(
          (name) =>
            !closed.includes(name) && problem.hosts.some((host) => host.name === name && host.standing === undefined),
        );
        const first = absorbs === "always" ? 1 : plan.steps.length;
        for (let count = first; count <= plan.steps.length; count++) {
          const after = absorbed(endsOf(problem, { ...plan, steps: plan.steps.slice(0, count) }));
          expect(open.filter((host) => !after.includes(host))).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
