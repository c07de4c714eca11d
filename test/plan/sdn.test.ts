import type { Scope } from "@orrery/collect";
import tidy from "@orrery/example-tidy-lab";
import { type Lab, secret } from "@orrery/model";
import { adopt, type Call, type CallValue, markOf, type ObjectKind } from "@orrery/plan";
import { hardwareOf, worldOf } from "@orrery/twin-lab";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type OverTwin, overTwin } from "../observe/observed-twin.ts";
import { carryOut, send } from "./carry-out.ts";
import { examples, labOf, planOf, stateOf, labWith as tidyWith } from "./planned-lab.ts";

const objects: readonly ObjectKind[] = ["sdn controller", "sdn ipam", "sdn dns", "sdn zone", "sdn vnet", "sdn subnet"];
const kinds: readonly ObjectKind[] = [...objects, "sdn"];
const scope: Partial<Scope> = {
  cluster: ["sdn", "pools"],
  nodes: ["status", "disks", "network"],
};
const look = (twin: OverTwin) => stateOf(twin, scope);

const labWith = (sdn: object | undefined, all: readonly string[] = objects): Lab =>
  tidyWith({
    network: { ...tidy.network, ...(sdn === undefined ? {} : { sdn }) },
    cluster: { ...tidy.cluster, ownership: { all } },
  });

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const said = (record: object): object =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

const dhcp = fc.constantFrom(
  [],
  [{ from: "10.7.0.50", to: "10.7.0.99" }],
  [
    { from: "10.7.0.150", to: "10.7.0.199" },
    { from: "10.7.0.50", to: "10.7.0.99" },
  ],
);

const someSdn = fc
  .record({
    nodes: maybe(fc.subarray(["pve1", "pve2", "pve3"], { minLength: 1 })),
    mtu: maybe(fc.constantFrom(1450, 9000)),
    qinq: fc.boolean(),
    vxlan: maybe(fc.constantFrom(["10.0.10.11", "10.0.10.12"], ["10.0.10.13", "10.0.10.11", "10.0.10.12"])),
    evpn: fc.boolean(),
    ipam: fc.boolean(),
    alias: maybe(fc.constant("Guests of the lab")),
    aware: fc.boolean(),
    gateway: maybe(fc.constant("10.7.0.1")),
    snat: maybe(fc.boolean()),
    dhcp,
    subnet: fc.boolean(),
  })
  .map((drawn) => {
    const { nodes, mtu, qinq, vxlan, evpn, ipam, alias, aware, gateway, snat, subnet } = drawn;
    return {
      controllers: evpn ? { bgp1: { type: "evpn", options: { asn: 65_000, peers: "10.0.10.12,10.0.10.11" } } } : {},
      ipams: ipam
        ? { box: { type: "netbox", options: { url: "https://netbox.test/api", token: secret("env:NETBOX") } } }
        : {},
      zones: {
        guests: said({ type: "vlan", nodes, options: said({ bridge: "vmbr0", mtu, ipam: ipam ? "box" : undefined }) }),
        inner: { type: "simple", options: { dhcp: "dnsmasq" } },
        ...(qinq ? { outer: { type: "qinq", options: { bridge: "vmbr0", tag: 20, "vlan-protocol": "802.1ad" } } } : {}),
        ...(vxlan === undefined ? {} : { wide: { type: "vxlan", options: { peers: vxlan } } }),
        ...(evpn ? { fabric: { type: "evpn", options: { controller: "bgp1", "vrf-vxlan": 4000 } } } : {}),
      },
      vnets: {
        web: said({ zone: "guests", tag: 20, alias, options: { vlanaware: aware } }),
        lab: said({
          zone: "inner",
          subnets: subnet ? { "10.7.0.0/24": said({ gateway, snat, dhcp: drawn.dhcp }) } : {},
        }),
        ...(evpn ? { far: { zone: "fabric", tag: 5000 } } : {}),
      },
    };
  });

test("where nobody declares SDN and nobody has any, there is nothing to do", async () => {
  for (const lab of examples)
    expect(planOf(lab, await look(overTwin(worldOf(lab))), kinds)).toMatchObject({ drift: [], stuck: [] });
});

test("any SDN becomes any other, is applied once and last, and then nothing is left", async () => {
  await fc.assert(
    fc.asyncProperty(someSdn, someSdn, fc.constantFrom("8.4" as const, "9.2" as const), async (one, other, release) => {
      const twin = overTwin(hardwareOf(labWith(one), { release }));
      for (const lab of [labWith(one), labWith(other)]) {
        const plan = planOf(lab, await look(twin), kinds);
        expect([...plan.stuck, ...plan.undecided]).toEqual([]);
        const applies = plan.actions.filter(({ verb }) => verb === "apply");
        expect(applies.length).toBeLessThanOrEqual(1);
        if (plan.actions.length > 0 && applies.length > 0) expect(plan.actions.at(-1)).toBe(applies[0]);
        await carryOut(twin, plan);
        expect(planOf(lab, await look(twin), kinds)).toMatchObject({ drift: [], stuck: [] });
      }
    }),
    { numRuns: 20 },
  );
});

test("the twin of whatever SDN is declared has it as declared, and adopted it is as observed", async () => {
  await fc.assert(
    fc.asyncProperty(someSdn, fc.constantFrom("8.4" as const, "9.2" as const), async (sdn, release) => {
      const lab = labWith(sdn);
      const state = await look(overTwin(worldOf(lab, { release })));
      expect(planOf(lab, state, kinds)).toMatchObject({ drift: [], stuck: [], undecided: [] });
      const again = labOf(adopt(state, markOf(lab)));
      expect(planOf(again, state, kinds)).toMatchObject({ drift: [], stuck: [], undecided: [] });
      expect(Object.keys(again.network.sdn?.zones ?? {}).toSorted()).toEqual(Object.keys(sdn.zones).toSorted());
    }),
    { numRuns: 20 },
  );
});

const settled = {
  zones: { guests: { type: "vlan", nodes: ["pve1", "pve2"], options: { bridge: "vmbr0" } } },
  vnets: { web: { zone: "guests", tag: 20, alias: "Web" } },
};
const put = (path: string, parameters: Record<string, CallValue>): Call => ({
  method: "PUT",
  path,
  parameters,
  answers: "nothing",
});
const apply: Call = { method: "PUT", path: "/cluster/sdn", parameters: {}, answers: "task" };
const zone = (parameters: Record<string, CallValue>) =>
  put("/cluster/sdn/zones/{zone}", { zone: "guests", ...parameters });
const vnet = (parameters: Record<string, CallValue>) =>
  put("/cluster/sdn/vnets/{vnet}", { vnet: "web", ...parameters });

test("a change that somebody made is found in what is configured and in what runs, and put right in both", async () => {
  const changes = fc.constantFrom(
    { call: zone({ mtu: 1400 }), configured: "mtu", running: "zone guests mtu" },
    { call: zone({ delete: "nodes" }), configured: "nodes", running: "zone guests nodes" },
    { call: vnet({ tag: 30 }), configured: "tag", running: "vnet web tag" },
    { call: vnet({ alias: "Other" }), configured: "alias", running: "vnet web alias" },
  );
  const lab = labWith(settled);
  await fc.assert(
    fc.asyncProperty(changes, fc.boolean(), async ({ call, configured, running }, isApplied) => {
      const twin = overTwin(worldOf(lab));
      await send(twin, call);
      if (isApplied) await send(twin, apply);
      const plan = planOf(lab, await look(twin), kinds);
      expect(plan.drift.flatMap(({ properties }) => properties.map(({ property }) => property))).toEqual(
        isApplied ? [configured, running] : [configured],
      );
      await carryOut(twin, plan);
      expect(planOf(lab, await look(twin), kinds).drift).toEqual([]);
    }),
    { numRuns: 12 },
  );
});

test("what was configured and never applied is applied", async () => {
  const lab = labWith(settled);
  const twin = overTwin(worldOf(lab));
  await send(twin, vnet({ tag: 30 }));
  await send(twin, apply);
  await send(twin, vnet({ tag: 20 }));
  const plan = planOf(lab, await look(twin), kinds);
  expect(plan.actions.map(({ verb }) => verb)).toEqual(["apply"]);
  await carryOut(twin, plan);
  expect(planOf(lab, await look(twin), kinds).drift).toEqual([]);
});

test("SDN of others is left alone, and is never applied along with ours", async () => {
  const lab = labWith(settled, []);
  const twin = overTwin(worldOf(lab));
  const theirs: Call = {
    method: "POST",
    path: "/cluster/sdn/zones",
    parameters: { zone: "theirs", type: "simple" },
    answers: "nothing",
  };
  await send(twin, theirs);
  await send(twin, vnet({ tag: 30 }));
  const waiting = planOf(lab, await look(twin), kinds);
  expect(waiting.unmanaged).toEqual([{ kind: "sdn zone", id: "theirs" }]);
  expect(waiting.actions.map(({ object }) => object.kind)).toEqual(["sdn vnet"]);
  await send(twin, apply);
  const told = planOf(lab, await look(twin), kinds);
  expect(told.stuck).toEqual([]);
  await send(twin, put("/cluster/sdn/zones/{zone}", { zone: "theirs", mtu: 1400 }));
  expect(planOf(lab, await look(twin), kinds).stuck).toEqual([
    {
      object: { kind: "sdn", id: "cluster" },
      why: "others have changed SDN and not applied it, and one cannot be applied without the other: zone theirs",
    },
  ]);
});

test("nodes in another order and flags that are off are no change", async () => {
  const lab = labWith(settled);
  const twin = overTwin(worldOf(lab));
  await send(twin, zone({ nodes: "pve2,pve1" }));
  await send(twin, vnet({ vlanaware: 0, "isolate-ports": 0 }));
  await send(twin, apply);
  expect(planOf(lab, await look(twin), kinds).drift).toEqual([]);
});
