import type { Clock, Proxmox, PveVersion } from "@orrery/contract";
import { drainNodes, lookAt, recoverGuests } from "@orrery/procedures";
import { type AskedFault, isRunning, quorateGroup, VirtualClock, type World } from "@orrery/twin-world";
import { rehearse, type Script, type ScriptEvent, type Tell } from "@orrery/workflow";
import fc from "fast-check";
import { expect, test } from "vitest";
import { livedTwin, tidyLab } from "./lived-twin.ts";

const minute = 60_000;
const nodes = ["pve1", "pve2", "pve3"] as const;
const vmids = [101, 102, 103, 104, 105];

/** What may go wrong on the way, and when. */
const someFault = fc
  .record({
    after: fc.integer({ min: 0, max: 25 }),
    lasts: fc.integer({ min: 1, max: 15 }),
    fault: fc.oneof(
      fc.record({
        subject: fc.record({ kind: fc.constant("node" as const), node: fc.constantFrom(...nodes) }),
        what: fc.record({ kind: fc.constantFrom("loses-power" as const, "hangs" as const, "is-partitioned" as const) }),
      }),
      fc.record({
        subject: fc.record({ kind: fc.constant("guest" as const), vmid: fc.constantFrom(...vmids) }),
        what: fc.constantFrom(
          { kind: "crashes" as const },
          { kind: "agent-dies" as const },
          { kind: "task-fails" as const, type: "qmigrate", share: 0.5, message: "broken pipe" },
          { kind: "task-fails" as const, type: "qmrestore", share: 0.5, message: "broken pipe" },
        ),
      }),
    ),
  })
  .map(
    ({ after, lasts, fault }) =>
      (now: number): AskedFault => ({
        ...fault,
        at: now + after * minute,
        until: now + (after + lasts) * minute,
      }),
  );

const someFaults = fc.array(someFault, { maxLength: 3 });

const worldOf = (clock: Clock): World => {
  if (clock instanceof VirtualClock) return clock.world;
  throw new Error("A rehearsal has a virtual clock.");
};

/** Notes every mutation that breaks a law at the moment at which it is sent. */
const watching =
  (broken: string[], work: (pve: Proxmox<PveVersion>, clock: Clock, tell: Tell) => Promise<unknown>): Script<unknown> =>
  async (pve, clock, tell) => {
    const world = worldOf(clock);
    const draining = new Set<string>();
    const listen: Tell = (event: ScriptEvent) => {
      const node = "id" in event ? /^drain (\S+)$/.exec(event.id)?.[1] : undefined;
      if (node !== undefined && event.kind === "begins") draining.add(node);
      if (node !== undefined && event.kind === "ends") draining.delete(node);
      tell(event);
    };
    const request: typeof pve.request = (method, path, parameters = {}, options) => {
      // A ping changes nothing.
      if (method !== "GET" && !path.endsWith("/agent/ping")) {
        if (quorateGroup(world).length === 0) broken.push(`law 2: ${method} ${path} without quorum`);
        const { target, node, command } = parameters;
        const isBack = typeof node === "string" && !draining.has(node);
        if (path.endsWith("/migrate")) {
          const state = world.nodes[String(target)]?.state.kind;
          if (state !== "online" || (draining.has(String(target)) && !isBack))
            broken.push(`law 4: ${String(parameters.vmid)} to ${String(target)}, which is ${state ?? "gone"}`);
        }
        if (command === "reboot" && Object.values(world.guests).some((one) => one.node === node && isRunning(one)))
          broken.push(`law 3: reboot of ${String(node)} under its guests`);
      }
      return pve.request(method, path, parameters, options);
    };
    return work({ ...pve, request }, clock, listen);
  };

test("whatever fails on the way, draining breaks no law", async () => {
  const world = livedTwin(tidyLab());
  await fc.assert(
    fc.asyncProperty(someFaults, async (faults) => {
      const broken: string[] = [];
      const rehearsal = await rehearse({
        world,
        faults: faults.map((one) => one(world.now)),
        until: world.now + 12 * 60 * minute,
        script: watching(broken, (pve, clock, tell) =>
          drainNodes(pve, clock, tell, { nodes: [...nodes], reboot: true }),
        ),
      });
      expect(broken).toEqual([]);
      // It ends, one way or the other, and says why where it stopped.
      expect(rehearsal.outcome.kind).not.toBe("unfinished");
    }),
    { numRuns: 12 },
  );
});

test("whatever else fails on the way, recovering breaks no law", async () => {
  const world = livedTwin(tidyLab());
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...vmids), fc.constantFrom(...nodes), someFaults, async (vmid, node, faults) => {
      const broken: string[] = [];
      const rehearsal = await rehearse({
        world,
        faults: [
          { subject: { kind: "guest", vmid }, what: { kind: "loses-disks" }, at: world.now + 1000 },
          { subject: { kind: "node", node }, what: { kind: "loses-power" }, at: world.now + 1000 },
          ...faults.map((one) => one(world.now)),
        ],
        until: world.now + 12 * 60 * minute,
        script: watching(broken, async (pve, clock, tell) => {
          const before = await lookAt(pve, clock);
          await clock.sleep(10 * minute);
          return recoverGuests(pve, clock, tell, { before, off: [node], restore: [vmid] });
        }),
      });
      expect(broken).toEqual([]);
      expect(rehearsal.outcome.kind).not.toBe("unfinished");
    }),
    { numRuns: 12 },
  );
});
