import type { Scope } from "@orrery/collect";
import { contractOf, pveVersions } from "@orrery/contract";
import { clusterOptionNames } from "@orrery/model";
import { adopt, markOf, type ObjectKind, refName } from "@orrery/plan";
import { worldOf } from "@orrery/twin-lab";
import fc from "fast-check";
import { expect, test } from "vitest";
import { overTwin } from "../observe/observed-twin.ts";
import { someWorld } from "../observe/some-world.ts";
import { carryOut, tellsSecret } from "./carry-out.ts";
import { changedBetween, examples, labWith, planOf, stateOf, stepsHold } from "./planned-lab.ts";
import { chaptersOf, someDatacenter } from "./some-datacenter.ts";
import { edit, makeEdits } from "./some-edits.ts";

const kinds: readonly ObjectKind[] = [
  "cluster options",
  "metric server",
  "notification target",
  "notification matcher",
  "pci mapping",
  "usb mapping",
  "dir mapping",
];
const scope: Partial<Scope> = { cluster: ["options", "metricServers", "notifications", "mappings"] };
const releases = fc.constantFrom("8.4", "9.2");

const text = fc.constantFrom("by hand", "Everybody's");
const flag = fc.boolean();
const server = "/cluster/metrics/server/{id}";
const endpoints = "/cluster/notifications/endpoints";

const someEdits = fc.array(
  fc.oneof(
    edit("PUT", "/cluster/options", { keyboard: fc.constantFrom("fr", "de"), description: text }),
    edit("PUT", "/cluster/options", {}, { migration: "type=insecure,network=10.9.0.0/24" }),
    edit("PUT", "/cluster/options", { delete: fc.constantFrom("migration", "tag-style", "mac_prefix", "next-id") }),
    edit("PUT", "/cluster/options", {}, { "registered-tags": "a;b;c", bwlimit: "move=1024" }),
    edit(
      "POST",
      server,
      { id: fc.constantFrom("stray", "graphite") },
      { type: "graphite", server: "10.0.0.9", port: 2003 },
    ),
    edit("PUT", server, { port: fc.constantFrom(2003, 2004), disable: flag }, { id: "graphite", server: "10.0.20.31" }),
    edit("PUT", server, {}, { id: "influx", server: "other.example.org", port: 8089, mtu: 9000 }),
    edit("DELETE", server, { id: fc.constantFrom("graphite", "influx", "otel") }),
    edit("POST", `${endpoints}/gotify`, {}, { name: "stray", server: "https://evil.example.org", token: "t" }),
    edit("PUT", `${endpoints}/gotify/{name}`, { disable: flag, comment: text }, { name: "chat" }),
    edit("PUT", `${endpoints}/smtp/{name}`, {}, { name: "relay", mailto: ["a@example.org"], mode: "insecure" }),
    edit(
      "PUT",
      `${endpoints}/smtp/{name}`,
      { delete: fc.constantFrom(["username"], ["port", "comment"]) },
      { name: "relay" },
    ),
    edit(
      "PUT",
      `${endpoints}/webhook/{name}`,
      {},
      { name: "hook", method: "get", header: ["name=X-By,value=aGFuZA=="] },
    ),
    edit("DELETE", `${endpoints}/webhook/{name}`, {}, { name: "hook" }),
    edit("PUT", `${endpoints}/sendmail/{name}`, { disable: flag, comment: text }, { name: "mail-to-root" }),
    edit("POST", "/cluster/notifications/matchers", {}, { name: "stray", target: ["mail-to-root"] }),
    edit(
      "PUT",
      "/cluster/notifications/matchers/{name}",
      { disable: flag },
      { name: "loud", "match-severity": ["error"] },
    ),
    edit(
      "PUT",
      "/cluster/notifications/matchers/{name}",
      { mode: fc.constantFrom("all", "any") },
      { name: "default-matcher" },
    ),
    edit("DELETE", "/cluster/notifications/matchers/{name}", { name: fc.constantFrom("loud", "quiet") }),
    edit("POST", "/cluster/mapping/pci", {}, { id: "stray", map: ["node=pve1,path=0000:02:00.0,id=10de:2484"] }),
    edit(
      "PUT",
      "/cluster/mapping/pci/{id}",
      { mdev: flag },
      { id: "gpu", map: ["node=pve1,path=0000:02:00.0,id=10de:2484"] },
    ),
    edit("PUT", "/cluster/mapping/usb/{id}", { description: text }, { id: "key", map: ["node=pve1,id=1050:0407"] }),
    edit("DELETE", "/cluster/mapping/pci/{id}", {}, { id: "gpu" }),
    edit("PUT", "/cluster/mapping/dir/{id}", { description: text }, { id: "share" }),
  ),
  { minLength: 1, maxLength: 8 },
);

test("a declaration has a place for every option of the cluster that either release has", () => {
  const known = pveVersions.flatMap((version) =>
    Object.keys(contractOf(version).route("PUT", "/cluster/options")?.params.properties ?? {}),
  );
  expect([...clusterOptionNames]).toEqual([...new Set(known)].filter((name) => name !== "delete").toSorted());
});

test("the twin of a lab is as a whole what the lab says of it", async () => {
  for (const lab of examples) {
    const plan = planOf(lab, await stateOf(overTwin(worldOf(lab)), scope), kinds);
    expect(plan).toMatchObject({ drift: [], stuck: [], undecided: [] });
  }
});

test("whatever is declared of a cluster is made as declared, and then nothing is left to do", async () => {
  await fc.assert(
    fc.asyncProperty(someDatacenter, releases, async (drawn, release) => {
      const lab = labWith(chaptersOf(drawn, release));
      const twin = overTwin(someWorld({ release }));
      const plan = planOf(lab, await stateOf(twin, scope), kinds);
      expect(plan).toMatchObject({ stuck: [], undecided: [] });
      await carryOut(twin, plan);
      const state = await stateOf(twin, scope);
      expect(planOf(lab, state, kinds)).toMatchObject({ drift: [], actions: [], stuck: [], undecided: [] });
      // Secrets were sent, and some of them stand in the cluster's files.
      expect(tellsSecret([state, plan, planOf(labWith({}, kinds), state, kinds), adopt(state, markOf(lab))])).toBe(
        false,
      );
    }),
    { numRuns: 35 },
  );
});

test("the twin of whatever is declared of a cluster is as declared", async () => {
  await fc.assert(
    fc.asyncProperty(someDatacenter, releases, async (drawn, release) => {
      const lab = labWith(chaptersOf(drawn, release));
      const plan = planOf(lab, await stateOf(overTwin(worldOf(lab, { release })), scope), kinds);
      expect(plan).toMatchObject({ drift: [], stuck: [], undecided: [] });
    }),
    { numRuns: 25 },
  );
});

test("what was changed of a cluster by hand is found to the last object, undone, and then nothing is left", async () => {
  await fc.assert(
    fc.asyncProperty(someDatacenter, someEdits, async (drawn, edits) => {
      const lab = labWith(chaptersOf(drawn, "9.2"), kinds);
      const twin = overTwin(worldOf(lab));
      const before = await stateOf(twin, scope);
      await makeEdits(twin, edits);
      const after = await stateOf(twin, scope);
      const plan = planOf(lab, after, kinds);
      // Of what came with Proxmox, only what is declared is looked at.
      const isOurs = (name: string): boolean => !/mail-to-root|default-matcher/.test(name);
      expect(
        plan.drift
          .map(({ object }) => refName(object))
          .filter(isOurs)
          .toSorted(),
      ).toEqual(changedBetween(lab, before, after, kinds).filter(isOurs));
      expect(plan.stuck).toEqual([]);
      await carryOut(twin, plan);
      expect(planOf(lab, await stateOf(twin, scope), kinds)).toMatchObject({ drift: [], actions: [], unmanaged: [] });
    }),
    { numRuns: 30 },
  );
});

test("a declaration that is read off a cluster has nothing to change of it as a whole", async () => {
  await fc.assert(
    fc.asyncProperty(someDatacenter, someEdits, releases, async (drawn, edits, release) => {
      const first = labWith(chaptersOf(drawn, release));
      const twin = overTwin(worldOf(first, { release }));
      await makeEdits(twin, edits);
      const state = await stateOf(twin, scope);
      const { cluster, monitoring, notifications, mappings } = adopt(state, markOf(first));
      const lab = labWith({ cluster: { options: cluster.options }, monitoring, notifications, mappings });
      expect(planOf(lab, state, kinds)).toMatchObject({ drift: [], actions: [], unmanaged: [], undecided: [] });
    }),
    { numRuns: 35 },
  );
});

test("another order, another way to write it and a default that is spelt out are no drift of the cluster", async () => {
  const map = [
    { node: "pve1", path: "0000:01:00.0", id: "10de:2484" },
    { node: "pve2", path: "0000:02:00.0", id: "10de:2484" },
  ];
  const lab = labWith({
    cluster: {
      options: {
        migration: { type: "insecure", network: "10.0.10.0/24" },
        "registered-tags": ["a", "b"],
        "tag-style": "color-map=a:ff0000;b:00ff00,shape=full",
        description: "two\nlines",
      },
    },
    monitoring: {
      thresholds: [],
      metricServers: {
        influx: { type: "influxdb", server: "10.0.0.1", port: 8089, options: { influxdbproto: "https" } },
      },
    },
    notifications: {
      targets: { post: { type: "sendmail", mailto: ["a@example.org", "b@example.org"] } },
      matchers: { all: { target: ["post", "mail-to-root"], "match-severity": ["error,warning"] } },
    },
    mappings: { pci: { gpu: { map } } },
  });
  const same = labWith({
    cluster: {
      options: {
        migration: "network=10.0.10.0/24,type=insecure",
        "registered-tags": "b;a",
        "tag-style": { shape: "full", "color-map": "b:00ff00;a:ff0000", "case-sensitive": "no" },
        description: "two\nlines\n",
        mac_prefix: "bc:24:11",
        fencing: "watchdog",
        "next-id": { lower: 100, upper: "1000000" },
      },
    },
    monitoring: {
      thresholds: [],
      metricServers: {
        influx: {
          type: "influxdb",
          server: "10.0.0.1",
          port: 8089,
          disable: false,
          options: { influxdbproto: "https", "verify-certificate": "yes", mtu: 1500 },
        },
      },
    },
    notifications: {
      targets: { post: { type: "sendmail", mailto: ["b@example.org", "a@example.org"], disable: false } },
      matchers: {
        all: {
          target: ["mail-to-root", "post"],
          "match-severity": ["warning,error"],
          mode: "all",
          "invert-match": false,
        },
      },
    },
    mappings: { pci: { gpu: { map: map.toReversed(), mdev: false } } },
  });
  const twin = overTwin(worldOf(lab));
  for (const one of [lab, same]) expect(planOf(one, await stateOf(twin, scope), kinds).drift).toEqual([]);
});

test("what a release does not have is told by its place, and nothing is done about it", async () => {
  const state = await stateOf(overTwin(someWorld({ release: "8.4" })), scope);
  const lab = labWith({
    cluster: { options: { crs: { ha: "dynamic" } } },
    monitoring: { thresholds: [], metricServers: { otel: { type: "opentelemetry", server: "10.0.0.1", port: 4318 } } },
    notifications: {},
  });
  const plan = planOf(lab, state, kinds);
  expect(plan.actions).toEqual([]);
  expect(plan.undecided.map(({ why }) => why)).toEqual([
    "the option crs is none of basic, static: dynamic (cluster.options.crs)",
    "Proxmox VE 8.4 sends nothing to opentelemetry (monitoring.metricServers.otel.type)",
  ]);
});

test("from one declaration to another, each step finds what it starts from and leaves what it says", async () => {
  await fc.assert(
    fc.asyncProperty(someDatacenter, someDatacenter, async (drawn, other) => {
      const lab = labWith(chaptersOf(drawn, "9.2"), kinds);
      const twin = overTwin(worldOf(labWith(chaptersOf(other, "9.2"))));
      const plan = planOf(lab, await stateOf(twin, scope), kinds);
      await carryOut(twin, plan, stepsHold(twin, lab, scope));
      const left = planOf(lab, await stateOf(twin, scope), kinds);
      expect(left.actions).toEqual([]);
      expect(left.drift.length).toBe(plan.stuck.length);
    }),
    { numRuns: 12 },
  );
});
