import type { Scope } from "@orrery/collect";
import tidy from "@orrery/example-tidy-lab";
import type { Lab } from "@orrery/model";
import { adopt, type Call, markOf, type ObjectKind } from "@orrery/plan";
import { hardwareOf, worldOf } from "@orrery/twin-lab";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type OverTwin, overTwin } from "../observe/observed-twin.ts";
import { carryOut, send } from "./carry-out.ts";
import { examples, labOf, planOf, stateOf, labWith as tidyWith } from "./planned-lab.ts";

const kinds: readonly ObjectKind[] = ["node network", "node dns", "node time", "node hosts"];
const scope: Partial<Scope> = {
  cluster: ["pools"],
  nodes: ["status", "disks", "network", "dns", "time", "hosts"],
};
const look = (twin: OverTwin) => stateOf(twin, scope);

const more = Object.fromEntries(
  [2, 3, 11, 12, 30].map((tag) => [tag, { subnet: `10.0.${tag}.0/24`, purpose: "Drawn" }]),
);

/** The tidy lab with a node said otherwise. */
const labWith = (pve1: object, all: readonly string[] = []): Lab =>
  tidyWith({
    network: { ...tidy.network, vlans: { ...tidy.network.vlans, ...more } },
    cluster: {
      ...tidy.cluster,
      nodes: { ...tidy.cluster.nodes, pve1: { ...tidy.cluster.nodes.pve1, ...pve1 } },
      ownership: { all },
    },
  });

const call = (method: Call["method"], iface: string, parameters: Record<string, string | number> = {}): Call => ({
  method,
  path: method === "POST" ? "/nodes/{node}/network" : "/nodes/{node}/network/{iface}",
  parameters: { node: "pve1", iface, ...parameters },
  answers: "nothing",
});
const apply: Call = { method: "PUT", path: "/nodes/{node}/network", parameters: { node: "pve1" }, answers: "task" };

const nics = {
  eno1: { speed: "1 Gbps", switch: "sw1" },
  sfp0: { speed: "10 Gbps", switch: "sw1" },
  sfp1: { speed: "10 Gbps", switch: "sw2" },
};

/** Bonds, bridges and VLANs over three NICs, with options here and there. */
const wirings = fc
  .record({
    bonded: fc.boolean(),
    mode: fc.constantFrom("active-backup", "802.3ad", "balance-rr"),
    vlans: fc.constantFrom([10, 20], [10, 11, 12, 30], [], [2, 3]),
    mtu: fc.constantFrom(undefined, 1500, 9000),
    second: fc.boolean(),
    vlan: fc.boolean(),
    alone: fc.boolean(),
    comments: fc.constantFrom(undefined, "Guests", "two\nlines"),
    dns: fc.option(fc.subarray(["10.0.10.2", "10.0.10.3", "1.1.1.1"], { minLength: 1 }), { nil: undefined }),
    timezone: fc.constantFrom(undefined, "Europe/Berlin", "UTC"),
    hosts: fc.constantFrom(undefined, {}, { "10.0.10.12": ["pve2.lab", "pve2"], "10.0.10.40": ["pbs"] }),
  })
  .map(({ bonded, mode, vlans, mtu, second, vlan, alone, comments, dns, timezone, hosts }) => {
    const link = bonded ? "bond0" : "sfp0";
    const wide = mtu === undefined ? {} : { mtu };
    return {
      nics,
      bonds: bonded ? { bond0: { mode, members: ["sfp1", "sfp0"] } } : {},
      bridges: {
        vmbr0: { on: link, vlans },
        ...(second ? { vmbr1: { on: "eno1", vlans: [20] } } : {}),
      },
      carries: { ...tidy.cluster.nodes.pve1?.carries, ...Object.fromEntries(traffics.map((kind) => [kind, [link]])) },
      interfaces: {
        ...(mtu === undefined && comments === undefined
          ? {}
          : { vmbr0: { ...wide, autostart: true, ...(comments === undefined ? {} : { comments }) } }),
        ...(mtu === undefined ? {} : { [link]: { ...wide, autostart: true } }),
        ...(mtu === undefined || !bonded ? {} : { sfp0: wide, sfp1: wide }),
        ...(vlan ? { "vmbr0.30": { cidr: "10.0.30.11/24", autostart: true } } : {}),
        ...(alone ? { vmbr9: { type: "bridge", cidr: "192.168.9.1/24" } } : {}),
      },
      ...(dns === undefined ? {} : { dns: { search: "lab", servers: dns } }),
      ...(timezone === undefined ? {} : { timezone }),
      ...(hosts === undefined ? {} : { hosts }),
    };
  });

const traffics = ["management", "cluster", "storage", "migration", "guests", "backup"];

test("the twin of a lab has its network as declared", async () => {
  for (const lab of examples)
    expect(planOf(lab, await look(overTwin(worldOf(lab))), kinds)).toMatchObject({
      drift: [],
      stuck: [],
      undecided: [],
    });
});

test("the nodes of a lab, as the installer leaves them, get the network that is declared", async () => {
  for (const lab of examples) {
    const twin = overTwin(hardwareOf(lab));
    const plan = planOf(lab, await look(twin), kinds);
    expect(plan.stuck).toEqual([]);
    const changes = plan.actions.filter(({ object }) => object.kind === "node network");
    expect(changes.map(({ object }) => object.id)).toEqual(Object.keys(lab.cluster.nodes));
    // Never two nodes at once.
    expect(changes.map(({ after }) => after.length > 0)).toEqual(changes.map((_, index) => index > 0));
    await carryOut(twin, plan);
    expect(planOf(lab, await look(twin), kinds)).toMatchObject({ drift: [], stuck: [], undecided: [] });
  }
});

test("the twin of whatever network is declared has it as declared", async () => {
  await fc.assert(
    fc.asyncProperty(wirings, fc.constantFrom("8.4" as const, "9.2" as const), async (wiring, release) => {
      const lab = labWith(wiring);
      expect(planOf(lab, await look(overTwin(worldOf(lab, { release }))), kinds)).toMatchObject({
        drift: [],
        stuck: [],
        undecided: [],
      });
    }),
    { numRuns: 20 },
  );
});

test("any network becomes any other by calls that are never refused, and back by what the step keeps", async () => {
  await fc.assert(
    fc.asyncProperty(wirings, wirings, async (one, other) => {
      const [before, after] = [labWith(one, ["node network"]), labWith(other, ["node network"])];
      const twin = overTwin(worldOf(before));
      const first = await look(twin);
      const plan = planOf(after, first, kinds);
      expect(plan.stuck).toEqual([]);
      await carryOut(twin, plan);
      expect(planOf(after, await look(twin), kinds)).toMatchObject({ drift: [], stuck: [] });
      for (const back of plan.actions.flatMap(({ rollback = [] }) => rollback)) await send(twin, back);
      expect(planOf(before, await look(twin), ["node network"])).toMatchObject({ drift: [], stuck: [] });
    }),
    { numRuns: 30 },
  );
});

test("a network that is adopted is as it was observed", async () => {
  await fc.assert(
    fc.asyncProperty(wirings, async (wiring) => {
      const lab = labWith(wiring);
      const state = await look(overTwin(worldOf(lab)));
      const again = labOf(adopt(state, markOf(lab)));
      expect(planOf(again, state, kinds)).toMatchObject({ drift: [], stuck: [], undecided: [] });
      const { bonds, bridges, nics: cards } = again.cluster.nodes.pve1 ?? expect.fail();
      expect(Object.keys(cards).toSorted()).toEqual(Object.keys(nics).toSorted());
      expect(Object.entries(bonds).map(([name, { mode }]) => [name, mode])).toEqual(
        Object.entries(wiring.bonds).map(([name, { mode }]) => [name, mode]),
      );
      expect(Object.entries(bridges).map(([name, { on }]) => [name, on])).toEqual(
        Object.entries(wiring.bridges).map(([name, { on }]) => [name, on]),
      );
    }),
    { numRuns: 20 },
  );
});

const settled = {
  nics,
  bonds: { bond0: { mode: "active-backup", members: ["sfp0", "sfp1"] } },
  interfaces: { vmbr0: { mtu: 1500, autostart: true, comments: "Guests" } },
  dns: { search: "lab", servers: ["10.0.10.2", "10.0.10.3"] },
  timezone: "Europe/Berlin",
  hosts: { "10.0.10.40": ["pbs.lab", "pbs"] },
};

const bridge = { type: "bridge", bridge_ports: "bond0", cidr: "10.0.10.11/24", gateway: "10.0.10.1", autostart: 1 };
const node = (method: Call["method"], path: string, parameters: Record<string, string>): Call => ({
  method,
  path: `/nodes/{node}/${path}`,
  parameters: { node: "pve1", ...parameters },
  answers: "nothing",
});

const changes = fc.constantFrom(
  { calls: [call("PUT", "vmbr0", { ...bridge, mtu: 1400 })], properties: ["vmbr0 mtu"] },
  { calls: [call("PUT", "vmbr0", { ...bridge, delete: "mtu,comments" })], properties: ["vmbr0 comments", "vmbr0 mtu"] },
  { calls: [call("PUT", "vmbr0", { ...bridge, bridge_vids: "10 20 99" })], properties: ["vmbr0 bridge_vids"] },
  { calls: [call("PUT", "vmbr0", { ...bridge, cidr: "10.0.10.99/24" })], properties: ["vmbr0 cidr"] },
  {
    calls: [call("PUT", "bond0", { type: "bond", slaves: "sfp0", bond_mode: "active-backup" })],
    properties: ["bond0 slaves"],
  },
  {
    calls: [call("PUT", "bond0", { type: "bond", slaves: "sfp0 sfp1", bond_mode: "balance-xor" })],
    properties: ["bond0 bond_mode"],
  },
);

const settings = fc.constantFrom(
  { call: node("PUT", "dns", { search: "lab", dns1: "10.0.10.3", dns2: "10.0.10.2" }), properties: ["dns1", "dns2"] },
  { call: node("PUT", "dns", { search: "other", dns1: "10.0.10.2", dns2: "10.0.10.3" }), properties: ["search"] },
  { call: node("PUT", "time", { timezone: "UTC" }), properties: ["timezone"] },
  {
    call: node("POST", "hosts", { data: "10.0.10.11 pve1.lab pve1\n10.0.10.40 pbs\n10.9.9.9 stray # by hand\n" }),
    properties: ["10.0.10.40", "10.9.9.9"],
  },
);

test("a change that somebody made of an interface is found, told exactly, and put right", async () => {
  const lab = labWith(settled);
  await fc.assert(
    fc.asyncProperty(changes, async ({ calls, properties }) => {
      const twin = overTwin(worldOf(lab));
      for (const one of [...calls, apply]) await send(twin, one);
      const plan = planOf(lab, await look(twin), kinds);
      expect(plan.drift.map(({ object }) => object)).toEqual([{ kind: "node network", id: "pve1" }]);
      expect(plan.drift[0]?.properties.map(({ property }) => property)).toEqual(properties);
      expect(plan.actions).toMatchObject([{ risk: "network", rollbackAfter: 90 }]);
      await carryOut(twin, plan);
      expect(planOf(lab, await look(twin), kinds).drift).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test("another name server, time zone or line of the hosts file is found and put right; comments stay", async () => {
  const lab = labWith(settled);
  await fc.assert(
    fc.asyncProperty(settings, async ({ call: one, properties }) => {
      const twin = overTwin(worldOf(lab));
      await send(twin, one);
      const plan = planOf(lab, await look(twin), kinds);
      expect(plan.drift.flatMap((drift) => drift.properties.map(({ property }) => property))).toEqual(properties);
      await carryOut(twin, plan);
      expect(planOf(lab, await look(twin), kinds).drift).toEqual([]);
    }),
    { numRuns: 10 },
  );
});

test("what somebody else made on a node is left alone, and what we made and declare no more goes", async () => {
  const lab = labWith(settled);
  const twin = overTwin(worldOf(lab));
  await send(twin, call("POST", "vmbr7", { type: "bridge", comments: "Somebody's" }));
  await send(twin, apply);
  expect(planOf(lab, await look(twin), kinds).drift).toEqual([]);
  const added = labWith({ ...settled, interfaces: { ...settled.interfaces, vmbr8: { type: "bridge" } } });
  await carryOut(twin, planOf(added, await look(twin), kinds));
  const plan = planOf(lab, await look(twin), kinds);
  expect(plan.drift[0]?.properties).toEqual([{ property: "vmbr8", declared: undefined, observed: "bridge" }]);
  await carryOut(twin, plan);
  expect(planOf(lab, await look(twin), kinds).drift).toEqual([]);
});

test("changes that somebody staged are told and never applied along with ours", async () => {
  const lab = labWith(settled);
  const twin = overTwin(worldOf(lab));
  await send(twin, call("PUT", "vmbr0", { ...bridge, mtu: 1400 }));
  const plan = planOf(lab, await look(twin), kinds);
  expect(plan.actions).toEqual([]);
  expect(plan.stuck[0]?.why).toMatch(/^somebody has staged changes of pve1's network and not applied them/);
});

test("a NIC that the node has not is told, and nothing is done to its network", async () => {
  const lab = labWith(settled);
  const plan = planOf(lab, await look(overTwin(worldOf(examples[1] ?? expect.fail()))), kinds);
  expect(plan.stuck).toEqual([
    {
      object: { kind: "node network", id: "pve1" },
      why: "pve1 has no NIC eno1; look at its cards and how they are named",
    },
  ]);
});

test("another order, VLANs in other words, and what holds without a word, are no change", async () => {
  const lab = labWith({ ...settled, bridges: { vmbr0: { on: "bond0", vlans: [10, 11, 12, 20] } } });
  const twin = overTwin(worldOf(lab));
  await send(
    twin,
    call("PUT", "bond0", { type: "bond", slaves: "sfp1 sfp0", bond_mode: "active-backup", autostart: 1 }),
  );
  await send(twin, call("PUT", "vmbr0", { ...bridge, bridge_vlan_aware: 1, bridge_vids: "20 10-12" }));
  await send(twin, apply);
  expect(planOf(lab, await look(twin), kinds).drift).toEqual([]);
});
