import { everything, observe } from "@orrery/collect";
import type { Lab } from "@orrery/model";
import { type Plan, planFor } from "@orrery/plan";
import { fault } from "@orrery/twin-world";
import { expect, test } from "vitest";
import type { OverTwin } from "../observe/observed-twin.ts";
import { disk, emptyWorld, labOf, usual } from "../plan/lab-of-guests.ts";
import { onTwin, planWith } from "./applied.ts";
import { aBuiltLab, applyAll, bareLab, lab as decided, planLab } from "./built-lab.ts";
import { handAt } from "./hand.ts";

const planOn = async ({ clock, pve }: OverTwin, lab: Lab): Promise<Plan> => {
  const { state } = await clock.drive(observe(pve, clock, { scope: everything }));
  return planFor(lab, state, clock.now());
};

test("a disk that somebody took out of its slot is put back with what is on it", async () => {
  const twin = await aBuiltLab();
  const before = twin.world.guests[2004]?.config.scsi1;
  const { ask } = handAt(twin, "root@pam");
  await ask("PUT", "/nodes/{node}/qemu/{vmid}/config", { node: "node01", vmid: 2004, delete: "scsi1" });
  expect(twin.world.guests[2004]?.config.scsi1).toBeUndefined();
  const plan = await planLab(twin);
  expect(plan.actions.map(({ because }) => because).join()).toContain("is attached again");
  await applyAll(twin, plan);
  expect(twin.world.guests[2004]?.config.scsi1).toBe(before);
});

test("a copy has its template's disk, though the options of its own disk differ; those come with the next plan", async () => {
  const lab = labOf(
    [
      {
        ...usual,
        name: "copy",
        id: 101,
        template: "golden",
        disks: [disk("3 GiB", { storage: "shared", options: { discard: "on" } })],
      },
    ],
    [
      {
        name: "golden",
        id: 9000,
        node: "pve1",
        storage: "shared",
        os: "Debian 13",
        size: "3 GiB",
        from: "shared:import/debian-13.raw",
      },
    ],
  );
  const twin = onTwin(emptyWorld(lab));
  const plan = await planOn(twin, lab);
  expect(plan.stuck).toEqual([
    {
      object: { kind: "guest", id: "101" },
      why: "scsi0.discard can be set once the copy of the template is there: plan again then",
    },
  ]);
  await applyAll(twin, plan);
  const volumes = Object.values(twin.world.backings).flatMap((backing) => Object.values(backing.volumes));
  const copies = volumes.filter(({ volid }) => volid.includes("vm-101-"));
  expect(copies.map(({ used, size }) => [used > 0, size])).toEqual([[true, 3 * 2 ** 30]]);
  await applyAll(twin, await planOn(twin, lab));
  expect(twin.world.guests[101]?.config.scsi0).toContain("discard=on");
  expect((await planOn(twin, lab)).actions).toEqual([]);
});

test("a guest that stays locked is left, and how to unlock it is told", async () => {
  const twin = await aBuiltLab();
  const { ask } = handAt(twin, "root@pam");
  await ask("PUT", "/nodes/{node}/qemu/{vmid}/config", { node: "node01", vmid: 2004, onboot: 0 });
  fault(twin.world, { subject: { kind: "guest", vmid: 2004 }, what: { kind: "stays-locked", lock: "migrate" } });
  const applied = await applyAll(twin, await planLab(twin));
  expect(applied).toMatchObject({
    kind: "applied",
    outcomes: { "guest 2004/1-change": { kind: "failed", next: expect.stringContaining('"qm unlock 2004"') } },
  });
});

test("an address that is declared of another interface than the installer's goes from the one to the other", async () => {
  const nodes = Object.entries(decided.cluster.nodes).map(([name, declared]) => {
    const { interfaces: _, ...node } = declared;
    return [name, node];
  });
  const lab = { ...decided, cluster: { ...decided.cluster, nodes: Object.fromEntries(nodes) } };
  const twin = onTwin(bareLab());
  const plan = await planOn(twin, lab);
  const own = plan.actions.filter(({ object }) => object.kind === "node network");
  expect(own).toHaveLength(5);
  const applied = await applyAll(twin, planWith(plan, own));
  expect(applied).toMatchObject({ kind: "applied", tally: { done: 5, failed: 0 } });
  const { lan1g, vmbr0 } = twin.world.nodes.node01?.interfaces ?? {};
  expect([lan1g?.address, lan1g?.gateway]).toEqual(["10.25.10.31", "10.25.10.1"]);
  expect([vmbr0?.address, vmbr0?.gateway]).toEqual([undefined, undefined]);
  const next = await planOn(twin, lab);
  expect(next.drift.filter(({ object }) => object.kind === "node network")).toEqual([]);
});
