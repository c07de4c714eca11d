import { expect, test } from "vitest";
import { absorb } from "../absorb.ts";
import { obstacleText } from "../move-text.ts";
import { planMoves } from "../planning.ts";
import type { Derived, Wanted } from "./derived.ts";
import { type ACluster, aCluster, anEntry, gib } from "./fixtures/a-cluster.ts";
import { moveOrdersOf } from "./move-orders.ts";
import { problemOf } from "./problem-of.ts";

const three = [{ name: "pve1" }, { name: "pve2" }, { name: "pve3" }];

const derived = (cluster: ACluster, wanted?: Wanted): Derived & { kind: "derived" } => {
  const found = problemOf(aCluster(cluster), wanted);
  if (found.kind !== "derived") throw new Error(found.why);
  return found;
};
const itemOf = ({ problem }: Derived & { kind: "derived" }, vmid: number) =>
  problem.items.find(({ name }) => name === `g${vmid} (${vmid})`);
const whyOf = ({ ties }: Derived & { kind: "derived" }, vmid: number): string[] =>
  ties.filter(({ guest }) => guest === `g${vmid} (${vmid})`).map(({ why, nodes }) => `${why}: ${nodes.join(", ")}`);

test("guests that run take part with what they were given and what they use, others do not", () => {
  const found = derived({
    nodes: three,
    guests: [
      { vmid: 100, node: "pve1", memory: 8 },
      { vmid: 101, node: "pve1", status: "stopped" },
      { vmid: 102, node: "pve1", template: true, status: "stopped" },
    ],
  });
  expect(found.problem.items.map(({ name }) => name)).toEqual(["g100 (100)"]);
  expect(itemOf(found, 100)).toMatchObject({
    host: "pve1",
    memoryBytes: 8 * gib,
    vcpus: 2,
    used: { cpu: 2 * (0.1 + 2 / 10), memoryBytes: 8 * gib * 0.3 },
    movesBy: "live",
  });
  expect(found.idle.get("pve1")).toEqual(["g101 (101)"]);
});

test("a node without a declared reserve keeps what it uses itself", () => {
  const found = derived({
    nodes: [{ name: "pve1", memory: 64, used: 8 }],
    guests: [{ vmid: 100, node: "pve1", memory: 10 }],
  });
  const [host] = found.problem.hosts;
  expect(host?.own?.memoryBytes).toBe(5 * gib);
  expect(host?.memoryBytes).toBe(59 * gib);
  expect(found.assumed.join()).toContain("pve1 5.0 GiB");
});

test("offline nodes, and those in maintenance, take nothing in", () => {
  const found = derived({
    nodes: [{ name: "pve1" }, { name: "pve2", status: "offline" }, { name: "pve3", ha: "maintenance" }],
    guests: [],
  });
  expect(found.problem.hosts.map(({ standing }) => standing)).toEqual([undefined, "offline", "maintenance"]);
});

test("a device by its address binds a guest to its node, and the refusal to drain it says so", () => {
  const cluster: ACluster = {
    nodes: three,
    guests: [{ vmid: 100, node: "pve2", config: { hostpci0: "0000:01:00.0,pcie=1" } }],
  };
  const found = derived(cluster, { draining: ["pve2"] });
  expect(whyOf(found, 100)).toEqual(["uses the device 0000:01:00.0 of its node (hostpci0): pve2"]);
  const plan = planMoves(found.problem, { kind: "drain", hosts: ["pve2"] }, { steps: 10_000 });
  expect(plan.kind === "impossible" && obstacleText(plan.obstacle)).toContain("g100 (100) can go nowhere");
});

test("a mapped device goes where its mapping does, as many guests to a node as it has; stopped unless the mapping is live", () => {
  const guests = [100, 101].map((vmid) => ({ vmid, node: "pve1", config: { hostpci0: "mapping=gpu" } }));
  const cluster = (live: boolean): ACluster => ({
    nodes: three,
    guests,
    pci: [{ id: "gpu", nodes: ["pve1", "pve1", "pve3"], live }],
  });
  const found = derived(cluster(false), { draining: ["pve1"] });
  expect(itemOf(found, 100)).toMatchObject({
    allowed: ["pve1", "pve3"],
    devices: { "pci gpu": 1 },
    movesBy: "restart",
  });
  expect(found.problem.hosts.map(({ devices }) => devices)).toEqual([{ "pci gpu": 2 }, {}, { "pci gpu": 1 }]);
  expect(planMoves(found.problem, { kind: "drain", hosts: ["pve1"] }, { steps: 10_000 }).kind).toBe("impossible");
  expect(itemOf(derived(cluster(true)), 100)?.movesBy).toBe("live");
});

test("disks on storages of the node are copied, those on shared ones reach as far as these do", () => {
  const found = derived({
    nodes: three,
    storages: { local: { type: "zfspool", gib: 100 }, nfs: { type: "nfs", shared: true, nodes: ["pve1", "pve2"] } },
    guests: [
      { vmid: 100, node: "pve1", config: { scsi0: "local:vm-100-disk-0,size=32G" } },
      { vmid: 101, node: "pve1", config: { scsi0: "nfs:101/vm-101-disk-0.qcow2,size=32G" } },
      { vmid: 102, node: "pve2", status: "stopped", config: { scsi0: "local:vm-102-disk-0,size=90G" } },
    ],
  });
  expect(itemOf(found, 100)).toMatchObject({ disks: [{ storage: "local", bytes: 32 * gib }] });
  expect(itemOf(found, 100)?.allowed).toBeUndefined();
  expect(itemOf(found, 101)).toMatchObject({ allowed: ["pve1", "pve2"] });
  // What is promised to a stopped guest is not given away.
  expect(found.problem.hosts.map(({ storages }) => storages)).toEqual([
    { local: 100 * gib },
    { local: 10 * gib },
    { local: 100 * gib },
  ]);
});

test.each([
  [
    "an ISO of its node in the drive",
    { ide2: "iso:iso/debian.iso,media=cdrom,size=600M" },
    "has a medium of iso in its drive (ide2): pve1",
  ],
  [
    "the drive of its node",
    { ide2: "cdrom,media=cdrom" },
    "has the drive of its node of its node mounted (ide2): pve1",
  ],
  ["a serial port", { serial0: "/dev/ttyS0" }, "uses /dev/ttyS0 of its node (serial0): pve1"],
  ["a USB device", { usb0: "host=1234:5678" }, "uses the device 1234:5678 of its node (usb0): pve1"],
])("%s keeps a guest on its node", (_, config, why) => {
  const found = derived({
    nodes: three,
    storages: { iso: { type: "dir" } },
    guests: [{ vmid: 100, node: "pve1", config }],
  });
  expect(whyOf(found, 100)).toEqual([why]);
});

test.each([
  ["an empty drive", { ide2: "none,media=cdrom" }],
  ["cloud-init's image", { ide2: "local:vm-100-cloudinit,media=cdrom,size=4M" }],
  ["a serial socket", { serial0: "socket" }],
  ["a SPICE port", { usb0: "spice" }],
])("%s does not", (_, config) => {
  const found = derived({
    nodes: three,
    storages: { local: { type: "zfspool" } },
    guests: [{ vmid: 100, node: "pve1", config }],
  });
  expect(itemOf(found, 100)?.allowed).toBeUndefined();
});

test("what only keeps a guest from moving does not count once its node is lost", () => {
  const cluster: ACluster = {
    nodes: three,
    storages: { local: { type: "zfspool" } },
    guests: [{ vmid: 100, node: "pve1", config: { scsi0: "local:vm-100-disk-0,size=8G" }, snapshots: ["before"] }],
  };
  expect(itemOf(derived(cluster), 100)?.allowed).toEqual(["pve1"]);
  const { problem } = derived(cluster, { afterLoss: true });
  expect(absorb(problem, "pve1", { steps: 1000 }).kind).toBe("fits");
});

const resource = (sid: string, options = {}) => anEntry(sid, "vm", options);

test("a guest whose disks are copied goes where the copies are, and one that is restored goes anywhere", () => {
  const cluster = {
    nodes: three,
    guests: [{ vmid: 100, node: "pve1", config: { scsi0: "local-zfs:vm-100-disk-0,size=20G" } }],
    storages: { "local-zfs": { type: "zfspool" } },
    replicated: { 100: "pve2" },
  };
  expect(itemOf(derived(cluster), 100)?.allowed).toEqual(["pve1", "pve2"]);
  expect(itemOf(derived(cluster, { afterLoss: true }), 100)?.allowed).toEqual(["pve1", "pve2"]);
  expect(itemOf(derived(cluster, { restored: true }), 100)).not.toHaveProperty("allowed");
});

test("without rules a guest is bound by what it needs alone", () => {
  const cluster = {
    nodes: three,
    guests: [
      { vmid: 100, node: "pve1" },
      { vmid: 101, node: "pve1", config: { hostpci0: "0000:01:00.0" } },
    ],
    ha: {
      haResources: [anEntry("vm:100", "vm", {})],
      haRules: [anEntry("home", "node-affinity", { resources: "vm:100", nodes: "pve1,pve2", strict: 1 })],
    },
  };
  expect(itemOf(derived(cluster), 100)?.allowed).toEqual(["pve1", "pve2"]);
  const free = derived(cluster, { rules: "none" });
  expect(itemOf(free, 100)).not.toHaveProperty("allowed");
  expect(itemOf(free, 101)?.allowed).toEqual(["pve1"]);
});

test("disks on a thin storage weigh what is written where that is asked for, those on a thick one what they were given", () => {
  const cluster = {
    nodes: three,
    guests: [
      {
        vmid: 100,
        node: "pve1",
        config: { scsi0: "thin:vm-100-disk-0,size=60G", scsi1: "thick:vm-100-disk-1,size=10G" },
      },
      { vmid: 101, node: "pve1", status: "stopped" as const, config: { scsi0: "thin:vm-101-disk-0,size=20G" } },
    ],
    storages: { thin: { type: "lvmthin", gib: 100, used: 40 }, thick: { type: "lvm", gib: 100, used: 10 } },
  };
  const disksOf = (wanted?: Wanted) => itemOf(derived(cluster, wanted), 100)?.disks?.map(({ bytes }) => bytes / gib);
  expect(disksOf()).toEqual([60, 10]);
  expect(disksOf({ disks: "written" })).toEqual([30, 10]);
  expect(derived(cluster, { disks: "written" }).problem.hosts[0]?.storages).toEqual({
    thin: 90 * gib,
    thick: 100 * gib,
  });
});

test("guests named to stop with their node do, and a reserve that was asked for is what nodes keep", () => {
  const found = derived(
    { nodes: [{ name: "pve1", memory: 64, used: 8 }, { name: "pve2" }], guests: [{ vmid: 100, node: "pve1" }] },
    { stopping: [100], draining: ["pve1"], reserve: 2 * gib },
  );
  expect(itemOf(found, 100)?.onDrain).toBe("stop");
  expect(found.problem.hosts[0]?.memoryBytes).toBe(62 * gib);
  expect(found.assumed.join()).not.toContain("reserve");
});

test("an HA rule for nodes keeps a guest to those of highest priority in service, and lets go as HA does", () => {
  const cluster = (strict: 0 | 1, failback: 0 | 1): ACluster => ({
    nodes: [...three, { name: "pve4" }],
    guests: [{ vmid: 100, node: "pve1" }],
    ha: {
      haResources: [resource("vm:100", { failback })],
      haRules: [anEntry("near", "node-affinity", { resources: "vm:100", nodes: "pve1:2,pve2:2,pve3", strict })],
    },
  });
  expect(itemOf(derived(cluster(1, 1)), 100)?.allowed).toEqual(["pve1", "pve2"]);
  expect(itemOf(derived(cluster(1, 1), { draining: ["pve1", "pve2"] }), 100)?.allowed).toEqual(["pve3"]);
  expect(itemOf(derived(cluster(1, 1), { draining: ["pve1", "pve2", "pve3"] }), 100)?.allowed).toEqual([]);
  expect(itemOf(derived(cluster(0, 1), { draining: ["pve1", "pve2", "pve3"] }), 100)?.allowed).toBeUndefined();
  const calm = itemOf(derived(cluster(1, 0)), 100);
  expect([calm?.allowed, calm?.prefers]).toEqual([
    ["pve1", "pve2", "pve3"],
    ["pve1", "pve2"],
  ]);
});

test("HA rules for resources bind and part guests; rules that are off or contradict others do not", () => {
  const vmids = [100, 101, 102, 103, 104, 105, 106];
  const found = derived({
    nodes: three,
    guests: vmids.map((vmid) => ({ vmid, node: "pve1" })),
    ha: {
      haResources: vmids.map((vmid) => resource(`vm:${vmid}`)),
      haRules: [
        anEntry("pair", "resource-affinity", { resources: "vm:100,vm:101", affinity: "positive" }),
        anEntry("apart", "resource-affinity", { resources: "vm:101,vm:102", affinity: "negative" }),
        anEntry("off", "resource-affinity", { resources: "vm:100,vm:102", affinity: "positive", disable: 1 }),
        anEntry("many", "resource-affinity", { resources: "vm:102,vm:103,vm:104,vm:105", affinity: "negative" }),
        anEntry("with", "resource-affinity", { resources: "vm:105,vm:106", affinity: "positive" }),
        anEntry("without", "resource-affinity", { resources: "vm:105,vm:106", affinity: "negative" }),
        anEntry("ranked", "node-affinity", { resources: "vm:101", nodes: "pve1:2,pve2" }),
      ],
    },
  });
  expect(itemOf(found, 103)?.apartFrom).toBeUndefined();
  expect(itemOf(found, 106)).not.toHaveProperty("togetherWith");
  expect(found.assumed.flatMap((text) => /The HA rule (\S+) is taken not/.exec(text)?.[1] ?? [])).toEqual([
    "many",
    "with",
    "without",
    "pair",
    "ranked",
    "apart",
  ]);
  const plain = derived({
    nodes: three,
    guests: vmids.map((vmid) => ({ vmid, node: "pve1" })),
    ha: {
      haResources: vmids.map((vmid) => resource(`vm:${vmid}`)),
      haRules: [
        anEntry("pair", "resource-affinity", { resources: "vm:100,vm:101", affinity: "positive" }),
        anEntry("apart", "resource-affinity", { resources: "vm:101,vm:102", affinity: "negative" }),
      ],
    },
  });
  expect(itemOf(plain, 101)).toMatchObject({ togetherWith: ["g100 (100)"], apartFrom: ["g102 (102)"] });
});

test("an HA group of 8.4 is read as the rule that it became", () => {
  const found = derived({
    nodes: three,
    guests: [{ vmid: 100, node: "pve1" }],
    ha: {
      haResources: [resource("vm:100", { group: "left" })],
      haGroups: [anEntry("left", "group", { nodes: "pve1,pve2", restricted: 1 })],
    },
  });
  expect(whyOf(found, 100)).toEqual(["is kept by the HA group left to pve1, pve2: pve1, pve2"]);
});

test("ProxLB's tags are read where that is asked for", () => {
  const cluster: ACluster = {
    nodes: three,
    guests: [
      { vmid: 100, node: "pve1", tags: "plb_affinity_web;plb_pin_pve1;plb_pin_pve3" },
      { vmid: 101, node: "pve1", tags: "plb_affinity_web;plb_anti_affinity_db" },
      { vmid: 102, node: "pve2", tags: "plb_anti_affinity_db" },
      { vmid: 103, node: "pve2", tags: "plb_ignore_lab;plb_pin_nowhere" },
    ],
  };
  expect(itemOf(derived(cluster), 100)?.togetherWith).toBeUndefined();
  const found = derived(cluster, { tags: "proxlb" });
  expect(itemOf(found, 100)).toMatchObject({ togetherWith: ["g101 (101)"], allowed: ["pve1", "pve3"] });
  expect(itemOf(found, 102)).toMatchObject({ apartFrom: ["g101 (101)"] });
  expect(itemOf(found, 103)).toMatchObject({ settled: true });
  expect(found.assumed.join()).toContain("plb_pin_nowhere");
});

test("a stopped guest is placed where its disks are, and one that runs is not placed again", () => {
  const cluster: ACluster = {
    nodes: three,
    storages: { local: { type: "zfspool" } },
    guests: [
      { vmid: 100, node: "pve2", status: "stopped", config: { scsi0: "local:vm-100-disk-0,size=8G" } },
      { vmid: 101, node: "pve1" },
    ],
  };
  const found = derived(cluster, { placing: ["g100", 101, "g999"] });
  expect(found.notPlaceable).toEqual([
    { asked: 101, why: "it runs on pve1 already" },
    { asked: "g999", why: "there is no such guest, in the cluster or declared" },
  ]);
  const plan = planMoves(found.problem, { kind: "place", items: ["g100 (100)"] }, { steps: 10_000 });
  expect(plan.kind === "moves" && moveOrdersOf(found, plan)).toMatchObject([
    { id: "move 1", vmid: 100, to: "pve2", by: "start", after: [] },
  ]);
});

test("moves are handed on as data, each waiting for those of the step before", () => {
  const found = derived(
    { nodes: three, guests: [100, 101].map((vmid) => ({ vmid, node: "pve1" })) },
    { draining: ["pve1"] },
  );
  const plan = planMoves(found.problem, { kind: "drain", hosts: ["pve1"] }, { steps: 10_000 });
  const orders = plan.kind === "moves" ? moveOrdersOf(found, plan) : [];
  expect(orders.map(({ id, from, by, after }) => ({ id, from, by, after }))).toEqual([
    { id: "move 1", from: "pve1", by: "live", after: [] },
    { id: "move 2", from: "pve1", by: "live", after: ["move 1"] },
  ]);
  expect(orders[0]?.because).toContain("its host is drained");
  expect(JSON.parse(JSON.stringify(orders))).toEqual(orders);
});
