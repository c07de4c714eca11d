import { describe, expect, test } from "vitest";
import {
  doubtText,
  type Host,
  type Item,
  type MovePlan,
  moveText,
  nothingText,
  obstacleText,
  type Problem,
  type Purpose,
  planMoves,
  verifyPlan,
} from "./index.ts";

const gib = 2 ** 30;
const budget = { steps: 200_000 };

const aHost = (name: string, memoryGib: number, more: Partial<Host> = {}): Host => ({
  name,
  memoryBytes: memoryGib * gib,
  devices: {},
  ...more,
});

const anItem = (name: string, host: string, memoryGib: number, more: Partial<Item> = {}): Item => ({
  name,
  host,
  memoryBytes: memoryGib * gib,
  vcpus: 1,
  devices: {},
  onLoss: "restart",
  ...more,
});

const spread: Purpose = { kind: "spread" };
const drain = (...hosts: string[]): Purpose => ({ kind: "drain", hosts });

/** Steps as an operator would note them down. */
const steps = (plan: MovePlan): string[] =>
  plan.kind === "moves"
    ? plan.steps.map(({ moves }) => moves.map(({ item, to }) => `${item} -> ${to}`).join(", "))
    : [plan.kind];

const text = (plan: MovePlan): string => {
  switch (plan.kind) {
    case "moves":
      return plan.steps.flatMap(({ moves }) => moves.map(moveText)).join("\n");
    case "nothing-to-do":
      return nothingText(plan);
    case "impossible":
      return obstacleText(plan.obstacle);
    case "undecided":
      return doubtText(plan.doubt);
  }
};

describe("draining a node", () => {
  const hosts = [aHost("node01", 32), aHost("node02", 32), aHost("node03", 32)];

  test("moves each guest where load stays even, one at a time on a link", () => {
    const items = [anItem("a", "node01", 8), anItem("b", "node01", 8), anItem("c", "node02", 4)];
    const plan = planMoves({ hosts, items }, drain("node01"), budget);
    expect(steps(plan)).toEqual(["a -> node03", "b -> node02"]);
    expect(text(plan)).toBe(
      [
        "a leaves node01 (memory 50.0 -> 25.0 %) for node03 (memory 0.0 -> 25.0 %), 8 GiB: its host is drained; next best is node02, 50.00 points worse.",
        "b leaves node01 (memory 25.0 -> 0.0 %) for node02 (memory 12.5 -> 37.5 %), 8 GiB: its host is drained; next best is node03, 25.00 points worse.",
      ].join("\n"),
    );
  });

  test("moves as many side by side as links carry", () => {
    const items = [anItem("a", "node01", 8), anItem("b", "node01", 8)];
    expect(steps(planMoves({ hosts, items, movesPerLink: 2 }, drain("node01"), budget))).toHaveLength(1);
  });

  test("names the guest that may not leave", () => {
    const items = [anItem("a", "node01", 8, { settled: true }), anItem("b", "node01", 8)];
    expect(text(planMoves({ hosts, items }, drain("node01"), budget))).toBe(
      "a cannot leave: it is declared to stay where it is.",
    );
  });

  test("names the guest that nothing takes, and why", () => {
    const items = [anItem("ml", "node01", 8, { devices: { gpu: 1 } }), anItem("b", "node01", 8)];
    const closed = [...hosts, aHost("node04", 64, { devices: { gpu: 4 }, standing: "maintenance" })];
    expect(text(planMoves({ hosts: closed, items }, drain("node01"), budget))).toBe(
      "ml can go nowhere: node02 and node03: no gpu; node04: is in maintenance.",
    );
  });

  test("lets stop what is declared to stop with its node", () => {
    const items = [anItem("ml", "node01", 8, { devices: { gpu: 1 }, onDrain: "stop" }), anItem("b", "node01", 8)];
    const plan = planMoves({ hosts, items }, drain("node01"), budget);
    expect(plan).toMatchObject({ kind: "moves", stopped: ["ml"] });
    expect(steps(plan)).toHaveLength(1);
  });

  test("drains two nodes at once, and none of their guests to the other", () => {
    const items = [anItem("a", "node01", 8), anItem("b", "node02", 8)];
    expect(steps(planMoves({ hosts, items, movesPerLink: 2 }, drain("node01", "node02"), budget))).toEqual([
      "a -> node03, b -> node03",
    ]);
  });

  test("moves another only where there is no room without", () => {
    const items = [anItem("big", "node01", 24), anItem("c", "node02", 12), anItem("d", "node03", 12)];
    const plan = planMoves({ hosts, items }, drain("node01"), budget);
    expect(steps(plan)).toHaveLength(2);
    expect(text(plan)).toContain("those that have to move find no place without it");
    expect(plan.kind === "moves" && verifyPlan({ hosts, items }, drain("node01"), plan)).toEqual([]);
  });

  test("keeps those together that must be, step after step", () => {
    const items = [
      anItem("app", "node01", 4, { togetherWith: ["db"] }),
      anItem("x", "node01", 2),
      anItem("db", "node01", 8),
    ];
    const plan = planMoves({ hosts, items }, drain("node01"), budget);
    expect(steps(plan)).toEqual(["app -> node02", "db -> node02", "x -> node03"]);
  });

  test("that would leave a loss unabsorbed is not decided where that is a rule, and says so where it is a wish", () => {
    const items = [anItem("a", "node01", 16), anItem("b", "node02", 16), anItem("c", "node03", 8)];
    const rule = planMoves({ hosts, items, absorbs: "rule" }, drain("node01"), budget);
    expect(text(rule)).toBe("the loss of node02 and node03, absorbed before, would not surely be absorbed any more.");
    const wish = planMoves({ hosts, items, absorbs: "wish" }, drain("node01"), budget);
    expect(wish).toMatchObject({ kind: "moves", unabsorbed: ["node02", "node03"] });
  });
});

describe("spreading load", () => {
  test("leaves alone what is even, and says what no plan could gain", () => {
    const hosts = [aHost("node01", 32), aHost("node02", 32)];
    const items = [anItem("a", "node01", 8), anItem("b", "node02", 8)];
    expect(text(planMoves({ hosts, items }, spread, budget))).toBe(
      "Nothing is worth doing: nothing better was found; no plan gains more than 0.00.",
    );
  });

  test("goes by what is used, not by what was given", () => {
    const hosts = [aHost("node01", 64), aHost("node02", 64)];
    const used = (memory: number) => ({ used: { cpu: 0, memoryBytes: memory * gib } });
    const items = [
      anItem("idle", "node01", 32, used(1)),
      anItem("busy", "node02", 8, used(8)),
      anItem("busier", "node02", 8, used(7)),
    ];
    expect(steps(planMoves({ hosts, items }, spread, budget))).toEqual(["busier -> node01"]);
  });

  test("mends what is out of its hosts", () => {
    const hosts = [aHost("node01", 64), aHost("node02", 64)];
    const items = [
      anItem("a", "node01", 8, { allowed: ["node02"] }),
      anItem("b", "node02", 8, { allowed: ["node02"] }),
    ];
    expect(steps(planMoves({ hosts, items }, spread, budget))).toEqual(["a -> node02"]);
  });

  test("brings company and keeps distance where it is wished for", () => {
    const hosts = [aHost("node01", 64), aHost("node02", 64)];
    const items = [
      anItem("a", "node01", 8, { ratherApartFrom: ["b"] }),
      anItem("b", "node01", 8),
      anItem("c", "node02", 8, { ratherWith: ["b"] }),
      anItem("d", "node02", 8),
    ];
    const plan = planMoves({ hosts, items }, spread, budget);
    const ends = new Map(items.map((item) => [item.name, item.host]));
    if (plan.kind === "moves") for (const { moves } of plan.steps) for (const { item, to } of moves) ends.set(item, to);
    expect(ends.get("a")).not.toBe(ends.get("b"));
    expect(ends.get("c")).toBe(ends.get("b"));
  });

  test("does not copy terabytes of local disks for a few percent", () => {
    const local = { disks: [{ storage: "nvme", bytes: 4096 * gib }] };
    const hosts = ["node01", "node02"].map((name) => aHost(name, 64, { storages: { nvme: 2 ** 45 } }));
    const items = [anItem("a", "node01", 8, local), anItem("b", "node01", 8, local)];
    expect(planMoves({ hosts, items }, spread, budget).kind).toBe("nothing-to-do");
    const diskless = items.map(({ name }) => anItem(name, "node01", 8));
    expect(planMoves({ hosts, items: diskless }, spread, budget).kind).toBe("moves");
  });

  test("parks one where two hosts are too full to change places", () => {
    const hosts = [aHost("node01", 10), aHost("node02", 10), aHost("node03", 6, { memoryTotalBytes: 10 * gib })];
    const items = [
      anItem("a", "node01", 6, { allowed: ["node02", "node03"] }),
      anItem("b", "node02", 6, { allowed: ["node01"] }),
    ];
    const plan = planMoves({ hosts, items }, spread, budget);
    expect(plan.kind === "moves" && verifyPlan({ hosts, items }, spread, plan)).toEqual([]);
    expect(steps(plan)).toEqual(["a -> node03", "b -> node01"]);
    const pinned = items.map((item) => (item.name === "a" ? { ...item, prefers: ["node02"] } : item));
    const parking = planMoves({ hosts, items: pinned }, spread, budget);
    expect(steps(parking)).toEqual(["a -> node03", "b -> node01", "a -> node02"]);
    expect(text(parking)).toContain("it is in the way of another, and moves on later");
  });
});

describe("placing guests", () => {
  const problem: Problem = {
    hosts: [aHost("node01", 32), aHost("node02", 32)],
    items: [anItem("old", "node01", 8), anItem("new", "", 8)],
  };

  test("starts them where load stays even", () => {
    const plan = planMoves(problem, { kind: "place", items: ["new"] }, budget);
    expect(text(plan)).toBe(
      "new starts on node02 (memory 0.0 -> 25.0 %): it has no host yet; next best is node01, 50.00 points worse.",
    );
    expect(plan).toMatchObject({ unmeasured: ["new", "old"] });
  });

  test("refuses names that are not there, and guests that run already", () => {
    expect(() => planMoves(problem, { kind: "place", items: ["ghost"] }, budget)).toThrow("no item named ghost");
    expect(() => planMoves(problem, { kind: "place", items: ["old"] }, budget)).toThrow("is on node01 already");
    expect(() => planMoves(problem, drain("node09"), budget)).toThrow("no host named node09");
  });
});

describe("many guests on a few nodes", () => {
  /** A hundred guests of several sizes, most of them on the first two of five nodes. */
  const crowd: Problem = {
    hosts: ["node01", "node02", "node03", "node04", "node05"].map((name) => aHost(name, 256, { cores: 32 })),
    items: Array.from({ length: 100 }, (_, i) =>
      anItem(`guest${String(i).padStart(3, "0")}`, `node0${1 + ((i * i) % 7 < 3 ? i % 2 : i % 5)}`, 1 + ((i * 7) % 9), {
        used: { cpu: ((i * 13) % 11) / 10, memoryBytes: (1 + ((i * 5) % 7)) * gib * 0.5 },
        ...(i % 10 === 0 ? { apartFrom: [`guest${String(i + 1).padStart(3, "0")}`] } : {}),
      }),
    ),
    movesPerLink: 2,
  };

  test("are spread by the rules, and with more steps no dearer", () => {
    const points = [20_000, 1_000_000].map((steps) => {
      const plan = planMoves(crowd, spread, { steps });
      if (plan.kind !== "moves") throw new Error(plan.kind);
      expect(verifyPlan(crowd, spread, plan)).toEqual([]);
      expect(plan.score.bound).toBeLessThanOrEqual(plan.score.after);
      return plan.score.after;
    });
    const [few = 0, more = 0] = points;
    expect(more).toBeLessThan(few);
  });
});
