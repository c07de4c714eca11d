import { observeSources } from "@orrery/collect";
import type { Method, ParameterValue } from "@orrery/contract";
import astronomy from "@orrery/example-astronomy-lab";
import tidy from "@orrery/example-tidy-lab";
import type { LabInput } from "@orrery/model";
import { adopt, markOf, type ObjectKind, unseenFirewalls } from "@orrery/plan";
import { worldOf } from "@orrery/twin-lab";
import type { Release } from "@orrery/twin-world";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type OverTwin, observeTwin, overTwin } from "../observe/observed-twin.ts";
import { labOf, planOf } from "./planned-lab.ts";
import { lookAt, stepByStep } from "./protected.ts";

const kinds: readonly ObjectKind[] = [
  "firewall alias",
  "ip set",
  "security group",
  "firewall rules",
  "firewall options",
];
const releases = fc.constantFrom<Release[]>("8.4", "9.2");

type Firewall = NonNullable<LabInput["firewall"]>;
type Rule = Extract<NonNullable<NonNullable<Firewall["nodes"]>[string]["rules"]>, readonly unknown[]>[number];

const withFirewall = (firewall: Firewall): unknown => ({ ...tidy, firewall });

const port = fc.constantFrom("22", "80,443", "443,80", "5900:5999");
const source = fc.constantFrom("10.0.10.0/24", "10.1.0.1,10.0.0.1", "+management", "office", "+dc/management");
const rule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record(
    {
      in: fc.constantFrom("ACCEPT", "DROP"),
      proto: fc.constantFrom("tcp", "udp"),
      dport: port,
      source,
      log: fc.constantFrom("info" as const, "nolog" as const),
      comment: fc.constantFrom("from the office", "# odd"),
      enabled: fc.boolean(),
      iface: fc.constantFrom("vmbr0", "net0"),
    },
    { requiredKeys: ["in", "proto"] },
  ),
  fc.record({ out: fc.constant("ACCEPT"), macro: fc.constantFrom("SSH", "HTTPS"), enabled: fc.boolean() }),
  fc.record({ group: fc.constant("web"), enabled: fc.boolean() }),
);
const rules = fc.oneof(
  { arbitrary: fc.array(rule, { maxLength: 6 }), weight: 3 },
  { arbitrary: fc.record({ items: fc.array(rule, { maxLength: 4 }), only: fc.constant(true) }), weight: 1 },
);
const plainRules = fc.array(
  rule.filter((one) => !("group" in one)),
  { maxLength: 4 },
);

const named = {
  aliases: fc.record({ office: fc.constantFrom("10.0.0.0/8", { cidr: "10.1.0.0/16", comment: "upstairs" }) }),
  ipSets: fc.record({
    management: fc.record(
      {
        comment: fc.constant("who administers"),
        entries: fc.subarray(["10.0.10.0/24", { cidr: "10.0.10.9", nomatch: true }, "192.0.2.1/32", "office"]),
      },
      { requiredKeys: ["entries"] },
    ),
  }),
};
const options = fc.record(
  {
    policy_in: fc.constantFrom("DROP", "ACCEPT", "REJECT"),
    policy_out: fc.constantFrom("ACCEPT", "DROP"),
  },
  { requiredKeys: [] },
);

const firewall: fc.Arbitrary<Firewall> = fc.record({
  cluster: fc.record(
    {
      ...named,
      enabled: fc.boolean(),
      options,
      rules,
      groups: fc.record({
        web: fc.record({ comment: fc.constant("the web"), rules: plainRules }, { requiredKeys: ["rules"] }),
      }),
    },
    { requiredKeys: ["aliases", "ipSets", "groups"] },
  ),
  nodes: fc.record(
    {
      pve1: fc.record(
        { enabled: fc.boolean(), rules, options: fc.record({ log_level_in: fc.constantFrom("info", "nolog") }) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  ),
  guests: fc.record(
    {
      dns1: fc.record({ ...named, enabled: fc.boolean(), options, rules }, { requiredKeys: ["aliases"] }),
      app1: fc.record({ rules }),
    },
    { requiredKeys: [] },
  ),
});

const planned = async (twin: OverTwin, input: unknown) => {
  const lab = labOf(input);
  const state = await lookAt(twin);
  return { lab, state, ...planOf(lab, state, kinds) };
};

const twinOf = (input: unknown, release: Release = "9.2"): OverTwin => overTwin(worldOf(labOf(input), { release }));

const settle = async (twin: OverTwin, input: unknown): Promise<void> => {
  const { lab, actions } = await planned(twin, input);
  await stepByStep(twin, lab, actions);
  const after = await planned(twin, input);
  expect(after.drift).toEqual([]);
  expect(after.undecided).toEqual([]);
};

test("the twin of a declaration has the firewall that is declared", async () => {
  for (const input of [tidy, astronomy]) {
    const { drift, undecided } = await planned(overTwin(worldOf(labOf(input))), input);
    expect(drift).toEqual([]);
    expect(undecided).toEqual([]);
  }
});

test("the twin of any firewall differs in nothing from it", async () => {
  await fc.assert(
    fc.asyncProperty(firewall, releases, async (declared, release) => {
      const input = withFirewall(declared);
      expect((await planned(twinOf(input, release), input)).drift).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test("whatever is declared is made step by step; declared otherwise, it becomes that; declared no more, it goes", async () => {
  await fc.assert(
    fc.asyncProperty(firewall, firewall, async (first, then) => {
      const twin = twinOf(tidy);
      await settle(twin, withFirewall(first));
      await settle(twin, withFirewall(then));
      await settle(twin, tidy);
      const { rules: left, aliases, ipsets, groups } = twin.world.cluster.firewall;
      expect({ left, aliases: { ...aliases }, ipsets: { ...ipsets }, groups: { ...groups } }).toEqual({
        left: [],
        aliases: {},
        ipsets: {},
        groups: {},
      });
    }),
    { numRuns: 4 },
  );
});

test("what is adopted of a cluster's firewall differs in nothing from it", async () => {
  await fc.assert(
    fc.asyncProperty(firewall, releases, async (declared, release) => {
      const twin = twinOf(withFirewall(declared), release);
      const adopted = adopt(await lookAt(twin), markOf(labOf(tidy)));
      const again = await planned(twin, withFirewall(adopted.firewall ?? {}));
      expect(again.drift).toEqual([]);
      expect(again.unmanaged).toEqual([]);
      expect(again.undecided).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

const base = withFirewall({
  cluster: {
    enabled: true,
    options: { policy_in: "DROP" },
    aliases: { office: "10.1.0.0/16" },
    ipSets: { management: { entries: ["10.0.10.0/24", { cidr: "10.0.10.9", nomatch: true }] } },
    groups: { web: { rules: [{ in: "ACCEPT", proto: "tcp", dport: "80,443" }] } },
    rules: [
      { in: "ACCEPT", proto: "tcp", dport: "8006", source: "+management", comment: "the API" },
      { in: "ACCEPT", macro: "SSH", source: "office" },
      { group: "web" },
      { in: "DROP", proto: "udp", log: "info" },
    ],
  },
  nodes: { pve1: { rules: [{ in: "ACCEPT", macro: "Ping" }] } },
  guests: { dns1: { enabled: true, options: {}, rules: [{ in: "ACCEPT", macro: "DNS" }, { in: "DROP" }] } },
});

type Edit = readonly [Method, string, Readonly<Record<string, ParameterValue>>, readonly string[]];
const guest = { node: "pve1", vmid: 101 };

const edits: readonly Edit[] = [
  ["PUT", "/cluster/firewall/options", { enable: 0 }, ["firewall options cluster enable"]],
  ["PUT", "/cluster/firewall/options", { policy_in: "ACCEPT" }, ["firewall options cluster policy_in"]],
  ["PUT", "/cluster/firewall/options", { ebtables: 0 }, ["firewall options cluster ebtables"]],
  ["PUT", "/cluster/firewall/rules/{pos}", { pos: 0, moveto: 3 }, ["firewall rules cluster rules"]],
  ["PUT", "/cluster/firewall/rules/{pos}", { pos: 3, enable: 0 }, ["firewall rules cluster rules"]],
  ["PUT", "/cluster/firewall/rules/{pos}", { pos: 1, source: "0.0.0.0/0" }, ["firewall rules cluster rules"]],
  ["DELETE", "/cluster/firewall/rules/{pos}", { pos: 2 }, ["firewall rules cluster rules"]],
  [
    "PUT",
    "/cluster/firewall/groups/{group}/{pos}",
    { group: "web", pos: 0, dport: "80" },
    ["firewall rules group web rules"],
  ],
  [
    "POST",
    "/cluster/firewall/ipset/{name}",
    { name: "management", cidr: "203.0.113.0/24" },
    ["ip set cluster/management entries"],
  ],
  [
    "DELETE",
    "/cluster/firewall/ipset/{name}/{cidr}",
    { name: "management", cidr: "10.0.10.9" },
    ["ip set cluster/management entries"],
  ],
  [
    "PUT",
    "/cluster/firewall/ipset/{name}/{cidr}",
    { name: "management", cidr: "10.0.10.9" },
    ["ip set cluster/management entries"],
  ],
  [
    "PUT",
    "/cluster/firewall/aliases/{name}",
    { name: "office", cidr: "10.2.0.0/16" },
    ["firewall alias cluster/office cidr"],
  ],
  ["DELETE", "/nodes/{node}/firewall/rules/{pos}", { node: "pve1", pos: 0 }, ["firewall rules node pve1 rules"]],
  ["PUT", "/nodes/{node}/qemu/{vmid}/firewall/options", { ...guest, enable: 0 }, ["firewall options guest 101 enable"]],
  [
    "PUT",
    "/nodes/{node}/qemu/{vmid}/firewall/options",
    { ...guest, macfilter: 0 },
    ["firewall options guest 101 macfilter"],
  ],
  [
    "DELETE",
    "/nodes/{node}/qemu/{vmid}/firewall/rules/{pos}",
    { ...guest, pos: 1 },
    ["firewall rules guest 101 rules"],
  ],
];

test("each change that somebody makes is found by its name and taken back", async () => {
  // Made by a plan, so that all bears the mark.
  const twin = twinOf(tidy);
  await settle(twin, base);
  for (const [method, path, change, properties] of edits) {
    await twin.clock.drive(twin.pve.request(method, path, change));
    const { lab, drift, actions } = await planned(twin, base);
    const found = drift.flatMap(({ object, properties: differ }) =>
      differ.map(({ property }) => `${object.kind} ${object.id} ${property}`),
    );
    expect(found).toEqual(properties);
    expect(actions).toHaveLength(1);
    await stepByStep(twin, lab, actions);
    expect((await planned(twin, base)).drift).toEqual([]);
  }
});

test("what the usual reading passes over is told, and is there once it is asked for", async () => {
  const input = withFirewall({ guests: { dns1: { enabled: false, options: {}, rules: [{ in: "DROP" }] } } });
  const twin = twinOf(input);
  const lab = labOf(input);
  const { state } = await observeTwin(twin);
  expect(planOf(lab, state, kinds).undecided).toHaveLength(2);
  const sources = unseenFirewalls(lab, state);
  expect(sources).toEqual([{ of: "guest", vmid: 101, firewall: true }]);
  const seen = (await twin.clock.drive(observeSources(state, twin.pve, twin.clock, sources))).state;
  expect(unseenFirewalls(lab, seen)).toEqual([]);
  expect(planOf(lab, seen, kinds)).toMatchObject({ drift: [], undecided: [] });
});

test("the same said otherwise is no drift", async () => {
  const twin = twinOf(base);
  const changes: readonly (readonly [Method, string, Readonly<Record<string, ParameterValue>>])[] = [
    ["PUT", "/cluster/firewall/options", { ebtables: 1, policy_out: "ACCEPT" }],
    ["PUT", "/cluster/firewall/options", { log_ratelimit: "enable=1,burst=5,rate=1/second" }],
    ["PUT", "/cluster/firewall/groups/{group}/{pos}", { group: "web", pos: 0, dport: "443,80" }],
    ["PUT", "/cluster/firewall/rules/{pos}", { pos: 0, log: "nolog" }],
    ["PUT", "/cluster/firewall/rules/{pos}", { pos: 0, comment: "the API [orrery]" }],
    ["PUT", "/nodes/{node}/qemu/{vmid}/firewall/options", { ...guest, macfilter: 1, policy_in: "DROP" }],
  ];
  for (const [method, path, change] of changes) {
    await twin.clock.drive(twin.pve.request(method, path, change));
    expect((await planned(twin, base)).drift).toEqual([]);
  }
});

test("somebody's own rules stay where they are, and go where the list is declared to have no others", async () => {
  const twin = twinOf(tidy);
  await settle(twin, base);
  const theirs = { type: "in", action: "ACCEPT", proto: "tcp", dport: "9100", comment: "theirs", enable: 1, pos: 1 };
  await twin.clock.drive(twin.pve.request("POST", "/cluster/firewall/rules", theirs));
  expect((await planned(twin, base)).drift).toEqual([]);
  await twin.clock.drive(twin.pve.request("DELETE", "/cluster/firewall/rules/{pos}", { pos: 0 }));
  await settle(twin, base);
  const comments = () => twin.world.cluster.firewall.rules.map((one) => String(one.comment));
  expect(comments()).toEqual(["theirs", "the API [orrery]", "[orrery]", "[orrery]", "[orrery]"]);
  const { firewall: declared } = labOf(base);
  const only = withFirewall({ cluster: { rules: { items: declared?.cluster.rules?.items ?? [], only: true } } });
  await stepByStep(
    twin,
    labOf(only),
    (await planned(twin, only)).actions.filter(({ object }) => object.id === "cluster"),
  );
  expect(comments()).not.toContain("theirs");
});

test("the cluster's firewall goes on last, and says whom it shuts out", async () => {
  const on = { enabled: true, rules: [{ in: "ACCEPT", macro: "Ping" }] };
  const shut = await planned(twinOf(tidy), withFirewall({ cluster: on }));
  expect(shut.actions.at(-1)).toMatchObject({ object: { kind: "firewall options" }, risk: "network" });
  expect(shut.actions.at(-1)?.because).toContain('no rule lets 8006 and 22 in and there is no set "management"');
  const ipSets = { management: { entries: ["10.0.10.0/24"] } };
  for (const cluster of [
    { ...on, ipSets },
    { enabled: true, rules: [{ in: "ACCEPT", proto: "tcp", dport: "22,8006", source: "10.0.10.0/24" }] },
  ]) {
    const open = await planned(twinOf(tidy), withFirewall({ cluster }));
    expect(open.actions.at(-1)).toMatchObject({ object: { kind: "firewall options" }, risk: "hot" });
  }
});

test("no firewall goes on before all that lets somebody in is there", async () => {
  const lab = labOf(
    withFirewall({
      cluster: {
        enabled: true,
        ipSets: { management: { entries: ["10.0.10.0/24"] } },
        groups: { doors: { rules: [{ in: "ACCEPT", proto: "tcp", dport: "8006" }] } },
        rules: [{ group: "doors" }],
      },
      nodes: { pve2: { enabled: true, rules: [{ in: "ACCEPT", macro: "SSH" }], options: { nosmurfs: false } } },
    }),
  );
  const { actions } = planOf(lab, await lookAt(overTwin(worldOf(labOf(tidy)))), kinds);
  const byId = new Map(actions.map((action) => [action.id, action]));
  const before = (id: string): string[] => (byId.get(id)?.after ?? []).flatMap((one) => [one, ...before(one)]);
  const on = actions.find(({ object }) => object.kind === "firewall options" && object.id === "cluster");
  const others = actions.filter((action) => action !== on).map(({ id }) => id);
  expect(others.length).toBeGreaterThan(5);
  expect(new Set(before(on?.id ?? ""))).toEqual(new Set(others));
});

test("a firewall goes off before anything that lets somebody in goes", async () => {
  const ipSets = { management: { entries: ["10.0.10.0/24"] }, spare: { entries: ["192.0.2.0/24"] } };
  const guarded = withFirewall({
    cluster: {
      enabled: true,
      ipSets,
      aliases: { office: "10.0.10.0/24" },
      groups: { doors: { rules: [{ in: "ACCEPT", proto: "tcp", dport: "8006", source: "office" }] } },
      rules: [{ group: "doors" }, { in: "ACCEPT", macro: "SSH", source: "+spare" }],
    },
    nodes: { pve2: { enabled: true, rules: [{ in: "ACCEPT", macro: "SSH" }] } },
    guests: { dns1: { enabled: true, rules: [{ in: "ACCEPT", macro: "DNS" }] } },
  });
  const open = withFirewall({
    cluster: { enabled: false },
    nodes: { pve2: { enabled: false, rules: [] } },
    guests: { dns1: { enabled: false, rules: [] } },
  });
  const twin = twinOf(tidy);
  await settle(twin, guarded);
  const { lab, actions } = await planned(twin, open);
  const options = actions.filter(({ object }) => object.kind === "firewall options").map(({ id }) => id);
  expect(options.length).toBe(3);
  const places = actions.map(({ object: { kind, id } }) => `${kind} ${id}`);
  const at = (name: string): number => places.indexOf(name);
  const first = places.findIndex((name) => !name.startsWith("firewall options"));
  expect(at("firewall options cluster")).toBeLessThan(first);
  for (const place of ["node pve2", "guest 101"])
    expect(at(`firewall options ${place}`)).toBeLessThan(at(`firewall rules ${place}`));
  const cluster = "firewall options cluster/1-change";
  const own = (id: string): string => `firewall options ${/^(?:node|guest) [^/]+/.exec(id)?.[0] ?? "cluster"}/1-change`;
  for (const { object, after } of actions)
    if (object.kind !== "firewall options") expect(after).toEqual(expect.arrayContaining([cluster, own(object.id)]));
  await stepByStep(twin, lab, actions);
  expect((await planned(twin, open)).drift).toEqual([]);
});
