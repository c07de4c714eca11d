import { describe, expect, test } from "vitest";
import {
  type Absorption,
  absorb,
  absorbAny,
  type Host,
  hostLoads,
  type Item,
  type Problem,
  proofText,
  verifyAbsorption,
} from "./index.ts";

import { packingOf } from "./packing.ts";
import { Search } from "./search.ts";
import { tableOf } from "./table.ts";

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

const proofOf = (absorption: Absorption): string =>
  absorption.kind === "impossible" ? proofText(absorption.proof) : absorption.kind;

const waysOf = (absorption: Absorption): string[] =>
  absorption.kind === "fits"
    ? [...absorption.placements, ...absorption.rearranged].map(({ item, to }) => `${item} -> ${to}`)
    : [absorption.kind];

describe("the loss of a host", () => {
  test("is absorbed by spreading its guests, and the answer tells each host's load", () => {
    const problem: Problem = {
      hosts: [aHost("node01", 64), aHost("node02", 64, { vcpuLimit: 8 }), aHost("node03", 64)],
      items: [anItem("a", "node01", 8), anItem("b", "node01", 8), anItem("c", "node02", 4)],
    };
    const answer = absorb(problem, "node01", budget);
    expect(answer).toEqual({
      kind: "fits",
      lost: "node01",
      placements: [
        { item: "a", from: "node01", to: "node03" },
        { item: "b", from: "node01", to: "node02" },
      ],
      rearranged: [],
      fewest: true,
      stopped: [],
      loads: [
        {
          host: "node02",
          items: 2,
          resources: [
            { resource: { kind: "memory" }, used: 12 * gib, room: 64 * gib },
            { resource: { kind: "vcpus" }, used: 2, room: 8 },
          ],
        },
        {
          host: "node03",
          items: 1,
          resources: [
            { resource: { kind: "memory" }, used: 8 * gib, room: 64 * gib },
            { resource: { kind: "vcpus" }, used: 1 },
          ],
        },
      ],
      spent: { steps: 0, nodes: 0 },
    });
  });

  test("leaves behind what is declared to stop, and frees what depends on it", () => {
    const problem: Problem = {
      hosts: [aHost("node01", 64), aHost("node02", 8)],
      items: [
        anItem("gpu", "node01", 32, { onLoss: "stop" }),
        anItem("web", "node01", 8, { togetherWith: ["gpu"], apartFrom: ["gpu"] }),
      ],
    };
    expect(absorb(problem, "node01", budget)).toMatchObject({
      kind: "fits",
      stopped: ["gpu"],
      placements: [{ item: "web" }],
    });
  });

  test("is impossible when the sums would do but the largest guest fits nowhere", () => {
    const problem: Problem = {
      hosts: [aHost("node01", 64), aHost("node02", 10), aHost("node03", 8), aHost("node04", 8), aHost("node05", 8)],
      items: [anItem("db", "node01", 32)],
    };
    expect(proofOf(absorb(problem, "node01", budget))).toBe(
      "db can go nowhere: node02, node03, node04 and node05: needs 32 GiB of memory, most free is 10 GiB of memory on node02.",
    );
  });

  test("is impossible for a guest whose device no other host has free, and says so host by host", () => {
    const problem: Problem = {
      hosts: [
        aHost("node01", 64, { devices: { gpu: 1 } }),
        aHost("node02", 64, { devices: { gpu: 1 } }),
        aHost("node03", 64),
        aHost("node04", 64, { devices: { gpu: 1 } }),
      ],
      items: [
        anItem("ai", "node01", 8, { devices: { gpu: 1 }, allowed: ["node01", "node02", "node03"] }),
        anItem("vdi", "node02", 8, { devices: { gpu: 1 } }),
      ],
    };
    expect(proofOf(absorb(problem, "node01", budget))).toBe(
      "ai can go nowhere: node03: no gpu; node04: out of reach; node02: needs 1 gpu, nothing is free.",
    );
  });

  test("is impossible when guests confined to some hosts need more than those have, however much is free elsewhere", () => {
    const problem: Problem = {
      hosts: [aHost("node01", 64), aHost("node02", 10), aHost("node03", 9), aHost("node04", 512)],
      items: [
        ...["a", "b", "c"].map((name) => anItem(name, "node01", 7, { allowed: ["node02", "node03"] })),
        anItem("d", "node01", 7),
      ],
    };
    expect(proofOf(absorb(problem, "node01", budget))).toBe(
      "a, b and c can go to node02 and node03 only and need 21 GiB of memory; free there: 19 GiB of memory (node02 10 GiB of memory, node03 9 GiB of memory), of which they can fill 14 GiB of memory at most.",
    );
  });

  test("is impossible when the large ones outnumber the places for them", () => {
    const problem: Problem = {
      hosts: [aHost("node01", 64), aHost("node02", 21), aHost("node03", 21)],
      items: [
        anItem("a", "node01", 11),
        anItem("b", "node01", 11),
        anItem("c", "node01", 11),
        anItem("d", "node01", 9),
      ],
    };
    expect(proofOf(absorb(problem, "node01", budget))).toBe(
      "a, b and c need at least 11 GiB of memory each; there is a place for 2 of these 3 (node02 holds 1 in 21 GiB of memory, node03 holds 1 in 21 GiB of memory).",
    );
  });

  test("is impossible when guests kept apart outnumber the hosts", () => {
    const problem: Problem = {
      hosts: [aHost("node01", 64), aHost("node02", 64), aHost("node03", 64)],
      items: [
        anItem("etcd1", "node01", 1, { apartFrom: ["etcd2", "etcd3"] }),
        anItem("etcd2", "node02", 1, { apartFrom: ["etcd3"] }),
        anItem("etcd3", "node03", 1),
      ],
    };
    expect(proofOf(absorb(problem, "node01", budget))).toBe(
      "etcd1 can go nowhere: node02: must be kept apart from etcd2; node03: must be kept apart from etcd3.",
    );
    const all = { ...problem, items: problem.items.map((item) => ({ ...item, host: "node01" })) };
    expect(proofOf(absorb(all, "node01", budget))).toBe(
      "etcd1, etcd2 and etcd3 must be kept apart and can go to node02 and node03 only: 2 for 3.",
    );
  });

  test("is impossible by exhaustion where no short proof holds", () => {
    const problem: Problem = {
      hosts: [aHost("node01", 64), aHost("node02", 10, { vcpuLimit: 9 }), aHost("node03", 14, { vcpuLimit: 16 })],
      items: [
        anItem("a", "node01", 6, { vcpus: 4 }),
        anItem("b", "node01", 3, { vcpus: 8 }),
        anItem("c", "node01", 6, { vcpus: 5 }),
        anItem("d", "node01", 7, { vcpus: 2 }),
      ],
    };
    expect(proofOf(absorb(problem, "node01", budget))).toBe(
      "No way to place a, b, c and d on node02 and node03 is free of conflict; every one was tried (5 states).",
    );
  });

  test("keeps guests together with what they must be with", () => {
    const problem: Problem = {
      hosts: [aHost("node01", 64), aHost("node02", 64), aHost("node03", 8)],
      items: [
        anItem("app", "node01", 4, { togetherWith: ["cache"] }),
        anItem("cache", "node01", 2, { togetherWith: ["db"] }),
        anItem("db", "node03", 2),
      ],
    };
    expect(waysOf(absorb(problem, "node01", budget))).toEqual(["app -> node03", "cache -> node03"]);
  });

  test("counts the local disks that a guest would take on its new host", () => {
    const disks = [{ storage: "local-zfs", bytes: 100 * gib }];
    const problem: Problem = {
      hosts: [aHost("node01", 64), aHost("node02", 64), aHost("node03", 64, { storages: { "local-zfs": 150 * gib } })],
      items: [anItem("a", "node01", 1, { disks }), anItem("b", "node01", 1, { disks })],
    };
    expect(proofOf(absorb(problem, "node01", budget))).toBe(
      "a and b can go to node03 only and need 200 GiB of local-zfs; free there: 150 GiB of local-zfs (node03 150 GiB of local-zfs), of which they can fill 100 GiB of local-zfs at most.",
    );
  });

  test("is no matter for guests that are on no host", () => {
    const problem: Problem = {
      hosts: [aHost("node01", 8), aHost("node02", 8)],
      items: [anItem("a", "node01", 8), anItem("elsewhere", "node09", 64)],
    };
    expect(waysOf(absorb(problem, "node01", budget))).toEqual(["a -> node02"]);
  });

  test("is impossible for the only host, and nothing for an empty one", () => {
    const problem: Problem = { hosts: [aHost("node01", 8)], items: [anItem("a", "node01", 8)] };
    expect(proofOf(absorb(problem, "node01", budget))).toBe("a: there is no other host.");
    expect(absorb({ ...problem, items: [] }, "node01", budget).kind).toBe("fits");
  });
});

test("hosts with the same room left are told apart by who may not join those that are there", () => {
  const apart: Record<string, string[]> = { a: ["c"], b: ["c", "d"], d: ["e", "f", "b"], e: ["d", "f"] };
  const problem: Problem = {
    hosts: [aHost("lost", 0), aHost("h1", 6), aHost("h2", 5), aHost("h3", 5)],
    items: [2, 3, 3, 2, 3, 3].map((size, i) => {
      const name = "abcdef".charAt(i);
      return anItem(name, "lost", size, { vcpus: 0, apartFrom: apart[name] ?? [] });
    }),
  };
  const packing = packingOf(tableOf(problem), 3, false);
  expect(packing.table.hosts[packing.lost]?.name).toBe("lost");
  expect(new Search(packing, [...packing.bundles.keys()], budget).run()).toBe("found");
});

describe("rearranging", () => {
  const tight: Problem = {
    hosts: [aHost("node01", 16), aHost("node02", 16), aHost("node03", 16)],
    items: [anItem("big", "node01", 12), anItem("x", "node02", 8), anItem("y", "node03", 8)],
  };

  test("moves one guest aside where that is enough, and knows that one is the fewest", () => {
    expect(absorb(tight, "node01", budget).kind).toBe("impossible");
    const answer = absorb(tight, "node01", budget, { rearrange: true });
    expect(answer).toMatchObject({ kind: "fits", fewest: true });
    expect(waysOf(answer)).toEqual(["big -> node02", "x -> node03"]);
  });

  test("leaves settled guests where they are", () => {
    const settled = { ...tight, items: tight.items.map((item) => ({ ...item, settled: item.name === "x" })) };
    expect(waysOf(absorb(settled, "node01", budget, { rearrange: true }))).toEqual(["big -> node03", "y -> node02"]);
    const all = { ...tight, items: tight.items.map((item) => ({ ...item, settled: true })) };
    expect(absorb(all, "node01", budget, { rearrange: true }).kind).toBe("impossible");
  });

  test("never brings anything to a host that is over its room, though its guests may leave", () => {
    const over: Problem = {
      hosts: [aHost("node01", 16), aHost("node02", 16), aHost("node03", 32)],
      items: [anItem("a", "node01", 2), anItem("x", "node02", 9), anItem("y", "node02", 8), anItem("z", "node03", 31)],
    };
    expect(proofOf(absorb(over, "node01", budget, { rearrange: true }))).toBe(
      "a and z can go to node03 only and need 33 GiB of memory; free there: 32 GiB of memory (node03 32 GiB of memory).",
    );
  });
});

describe("the budget", () => {
  test("ends a search that has neither placed all nor proved anything, and tells how far it came", () => {
    const answer = absorb(triples(10, 0), "lost", { steps: 2_000 });
    expect(answer).toMatchObject({ kind: "undecided", why: "steps-spent" });
    if (answer.kind !== "undecided") return;
    expect(answer.best.placements.length + answer.best.unplaced.length).toBe(30);
    expect(answer.best.unplaced.length).toBeGreaterThan(0);
  });

  test("ends when the caller says so", () => {
    const answer = absorb(triples(10, 0), "lost", { steps: 1e9, shouldStop: () => true });
    expect(answer).toMatchObject({ kind: "undecided", why: "asked-to-stop" });
  });

  test.each([3, 4, 5, 6, 8, 12])(
    "gives %i triples that sum exactly no wrong verdict, with however few steps",
    (count) => {
      for (const steps of [0, 100, 10_000, 300_000]) {
        const solvable = absorb(triples(count, 0), "lost", { steps });
        expect(solvable.kind).not.toBe("impossible");
        if (solvable.kind === "fits") expect(verifyAbsorption(triples(count, 0), solvable)).toEqual([]);
        expect(absorb(triples(count, 1), "lost", { steps }).kind).not.toBe("fits");
      }
    },
  );

  test("is enough for a few triples either way", () => {
    expect(absorb(triples(4, 0), "lost", { steps: 2_000_000 }).kind).toBe("fits");
    expect(absorb(triples(4, 1), "lost", { steps: 2_000_000 }).kind).toBe("impossible");
  });
});

/** Items in threes that fill one host each to the byte; a `surplus` moves that many bytes from one triple into the next. */
const triples = (count: number, surplus: number): Problem => {
  const size = 1_000_003;
  const items: Item[] = [];
  const add = (bytes: number): void => {
    items.push(anItem(`i${items.length}`, "lost", 0, { memoryBytes: bytes, vcpus: 0 }));
  };
  let seed = 12_345;
  const draw = (from: number, to: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return from + (seed % (to - from));
  };
  for (let triple = 0; triple < count; triple++) {
    const a = draw(260_000, 330_000);
    const b = draw(340_000, 390_000);
    add(a);
    add(b);
    add(size - a - b);
  }
  const hosts = Array.from({ length: count }, (_, i) =>
    aHost(`h${i}`, 0, { memoryBytes: size + (i === 0 ? -surplus : i === 1 ? surplus : 0) }),
  );
  return { hosts: [aHost("lost", 1), ...hosts], items };
};

describe("any single loss", () => {
  test("is answered for each host in the order of names, from one budget", () => {
    const problem: Problem = {
      hosts: [aHost("node03", 16), aHost("node01", 32), aHost("node02", 16)],
      items: [anItem("a", "node01", 20), anItem("b", "node02", 8), anItem("c", "node03", 8)],
    };
    const answers = absorbAny(problem, budget);
    expect(answers.map(({ lost, kind }) => `${lost} ${kind}`)).toEqual([
      "node01 impossible",
      "node02 fits",
      "node03 fits",
    ]);
    expect(answers).toEqual(["node01", "node02", "node03"].map((host) => absorb(problem, host, budget)));
  });
});

describe("a problem that cannot be counted exactly", () => {
  test.each<[string, Problem, string]>([
    [
      "two hosts of one name",
      { hosts: [aHost("n", 1), aHost("n", 1)], items: [] },
      "Two hosts of the placement problem are named n.",
    ],
    ["half a byte", { hosts: [aHost("n", 0.25 / gib)], items: [] }, "The host n has the amount 0.25"],
    ["a negative amount", { hosts: [], items: [anItem("i", "n", 1, { vcpus: -1 })] }, "The item i has the amount -1"],
  ])("is refused: %s", (_, problem, message) => {
    expect(() => hostLoads(problem)).toThrow(message);
  });

  test("is refused: a lost host that is not there", () => {
    expect(() => absorb({ hosts: [], items: [] }, "node07", budget)).toThrow(
      "The placement problem has no host named node07.",
    );
  });
});
