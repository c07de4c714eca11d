import { keptValue } from "@orrery/state";
import { clearFault, type Fault, type FaultKind, fault, type Subject, type World } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { crowdedWorld, type WatchedWorld, watchedWorld } from "./watched-world.ts";

const minutes = 60_000;

/** What is asked in the steady cycle; the rest has a pace of its own. */
const steady =
  /^\/cluster\/(resources|status|metrics\/export|tasks|ha\/status\/current)$|^\/nodes\/\{node\}\/(status|replication|rrddata)$/;

/** Requests of each ten seconds from a moment on. */
const perCycle = ({ asked }: WatchedWorld, from: number, which: RegExp = /./): number[] => {
  const counts: number[] = [];
  for (const { path, at } of asked) {
    if (at < from || !which.test(path)) continue;
    const cycle = Math.floor((at - from) / 10_000);
    counts[cycle] = (counts[cycle] ?? 0) + 1;
  }
  return Array.from(counts, (count) => count ?? 0);
};

const befall = (world: World, subject: Subject, what: FaultKind): Fault => {
  const made = fault(world, { subject, what, at: world.now });
  return "refused" in made ? expect.fail(made.refused) : made;
};

const onPath = (path: string): Subject => ({ kind: "path", path });

test("five nodes and 500 guests take at most six steady requests a cycle, and less than eight with the slow ones", async () => {
  const watched = await watchedWorld(crowdedWorld(500));
  await watched.pass(9 * minutes);
  const from = 5 * minutes;
  expect(Math.max(...perCycle(watched, from, steady))).toBeLessThanOrEqual(6);
  const all = perCycle(watched, from);
  expect(all.reduce((sum, count) => sum + count, 0) / all.length).toBeLessThan(8);
});

test("everything is known after three minutes, the whole picture after the first cycle", async () => {
  const watched = await watchedWorld(crowdedWorld(200));
  await watched.pass(10_000);
  const { cluster, nodes } = watched.monitor.seen();
  expect(new Set(Object.values(cluster).map(({ kind }) => kind))).toEqual(new Set(["fresh"]));
  const { zfs, ...others } = nodes.pve5 ?? expect.fail();
  expect(zfs).toEqual({ kind: "unasked", why: "zfsutils-linux not installed" });
  expect(new Set(Object.values(others).map(({ kind }) => kind))).toEqual(new Set(["fresh"]));
  await watched.pass(3 * minutes);
  const { guests } = watched.monitor.seen();
  expect(Object.keys(guests)).toHaveLength(200);
  expect(Object.values(guests).filter(({ kind }) => kind !== "fresh")).toEqual([]);
});

test("each node is asked for its status about every half minute", async () => {
  const watched = await watchedWorld(crowdedWorld(10));
  await watched.pass(20 * minutes);
  const asked = watched.asked.filter(({ path, at }) => path === "/nodes/{node}/status" && at > minutes).length;
  expect(asked / 5 / 19).toBeGreaterThan(1.4);
  expect(asked / 5 / 19).toBeLessThanOrEqual(2.1);
});

test("a section that fails does so alone, keeps its last value with its age, and loses it when that is too old", async () => {
  const watched = await watchedWorld(crowdedWorld(10));
  await watched.pass(minutes);
  befall(watched.world, onPath("/cluster/ha/status"), { kind: "api-fails", status: 500, reason: "ha is out" });
  await watched.pass(3 * minutes);
  const stale = watched.monitor.seen();
  expect(stale.cluster.haStatus).toMatchObject({ kind: "stale", why: expect.stringContaining("ha is out") });
  expect(stale.cluster.resources.kind).toBe("fresh");
  expect(stale.pace).toBe(1);
  await watched.pass(5 * minutes);
  expect(watched.monitor.seen().cluster.haStatus).toMatchObject({
    kind: "lost",
    why: expect.stringContaining("ha is out"),
  });
});

test("a cluster that suffers is asked less and less often, and as usual again when it is well", async () => {
  const watched = await watchedWorld(crowdedWorld(10));
  await watched.pass(minutes);
  const broken = befall(watched.world, onPath("/cluster/resources"), {
    kind: "api-fails",
    status: 500,
    reason: "too much",
  });
  await watched.pass(5 * minutes);
  expect(watched.monitor.seen().pace).toBe(8);
  expect(watched.monitor.seen().cluster.resources.kind).toBe("lost");
  const from = watched.asked.length;
  await watched.pass(4 * minutes);
  const during = watched.asked.slice(from).filter(({ path }) => path === "/cluster/resources").length;
  expect(during).toBeLessThanOrEqual(4);
  clearFault(watched.world, broken.id);
  await watched.pass(5 * minutes);
  expect(watched.monitor.seen()).toMatchObject({ pace: 1, cluster: { resources: { kind: "fresh" } } });
});

test("a node that hangs holds up nothing but itself, and never has more than its share of requests", async () => {
  const watched = await watchedWorld(crowdedWorld(20), { perNode: 2 });
  await watched.pass(minutes);
  befall(watched.world, onPath("/nodes/pve3"), { kind: "api-delays", ms: 60_000 });
  await watched.pass(5 * minutes);
  const { nodes, cluster } = watched.monitor.seen();
  expect(nodes.pve3?.status).toMatchObject({ kind: "lost", why: expect.stringMatching(/no answer within 8000 ms/) });
  expect(nodes.pve2?.status.kind).toBe("fresh");
  expect(cluster.resources.kind).toBe("fresh");
  expect(watched.monitor.mostAtOnce).toBe(2);
});

test("a node that is off is not asked, and is asked at once when it is back", async () => {
  const watched = await watchedWorld(crowdedWorld(10));
  await watched.pass(minutes);
  const off = befall(watched.world, { kind: "node", node: "pve4" }, { kind: "loses-power" });
  await watched.pass(5 * minutes);
  expect(watched.monitor.seen().nodes.pve4?.status).toMatchObject({ kind: "lost", why: "pve4 is offline" });
  const failures = watched.asked.filter(({ failed, at }) => failed && at > 2 * minutes);
  expect(failures).toEqual([]);
  clearFault(watched.world, off.id);
  await watched.pass(10 * minutes);
  expect(watched.monitor.seen().nodes.pve4?.status.kind).toBe("fresh");
});

test("a guest that is gone is forgotten", async () => {
  const watched = await watchedWorld(crowdedWorld(5));
  await watched.pass(minutes);
  expect(Object.keys(watched.monitor.seen().guests)).toContain("102");
  delete watched.world.guests[102];
  await watched.pass(minutes);
  expect(Object.keys(watched.monitor.seen().guests)).not.toContain("102");
});

test("the same world gives the same requests at the same moments", async () => {
  const run = async (): Promise<string> => {
    const watched = await watchedWorld(crowdedWorld(30));
    await watched.pass(15 * minutes);
    return JSON.stringify([watched.asked, watched.monitor.seen()]);
  };
  expect(await run()).toBe(await run());
});

test("configurations are read again when their row in the list changed, else after an hour", async () => {
  const watched = await watchedWorld(crowdedWorld(5));
  await watched.pass(5 * minutes);
  const before = watched.asked.length;
  const guest = watched.world.guests[101];
  if (guest === undefined) expect.fail();
  guest.config.tags = "changed";
  await watched.pass(minutes);
  const read = watched.asked.slice(before).filter(({ path }) => path.endsWith("/pending"));
  expect(read).toHaveLength(1);
  expect(keptValue(watched.monitor.seen().guests["101"])?.file.config.tags).toBe("changed");
});
