import fc from "fast-check";
import { expect, test } from "vitest";
import { bareWorld } from "./bare-world.ts";
import { isQuorate } from "./corosync.ts";
import { dict } from "./dict.ts";
import { fault } from "./faults.ts";
import { isRunning } from "./guest-config.ts";
import { setMaintenance } from "./ha-round.ts";
import { wakeHa } from "./ha-wake.ts";
import { advanceTo, advanceUntil } from "./kernel.ts";
import { addGuest } from "./new-guest.ts";
import type { Release, World } from "./world.ts";

const minute = 60_000;

/** Three nodes, the named services on the named nodes, all of them running. */
const aCluster = (
  services: Record<number, string>,
  rules: [string, string, Record<string, string | number>][] = [],
  release: Release = "9.2",
): World => {
  const world = bareWorld({ nodes: ["pve1", "pve2", "pve3"], release });
  for (const [vmid, node] of Object.entries(services)) {
    addGuest(world, {
      vmid: Number(vmid),
      kind: "qemu",
      node,
      config: dict<string | number>([["memory", "1024"]]),
      installed: true,
    });
    world.ha.resources[`vm:${vmid}`] = { type: "vm", id: vmid, options: dict<string | number>([["state", "started"]]) };
  }
  for (const [id, type, options] of rules) world.ha.rules[id] = { type, id, options: dict(Object.entries(options)) };
  wakeHa(world);
  expect(advanceUntil(world, (now) => Object.values(now.guests).every(isRunning), world.now + 5 * minute)).toBe(true);
  advanceTo(world, world.now + minute);
  return world;
};

const nodeOf = (world: World, vmid: number) => world.guests[vmid]?.node;

test("a guest of a dead node runs elsewhere after fencing, and not before", () => {
  const world = aCluster({ 100: "pve3" });
  const at = world.now;
  fault(world, { subject: { kind: "node", node: "pve3" }, what: { kind: "loses-power" } });
  advanceUntil(world, (now) => isRunning(now.guests[100] ?? expect.fail()), at + 10 * minute);
  expect(nodeOf(world, 100)).not.toBe("pve3");
  const seconds = (world.now - at) / 1000;
  expect(seconds).toBeGreaterThan(110);
  expect(seconds).toBeLessThan(180);
  expect(world.notifications.sent.map(({ title }) => title)).toEqual([
    "FENCE: Try to fence node 'pve3'",
    "SUCCEED: fencing: acknowledged - got agent lock for node 'pve3'",
  ]);
});

test("a node that is cut off resets itself before its guests are taken over", () => {
  const world = aCluster({ 100: "pve3" });
  const at = world.now;
  fault(world, { subject: { kind: "node", node: "pve3" }, what: { kind: "is-partitioned" } });
  advanceTo(world, at + 30_000);
  expect([isQuorate(world, "pve3"), isQuorate(world, "pve1"), isRunning(world.guests[100] ?? expect.fail())]).toEqual([
    false,
    true,
    true,
  ]);
  advanceUntil(world, (now) => nodeOf(now, 100) !== "pve3", at + 10 * minute);
  expect(isRunning(world.guests[100] ?? expect.fail())).toBe(false);
  advanceUntil(world, (now) => isRunning(now.guests[100] ?? expect.fail()), at + 10 * minute);
  expect(world.now - at).toBeLessThan(4 * minute);
});

test("a hung node is reset by its watchdog", () => {
  const world = aCluster({ 100: "pve3" });
  fault(world, { subject: { kind: "node", node: "pve3" }, what: { kind: "hangs" } });
  advanceUntil(world, (now) => now.nodes.pve3?.state.kind === "booting", world.now + 5 * minute);
  expect(world.nodes.pve3?.state.kind).toBe("booting");
});

test("the death of the master delays the recovery by the time its lock takes to lapse", () => {
  const world = aCluster({ 100: "pve1" });
  expect(world.ha.master?.node).toBe("pve1");
  const at = world.now;
  fault(world, { subject: { kind: "node", node: "pve1" }, what: { kind: "loses-power" } });
  advanceUntil(world, (now) => isRunning(now.guests[100] ?? expect.fail()), at + 10 * minute);
  expect(world.ha.master?.node).toBe("pve2");
  expect((world.now - at) / 1000).toBeGreaterThan(170);
});

test("without quorum nothing is recovered", () => {
  const world = aCluster({ 100: "pve3" });
  for (const node of ["pve2", "pve3"]) fault(world, { subject: { kind: "node", node }, what: { kind: "loses-power" } });
  advanceTo(world, world.now + 20 * minute);
  expect([isQuorate(world, "pve1"), nodeOf(world, 100), isRunning(world.guests[100] ?? expect.fail())]).toEqual([
    false,
    "pve3",
    false,
  ]);
});

test("a crashed guest is started again where it was", () => {
  const world = aCluster({ 100: "pve2" });
  fault(world, { subject: { kind: "guest", vmid: 100 }, what: { kind: "crashes" } });
  expect(isRunning(world.guests[100] ?? expect.fail())).toBe(false);
  advanceTo(world, world.now + minute);
  expect([isRunning(world.guests[100] ?? expect.fail()), nodeOf(world, 100)]).toEqual([true, "pve2"]);
});

test("a node in maintenance is left by its services, which come back after it", () => {
  const world = aCluster({ 100: "pve2", 101: "pve2" });
  setMaintenance(world, "pve2", true);
  advanceTo(world, world.now + 5 * minute);
  expect([nodeOf(world, 100), nodeOf(world, 101)]).not.toContain("pve2");
  expect(Object.values(world.guests).every(isRunning)).toBe(true);
  setMaintenance(world, "pve2", false);
  advanceTo(world, world.now + 5 * minute);
  expect([nodeOf(world, 100), nodeOf(world, 101)]).toEqual(["pve2", "pve2"]);
});

test("a service goes to the node of its highest priority, and only there if the rule is strict", () => {
  const world = aCluster({ 100: "pve1" }, [
    ["r", "node-affinity", { resources: "vm:100", nodes: "pve2:1,pve3:2", strict: 1 }],
  ]);
  advanceTo(world, world.now + 2 * minute);
  expect(nodeOf(world, 100)).toBe("pve3");
  fault(world, { subject: { kind: "node", node: "pve3" }, what: { kind: "loses-power" } });
  advanceTo(world, world.now + 5 * minute);
  expect(nodeOf(world, 100)).toBe("pve2");
  fault(world, { subject: { kind: "node", node: "pve2" }, what: { kind: "loses-power" } });
  expect(nodeOf(world, 100)).toBe("pve2");
});

test("a group of 8.4 says where a service runs", () => {
  const world = bareWorld({ nodes: ["pve1", "pve2", "pve3"], release: "8.4" });
  addGuest(world, { vmid: 100, kind: "qemu", node: "pve1", config: dict(), installed: true });
  world.ha.groups.g = { type: "group", id: "g", options: dict<string | number>([["nodes", "pve3:2,pve2:1"]]) };
  world.ha.resources["vm:100"] = { type: "vm", id: "100", options: dict<string | number>([["group", "g"]]) };
  wakeHa(world);
  advanceTo(world, world.now + 5 * minute);
  expect(nodeOf(world, 100)).toBe("pve3");
});

test("services that repel each other are parted, those that attract each other meet", () => {
  const apart = aCluster({ 100: "pve1", 101: "pve1" }, [
    ["r", "resource-affinity", { resources: "vm:100,vm:101", affinity: "negative" }],
  ]);
  advanceTo(apart, apart.now + 2 * minute);
  expect(nodeOf(apart, 100)).not.toBe(nodeOf(apart, 101));
  const together = aCluster({ 100: "pve1", 101: "pve2" }, [
    ["r", "resource-affinity", { resources: "vm:100,vm:101", affinity: "positive" }],
  ]);
  advanceTo(together, together.now + 2 * minute);
  expect(nodeOf(together, 100)).toBe(nodeOf(together, 101));
});

test("a service that starts nowhere is given up after its tries", () => {
  const world = aCluster({ 100: "pve1" });
  const guest = world.guests[100] ?? expect.fail();
  guest.config.scsi0 = "local:100/vm-100-disk-0.raw,size=1G";
  fault(world, { subject: { kind: "guest", vmid: 100 }, what: { kind: "crashes" } });
  advanceTo(world, world.now + 10 * minute);
  expect(world.ha.services["vm:100"]?.state).toBe("error");
  const tasks = Object.keys(world.tasks).length;
  advanceTo(world, world.now + 10 * minute);
  expect(Object.keys(world.tasks)).toHaveLength(tasks);
});

test("no service is ever sent to a node that is down or in maintenance", () => {
  const steps = fc.array(
    fc.record({
      what: fc.constantFrom("loses-power", "hangs", "is-partitioned", "maintain", "release", "stop", "start"),
      node: fc.nat(3),
      vmid: fc.nat(5),
      rounds: fc.integer({ min: 1, max: 20 }),
    }),
    { minLength: 5, maxLength: 20 },
  );
  fc.assert(
    fc.property(steps, (list) => {
      const world = bareWorld({ nodes: ["pve1", "pve2", "pve3", "pve4"] });
      for (let vmid = 100; vmid < 106; vmid++) {
        addGuest(world, { vmid, kind: "qemu", node: `pve${(vmid % 4) + 1}`, config: dict(), installed: true });
        world.ha.resources[`vm:${vmid}`] = {
          type: "vm",
          id: `${vmid}`,
          options: dict<string | number>([["state", "started"]]),
        };
      }
      wakeHa(world);
      advanceTo(world, world.now + 2 * minute);
      for (const { what, node, vmid, rounds } of list) {
        const name = `pve${node + 1}`;
        const resource = world.ha.resources[`vm:${100 + vmid}`];
        if (what === "maintain" || what === "release") setMaintenance(world, name, what === "maintain");
        else if (what === "stop" || what === "start") {
          if (resource) resource.options.state = what === "stop" ? "stopped" : "started";
          wakeHa(world);
        } else
          fault(world, { subject: { kind: "node", node: name }, what: { kind: what }, until: world.now + 4 * minute });
        for (let round = 0; round < rounds; round++) {
          const before = new Map(
            Object.entries(world.ha.services).map(([sid, service]) => [sid, `${service.target ?? ""} ${service.node}`]),
          );
          const states = { ...world.ha.nodes };
          advanceTo(world, world.now + 10_000);
          for (const [sid, service] of Object.entries(world.ha.services)) {
            const to = service.target ?? service.node;
            if (
              (before.get(sid) ?? ` ${service.node}`) === `${service.target ?? ""} ${service.node}` ||
              before.get(sid)?.includes(to)
            )
              continue;
            expect([states[to], world.ha.nodes[to]]).toContain("online");
          }
        }
      }
    }),
    { numRuns: 40 },
  );
});
