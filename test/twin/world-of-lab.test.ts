import astronomy from "@orrery/example-astronomy-lab";
import tidy from "@orrery/example-tidy-lab";
import { type Lab, parseLab } from "@orrery/model";
import { advanceTo, fault, isRunning, saveWorld, volumesOfGuest, wayBetween, worldOf } from "@orrery/twin-world";
import { expect, test } from "vitest";

const labOf = (raw: unknown): Lab => {
  const parsed = parseLab(raw);
  return parsed.kind === "lab" ? parsed.lab : expect.fail("the declaration has problems");
};

const day = 86_400_000;

test("the twin of the lab has its nodes, guests, storages and jobs, and says what it had to assume", () => {
  const lab = labOf(astronomy);
  const { world, assumed } = worldOf(lab);
  expect(Object.keys(world.nodes)).toEqual(Object.keys(lab.cluster.nodes));
  const placed = lab.guests.items.filter(({ node }) => typeof node === "string");
  const templates = lab.templates?.items.filter(({ node }) => typeof node === "string") ?? [];
  expect(Object.keys(world.guests)).toHaveLength(placed.length + templates.length);
  expect(Object.keys(world.jobs.backup)).toEqual(["daily", "weekly", "monthly"]);
  expect(assumed.map(({ what }) => what)).toContain("seconds from power-on to a quorate member");
  for (const guest of Object.values(world.guests))
    if (guest.config.template === undefined) expect(isRunning(guest)).toBe(true);
});

test("a migration in the lab goes over the cable that is meant for it", () => {
  const { world } = worldOf(labOf(astronomy));
  const way = wayBetween(world, "node:node01", "node:node02", "migration");
  expect(way?.map(({ link }) => link.id)).toEqual(["node01/lan2g5", "node02/lan2g5"]);
});

test("a week of the lab: every guest has its backups, and the same seed gives the same week", () => {
  const lab = labOf(tidy);
  const { world } = worldOf(lab, { seed: 7 });
  const other = worldOf(lab, { seed: 7 }).world;
  for (const one of [world, other]) {
    fault(one, {
      subject: { kind: "node", node: "pve2" },
      what: { kind: "loses-power" },
      at: one.now + 3 * day,
      until: one.now + 3 * day + 3_600_000,
    });
    advanceTo(one, one.now + 7 * day);
  }
  for (const guest of Object.values(world.guests)) {
    const backups = volumesOfGuest(world, guest.node, "pbs", guest.vmid).filter(({ content }) => content === "backup");
    expect(backups.length).toBeGreaterThanOrEqual(6);
  }
  expect(saveWorld(other)).toBe(saveWorld(world));
});
