import { Measure } from "@orrery/collect";
import { clearFault, fault } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { crowdedWorld, type WatchedWorld, watchedWorld } from "./watched-world.ts";

const both = { cluster: true, node: true };

/** Values of one metric, by the text of its labels. */
const valuesOf = ({ monitor }: WatchedWorld, name: string): Record<string, number> => {
  const text = new Measure().page(monitor.seen(), both).text("prometheus");
  const found = [...text.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)$`, "gm"))];
  return Object.fromEntries(found.map(([, labels = "", value]) => [labels, Number(value)]));
};

const watched = async (guests: number, nodes?: number): Promise<WatchedWorld> => {
  const world = await watchedWorld(crowdedWorld(guests, nodes));
  await world.pass(60_000);
  return world;
};

test("the loss of a node takes a vote, and what it did is told no more", async () => {
  const lab = await watched(10);
  expect(valuesOf(lab, "pve_cluster_quorum_margin_votes")).toEqual({ 'id="cluster/testclu"': 2 });
  expect(Object.keys(valuesOf(lab, "pve_node_load_avg1"))).toHaveLength(5);
  const made = fault(lab.world, {
    subject: { kind: "node", node: "pve2" },
    what: { kind: "loses-power" },
    at: lab.world.now,
  });
  if ("refused" in made) expect.fail(made.refused);
  await lab.pass(5 * 60_000);
  expect(valuesOf(lab, "pve_up")['id="node/pve2"']).toBe(0);
  expect(valuesOf(lab, "pve_cluster_quorum_margin_votes")).toEqual({ 'id="cluster/testclu"': 1 });
  expect(valuesOf(lab, "pve_node_load_avg1")).not.toHaveProperty('id="node/pve2"');
  expect(valuesOf(lab, "orrery_collect_section_up")['section="status",subject="node/pve2"']).toBe(0);
  clearFault(lab.world, made.id);
});

test("what guests were given is set against what their node has", async () => {
  const lab = await watched(10);
  expect(valuesOf(lab, "pve_node_cpu_assigned")['id="node/pve1"']).toBe(4);
  expect(valuesOf(lab, "pve_node_memory_assigned_bytes")['id="node/pve1"']).toBe(2 * 256 * 2 ** 20);
  const [cpus = 0] = Object.values(valuesOf(lab, "pve_cpu_usage_limit"));
  expect(cpus).toBeGreaterThan(0);
  expect(valuesOf(lab, "pve_node_guests")['id="node/pve1",type="qemu",state="running"']).toBe(2);
});

test("tags are labels of their own, and start-up at boot is told of the guests of every node", async () => {
  const lab = await watched(10);
  expect(valuesOf(lab, "pve_guest_tag_info")).toMatchObject({
    'id="qemu/103",tag="web"': 1,
    'id="qemu/103",tag="prod"': 1,
  });
  const onboot = valuesOf(lab, "pve_onboot_status");
  expect(onboot).toMatchObject({
    'id="qemu/101",node="pve2",type="qemu"': 1,
    'id="qemu/104",node="pve5",type="qemu"': 0,
  });
  expect(Object.keys(onboot)).toHaveLength(10);
});

test("a failed task is counted once, and tasks from before the watch are not", async () => {
  const lab = await watched(5);
  expect(valuesOf(lab, "pve_tasks_ended_total")).toEqual({});
  const what = { kind: "task-fails", type: "qmstop", share: 0.5, message: "it would not" } as const;
  fault(lab.world, { subject: { kind: "node", node: "pve1" }, what, at: lab.world.now });
  await lab.pve.request("POST", "/nodes/{node}/qemu/{vmid}/status/stop", { node: "pve1", vmid: 100 });
  await lab.pass(3 * 60_000);
  expect(valuesOf(lab, "pve_tasks_ended_total")).toEqual({ 'id="node/pve1",type="qmstop",outcome="failed"': 1 });
});

test("what is not known is not on the page", async () => {
  const lab = await watched(3, 1);
  const names = ["pve_cluster_info", "pve_cluster_quorum_margin_votes", "pve_qdevice_up", "pve_node_zfs_pool_healthy"];
  for (const name of names) expect({ name, values: valuesOf(lab, name) }).toEqual({ name, values: {} });
  const asked = fault(lab.world, {
    subject: { kind: "path", path: "/cluster/resources" },
    what: { kind: "api-fails", status: 500, reason: "out" },
    at: lab.world.now,
  });
  if ("refused" in asked) expect.fail(asked.refused);
  await lab.pass(2 * 60_000);
  expect(valuesOf(lab, "pve_guest_info")).toEqual({});
  expect(valuesOf(lab, "pve_memory_usage_bytes")).toEqual({});
});

test("labels that hold quotes, backslashes and line ends come through", async () => {
  const world = crowdedWorld(1);
  const guest = world.guests[100];
  if (guest === undefined) expect.fail();
  guest.config.name = 'a"b\\c';
  const lab = await watchedWorld(world);
  await lab.pass(10_000);
  expect(Object.keys(valuesOf(lab, "pve_guest_info"))[0]).toContain('name="a\\"b\\\\c"');
});

test("a cluster of 8.4 is watched as well, and tells no pressure", async () => {
  const lab = await watchedWorld(crowdedWorld(4, 2, "8.4"));
  await lab.pass(60_000);
  expect(Object.keys(valuesOf(lab, "pve_guest_info"))).toHaveLength(4);
  expect(Object.keys(valuesOf(lab, "pve_node_load_avg1"))).toHaveLength(2);
  expect(valuesOf(lab, "pve_node_pressure_ratio")).toEqual({});
  expect(Object.entries(valuesOf(lab, "orrery_collect_section_up")).filter(([, value]) => value !== 1)).toEqual([]);
});
