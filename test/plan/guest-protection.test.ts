import type { ParameterValue } from "@orrery/contract";
import tidy from "@orrery/example-tidy-lab";
import { type LabInput, refText } from "@orrery/model";
import { adopt, markOf, type ObjectKind } from "@orrery/plan";
import { worldOf } from "@orrery/twin-lab";
import type { Release } from "@orrery/twin-world";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type OverTwin, overTwin } from "../observe/observed-twin.ts";
import { labOf, planOf } from "./planned-lab.ts";
import { lookAt, stepByStep } from "./protected.ts";

const kinds: readonly ObjectKind[] = ["ha group", "ha resource", "ha rule", "replication job"];
const releases = fc.constantFrom<Release[]>("8.4", "9.2");
const names = ["dns1", "dns2", "db1", "app1", "mon1"];

type Items = LabInput["guests"]["items"];
type Item = Items[number];
type Rules = NonNullable<NonNullable<LabInput["ha"]>["rules"]>;
type Protection = { readonly guests: readonly (Pick<Item, "ha" | "replication"> | undefined)[]; readonly rules: Rules };

/** The tidy lab with other protection of its guests. */
const withProtection = ({ guests, rules }: Protection): unknown => ({
  ...tidy,
  guests: {
    ...tidy.guests,
    items: tidy.guests.items.map((item, index) => ({ ...item, ha: false, replication: [], ...guests[index] })),
    claims: [],
  },
  ha: { rules },
});

const node = fc.constantFrom("pve1", "pve2", "pve3");

const haOf: fc.Arbitrary<Item["ha"]> = fc.oneof(
  fc.boolean(),
  fc.record(
    {
      maxRestart: fc.integer({ min: 0, max: 2 }),
      maxRelocate: fc.integer({ min: 0, max: 2 }),
      failback: fc.boolean(),
      autoRebalance: fc.boolean(),
      comment: fc.constantFrom("precious", "not so"),
      state: fc.constantFrom("started" as const, "stopped" as const, "ignored" as const),
    },
    { requiredKeys: [] },
  ),
);

const replication = fc.record(
  {
    every: fc.constantFrom("15 min" as const, "2 h" as const, "24 h" as const),
    schedule: fc.constantFrom("*/30", "mon..fri 22:00"),
    rate: fc.constantFrom("50 MB/s" as const, "12.5 MB/s" as const),
    comment: fc.constant("a copy"),
    enabled: fc.boolean(),
    number: fc.integer({ min: 0, max: 3 }),
  },
  { requiredKeys: ["every"] },
);

/** A guest's node in the tidy lab is no target. */
const homes = labOf(tidy).guests.items.map(({ node: home }) => refText(home));

const guest = (index: number): fc.Arbitrary<Protection["guests"][number]> =>
  fc.record({
    ha: haOf,
    replication: fc
      .subarray(["pve1", "pve2", "pve3"].filter((name) => name !== homes[index]))
      .chain((targets) =>
        fc
          .tuple(...targets.map((to) => replication.map((job) => ({ ...job, to }))))
          .map((jobs) => (new Set(jobs.map(({ number }) => number)).size === jobs.length ? jobs : jobs.slice(0, 1))),
      ),
  });

/** Rules about resources that there are, one about nodes for each guest at most: as 8.4 can have them. */
const protection = fc
  .tuple(
    fc.tuple(guest(0), guest(1), guest(2), guest(3), guest(4)),
    fc.record({
      cut: fc.integer({ min: 1, max: 4 }),
      first: fc.uniqueArray(node, { minLength: 1 }),
      second: fc.dictionary(node, fc.integer({ min: 0, max: 3 }), { minKeys: 1 }),
      strict: fc.boolean(),
      enabled: fc.boolean(),
      comment: fc.constantFrom("here", "there"),
    }),
  )
  .map(([guests, { cut, first, second, strict, enabled, comment }]): Protection => {
    const managed = names.filter((_, index) => guests[index]?.ha !== false);
    const [some, others] = [managed.slice(0, cut), managed.slice(cut)];
    const rules: Rules = {};
    if (some.length > 0) rules.here = { kind: "node affinity", guests: some, nodes: first, strict };
    if (others.length > 0) rules.there = { kind: "node affinity", guests: others, nodes: second, comment, enabled };
    return { guests, rules };
  });

const planned = async (twin: OverTwin, input: unknown) => {
  const lab = labOf(input);
  const state = await lookAt(twin);
  return { lab, state, ...planOf(lab, state, kinds) };
};

const twinOf = (input: unknown, release: Release = "9.2"): OverTwin => overTwin(worldOf(labOf(input), { release }));

const nothing: Protection = { guests: [], rules: {} };

test("the twin of a declaration has the protection of guests that is declared", async () => {
  for (const release of ["8.4", "9.2"] as const) {
    const { drift, undecided } = await planned(twinOf(tidy, release), tidy);
    expect(drift).toEqual([]);
    expect(undecided).toEqual([]);
  }
});

test("the twin of any protection differs in nothing from it", async () => {
  await fc.assert(
    fc.asyncProperty(protection, releases, async (declared, release) => {
      const input = withProtection(declared);
      expect((await planned(twinOf(input, release), input)).drift).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test("whatever is declared is made step by step, and then nothing is left to do", async () => {
  await fc.assert(
    fc.asyncProperty(protection, releases, async (declared, release) => {
      const twin = twinOf(withProtection(nothing), release);
      const input = withProtection(declared);
      const { lab, actions } = await planned(twin, input);
      await stepByStep(twin, lab, actions);
      expect((await planned(twin, input)).drift).toEqual([]);
      const away = withProtection(nothing);
      await stepByStep(twin, labOf(away), (await planned(twin, away)).actions);
      expect((await planned(twin, away)).drift).toEqual([]);
      expect(twin.world.ha.resources).toEqual({});
      expect(twin.world.ha.rules).toEqual({});
      expect(twin.world.ha.groups).toEqual({});
    }),
    { numRuns: 8 },
  );
});

const base = withProtection({
  guests: [
    { ha: { maxRestart: 2 }, replication: [{ to: "pve2", every: "15 min", rate: "50 MB/s" }] },
    { ha: { comment: "precious" } },
  ],
  rules: {
    home: { kind: "node affinity", guests: ["dns1"], nodes: { pve1: 2, pve2: 1 }, strict: true },
    apart: { kind: "resource affinity", guests: ["dns1", "dns2"], affinity: "negative" },
  },
});

type Edit = readonly [string, Readonly<Record<string, ParameterValue>>, readonly string[]];

const edits: readonly Edit[] = [
  ["/cluster/ha/resources/{sid}", { sid: "vm:101", state: "stopped" }, ["ha resource vm:101 state"]],
  ["/cluster/ha/resources/{sid}", { sid: "vm:101", max_restart: 5 }, ["ha resource vm:101 max_restart"]],
  ["/cluster/ha/resources/{sid}", { sid: "vm:102", max_relocate: 0 }, ["ha resource vm:102 max_relocate"]],
  ["/cluster/ha/resources/{sid}", { sid: "vm:102", failback: 0 }, ["ha resource vm:102 failback"]],
  ["/cluster/ha/resources/{sid}", { sid: "vm:102", comment: "mine" }, ["ha resource vm:102 comment"]],
  ["/cluster/ha/rules/{rule}", { rule: "home", type: "node-affinity", strict: 0 }, ["ha rule home strict"]],
  ["/cluster/ha/rules/{rule}", { rule: "home", type: "node-affinity", nodes: "pve3" }, ["ha rule home nodes"]],
  ["/cluster/ha/rules/{rule}", { rule: "home", type: "node-affinity", disable: 1 }, ["ha rule home disable"]],
  [
    "/cluster/ha/rules/{rule}",
    { rule: "apart", type: "resource-affinity", affinity: "positive" },
    ["ha rule apart affinity"],
  ],
  ["/cluster/replication/{id}", { id: "101-0", schedule: "*/5" }, ["replication job 101-0 schedule"]],
  ["/cluster/replication/{id}", { id: "101-0", rate: 10 }, ["replication job 101-0 rate"]],
  ["/cluster/replication/{id}", { id: "101-0", disable: 1 }, ["replication job 101-0 disable"]],
];

test("each change that somebody makes is found by its name and taken back", async () => {
  const twin = twinOf(base);
  expect((await planned(twin, base)).drift).toEqual([]);
  for (const [path, change, properties] of edits) {
    await twin.clock.drive(twin.pve.request("PUT", path, change));
    const { lab, drift, actions } = await planned(twin, base);
    const found = drift.flatMap(({ object, properties: differ }) =>
      differ.map(({ property }) => `${object.kind} ${object.id} ${property}`),
    );
    expect(found).toEqual(properties);
    await stepByStep(twin, lab, actions);
    expect((await planned(twin, base)).drift).toEqual([]);
  }
});

test("the same said otherwise is no drift", async () => {
  const twin = twinOf(base);
  for (const [path, change] of [
    ["/cluster/ha/resources/{sid}", { sid: "vm:101", state: "enabled" }],
    ["/cluster/ha/resources/{sid}", { sid: "vm:102", max_restart: 1, failback: 1, comment: "precious [orrery]" }],
    ["/cluster/ha/rules/{rule}", { rule: "home", type: "node-affinity", nodes: "pve2:1,pve1:2" }],
    ["/cluster/ha/rules/{rule}", { rule: "apart", type: "resource-affinity", resources: "vm:102,vm:101" }],
    ["/cluster/replication/{id}", { id: "101-0", schedule: "*:0/15", disable: 0 }],
  ] as const) {
    await twin.clock.drive(twin.pve.request("PUT", path, change));
    expect((await planned(twin, base)).drift).toEqual([]);
  }
});

test("what is adopted of a cluster differs in nothing from it", async () => {
  await fc.assert(
    fc.asyncProperty(protection, releases, async (declared, release) => {
      const twin = twinOf(withProtection(declared), release);
      const state = await lookAt(twin);
      const adopted = adopt(state, markOf(labOf(tidy)));
      const byName = new Map(adopted.guests.items.map((item) => [String(item.name), item]));
      const again = await planned(
        twin,
        withProtection({
          guests: names.map((name) => {
            const { ha, replication: copies } = byName.get(name) ?? {};
            return { ...(ha === undefined ? {} : { ha }), ...(copies === undefined ? {} : { replication: copies }) };
          }),
          rules: adopted.ha?.rules ?? {},
        }),
      );
      expect(again.drift).toEqual([]);
      expect(again.unmanaged).toEqual([]);
      expect(again.undecided).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test("a rule says what it moves", async () => {
  const twin = twinOf(withProtection({ guests: [{ ha: true }, { ha: true }], rules: {} }));
  const because = async (rules: Rules): Promise<string[]> => {
    const { actions } = await planned(twin, withProtection({ guests: [{ ha: true }, { ha: true }], rules }));
    return actions.map((action) => `${action.risk}: ${action.because}`);
  };
  expect(
    await because({ r: { kind: "node affinity", guests: ["dns1", "dns2"], nodes: { pve1: 1, pve3: 0 } } }),
  ).toEqual(["hot: it is declared and not there; the HA manager moves dns2 (102) from pve2 to pve1"]);
  expect(await because({ r: { kind: "resource affinity", guests: ["dns1", "dns2"], affinity: "negative" } })).toEqual([
    "none: it is declared and not there; nothing moves",
  ]);
});

test("8.4 is told what it has no group for, and a rule about nodes becomes one", async () => {
  const twin = twinOf(withProtection(nothing), "8.4");
  const { actions, undecided } = await planned(twin, base);
  expect(actions.map(({ title }) => title)).toContain("Create the HA group home");
  expect(undecided).toEqual([
    { object: { kind: "ha rule", id: "apart" }, why: "8.4 has no rules about which guests run together: it takes 9" },
  ]);
});

test("what does not lie on ZFS is not replicated, and says why", async () => {
  const input = withProtection({ guests: [{ replication: [{ to: "pve2", every: "15 min" }] }], rules: {} });
  const lvm = {
    ...(input as LabInput),
    storage: {
      items: { ...tidy.storage.items, "local-zfs": { ...tidy.storage.items["local-zfs"], kind: "lvm-thin" } },
    },
  };
  const { actions, undecided } = await planned(twinOf(withProtection(nothing)), lvm);
  expect(actions).toEqual([]);
  expect(undecided[0]?.why).toBe(
    "a disk lies on local-zfs, which is lvm-thin: only volumes on ZFS can be replicated, so move it or leave the replication out",
  );
});
