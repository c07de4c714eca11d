import { inventoryOf, type Lab } from "@orrery/model";
import { type Figure, lossesOf, protectionOf, recoveryFrom } from "@orrery/protection";
import { filledBy } from "@orrery/twin-lab";
import { advanceTo, forkWorld, type World } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { astronomyLab, livedTwin, tidyLab } from "./lived-twin.ts";
import { oldestData, recovering } from "./recovery-run.ts";

const hour = 3_600_000;
const detection = 600_000;
const tolerance = 0.1;

const pointOf = (lab: Lab, kind: string, name: string): Figure => {
  const inventory = inventoryOf(lab);
  const protection = protectionOf(inventory, Date.UTC(2026, 9, 1));
  const scenario = lab.recovery.scenarios.find(({ fails }) => fails.kind === kind);
  const homes = protection.copies.map(({ home }) => home);
  const loss = scenario && lossesOf(inventory, scenario.fails, homes).find((one) => one.name === name);
  const point = scenario && loss && recoveryFrom(protection, scenario, [loss]).point;
  if (point === undefined) throw new Error(`Nothing is lost with ${name}.`);
  return point;
};

const compared = (seconds: number, figure: Figure) => {
  if (figure.kind !== "known" && figure.kind !== "at least") throw new Error(`There is no figure: ${figure.kind}.`);
  const most = figure.kind === "known" ? figure.seconds : (figure.atMost ?? figure.seconds);
  const isWithin = seconds >= figure.seconds * (1 - tolerance) && seconds <= most * (1 + tolerance);
  return { seconds, figure: figure.arithmetic, isWithin };
};

/** When the backup of a guest began that is made between two moments. */
const backupWithin = (world: World, vmid: number, from: number, to: number): number => {
  const future = forkWorld(world);
  advanceTo(future, to);
  const found = Object.values(future.backings)
    .flatMap(({ volumes }) => Object.values(volumes))
    .find(({ archive, vmid: of }) => archive !== undefined && of === vmid && archive.at >= from);
  if (found?.archive === undefined) throw new Error(`No backup of ${vmid} is made by ${new Date(to).toISOString()}.`);
  return found.archive.at;
};

/** The world a minute before a moment. */
const until = (world: World, at: number): World => {
  advanceTo(world, at - 60_000);
  return world;
};

test("a guest lost while its backup runs, on the day of 25 hours, comes back a day and an hour older, as worked out", async () => {
  const lab = tidyLab();
  const world = livedTwin(lab, { at: Date.UTC(2026, 9, 25, 12), days: 3 });
  const began = backupWithin(world, 103, world.now, world.now + 20 * hour);
  const { rehearsal } = await recovering(
    until(world, began + 1_000),
    lab,
    [{ subject: { kind: "guest", vmid: 103 }, what: { kind: "loses-disks" } }],
    { actAfterMs: detection, restore: [103] },
  );
  expect(compared(oldestData(rehearsal), pointOf(lab, "guest", "guest db1"))).toMatchObject({ isWithin: true });
  expect(oldestData(rehearsal)).toBeGreaterThan(24.9 * 3600);
});

test("guests of a node lost just before their replication come back as old as its interval", async () => {
  const lab = tidyLab();
  const world = livedTwin(lab);
  const next = Object.values(world.jobs.replicationState).map((state) => state.nextSync);
  const { rehearsal } = await recovering(
    until(world, Math.max(...next) - 1_000),
    lab,
    [{ subject: { kind: "node", node: "pve2" }, what: { kind: "loses-power" } }],
    { actAfterMs: detection, off: ["pve2"] },
  );
  expect(compared(oldestData(rehearsal), pointOf(lab, "node", "node pve2"))).toMatchObject({ isWithin: true });
});

test("the astronomy lab's guests come back a day old at the worst", async () => {
  const declared = astronomyLab();
  // A Wednesday: no weekly copy is between two daily ones.
  const world = livedTwin(declared, { at: Date.UTC(2026, 10, 25, 8), days: 3 });
  const lab = filledBy(world, declared);
  const began = backupWithin(world, 103, world.now, world.now + 26 * hour);
  const { rehearsal } = await recovering(
    until(world, began + 1_000),
    lab,
    [{ subject: { kind: "node", node: "node01" }, what: { kind: "loses-power" } }],
    { actAfterMs: detection, off: ["node01"] },
  );
  expect(compared(oldestData(rehearsal), pointOf(lab, "node", "node node01"))).toMatchObject({ isWithin: true });
});
