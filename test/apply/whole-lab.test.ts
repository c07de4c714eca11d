import { checkLab } from "@orrery/assurance";
import { refText } from "@orrery/model";
import { disksOf, isRunning, saveWorld, type World } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { onTwin } from "./applied.ts";
import { aBuiltLab, applyAll, bareLab, builtLab, lab, openIn, planLab, secretOf, stated } from "./built-lab.ts";

const guestsOf = (world: World) =>
  Object.values(world.guests).filter(({ config }) => Number(config.template ?? 0) !== 1);

test("what the papers contradict of addresses, hardware, inventory, memory and access is decided", () => {
  const { findings } = checkLab(lab, { at: Date.UTC(2026, 10, 23) });
  const decided = /^(?:access|addresses|hardware|inventory)\/|^capacity\/node-/;
  expect(findings.map(({ rule }) => rule).filter((rule) => decided.test(rule))).toEqual([]);
  expect(findings.length).toBeGreaterThan(0);
});

test("one plan builds the whole lab from bare hardware, and a second plan is empty", async () => {
  const { plan, applied } = await builtLab();
  expect(plan.stuck).toEqual([]);
  expect(applied).toMatchObject({ kind: "applied", tally: { failed: 0, unclear: 0, left: 0, already: 0 } });
  expect(openIn(await planLab(await aBuiltLab()))).toEqual(stated);
});

test("31 guests of the inventory and the backup server run on the nodes that are decided", async () => {
  const { world } = await builtLab();
  const found = guestsOf(world).map((guest) => `${guest.config.name} on ${guest.node}, ${isRunning(guest)}`);
  const wanted = lab.guests.items.map(({ name, node }) => `${name} on ${refText(node)}, true`);
  expect(found.toSorted()).toEqual(wanted.toSorted());
  expect(wanted).toHaveLength(32);
});

test("guests have the disks that are declared, copies where their template has one, and no volume is left over", async () => {
  const { world } = await builtLab();
  const volumes = new Map(
    Object.values(world.backings)
      .flatMap((backing) => Object.values(backing.volumes))
      .map(({ volid, size }) => [volid, size] as const),
  );
  for (const guest of guestsOf(world)) {
    const disks = disksOf(guest);
    const declared = lab.guests.items.find(({ name }) => name === guest.config.name);
    const sizes = disks.filter(({ key }) => key.startsWith("scsi")).map(({ volid }) => volumes.get(volid));
    expect(sizes).toEqual(declared?.disks.map(({ size }) => size));
    const named = [...volumes.keys()].filter((volid) => volid.includes(`vm-${guest.vmid}-`));
    expect(named.toSorted()).toEqual(disks.map(({ volid }) => volid).toSorted());
  }
});

test("every bridge carries the six VLANs", async () => {
  const { world } = await builtLab();
  expect(Object.keys(lab.network.vlans)).toHaveLength(6);
  for (const { interfaces } of Object.values(world.nodes))
    expect(interfaces.vmbr0).toMatchObject({ bridge_vlan_aware: 1, bridge_vids: "10 20 30 40 50 60" });
});

test("no secret is in the plan, and each is where it is needed", async () => {
  const { plan, world } = await builtLab();
  expect(JSON.stringify(plan)).not.toContain(secretOf(""));
  expect(saveWorld(world)).toContain(secretOf("env:ENTRA_CLIENT_KEY"));
});

test("what is done already is not done again", async () => {
  const { plan } = await builtLab();
  const twin = await aBuiltLab();
  const again = await applyAll(twin, plan);
  expect(again).toMatchObject({ kind: "applied", tally: { done: 0, failed: 0, unclear: 0, left: 0 } });
  expect(twin.asked.filter((line) => !line.startsWith("GET "))).toEqual([]);
});

test("8.4 is given all of it that it has, and what it has not is told", async () => {
  const twin = onTwin(bareLab("8.4"));
  const plan = await planLab(twin);
  expect(await applyAll(twin, plan)).toMatchObject({ kind: "applied", tally: { failed: 0, unclear: 0, left: 0 } });
  const left = openIn(await planLab(twin));
  expect(left.filter((line) => line.startsWith("to do"))).toEqual([]);
  // A privilege that came with 9, and rules about which guests run together.
  expect(left.filter((line) => line.startsWith("undecided")).toSorted()).toEqual(
    [...stated, "undecided: ha rule dns-apart", "undecided: role LabOperator"].toSorted(),
  );
});
