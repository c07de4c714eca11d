import { expect, test } from "vitest";
import { bareWorld } from "./bare-world.ts";
import { dict } from "./dict.ts";
import { guestCounters, guestFigures, nodesFigures } from "./figures.ts";
import { advanceTo } from "./kernel.ts";
import { addGuest } from "./new-guest.ts";
import { startGuest, stopGuest } from "./power-guest.ts";
import { guestRrd, nodeRrd, storageRrd } from "./rrd.ts";
import type { Release, World } from "./world.ts";

const root = { user: "root@pam" };
const hour = 3_600_000;
const at = { node: "pve1", kind: "qemu", vmid: 100 } as const;

const aWorld = (release: Release = "9.2"): World => {
  const world = bareWorld({ nodes: ["pve1"], release });
  addGuest(world, {
    ...at,
    config: dict<string | number>([
      ["memory", "4096"],
      ["cores", 2],
    ]),
    installed: true,
    load: { profile: "office", cpu: 0.3, memory: 0.5, netIn: 10_000 },
  });
  startGuest(world, root, at);
  advanceTo(world, world.now + 60_000);
  return world;
};

test("an office guest is busy at ten on a working day and idle at night and on Sunday", () => {
  const world = aWorld();
  advanceTo(world, Date.UTC(2026, 10, 30));
  const guest = world.guests[100] ?? expect.fail();
  const mean = (day: number, from: number) => {
    let sum = 0;
    for (let minute = 0; minute < 60; minute++)
      sum += guestFigures(world, guest, Date.UTC(2026, 10, day, from, minute)).cpu;
    return sum / 60;
  };
  expect(mean(25, 10)).toBeGreaterThan(3 * mean(25, 3));
  expect(mean(25, 10)).toBeGreaterThan(3 * mean(29, 10));
});

test("counters only grow while the guest runs, at the rate that is shown", () => {
  const world = aWorld();
  const guest = world.guests[100] ?? expect.fail();
  let before = guestCounters(world, guest);
  for (let step = 0; step < 48; step++) {
    advanceTo(world, world.now + hour);
    const now = guestCounters(world, guest);
    expect(now.netIn).toBeGreaterThan(before.netIn);
    before = now;
  }
  const week = guestCounters(world, guest).netIn;
  advanceTo(world, world.now + 7 * 24 * hour);
  expect((guestCounters(world, guest).netIn - week) / (7 * 86_400)).toBeCloseTo(10_000, -2);
  stopGuest(world, root, at);
  advanceTo(world, world.now + hour);
  expect(guestCounters(world, guest)).toMatchObject({ netIn: 0, uptime: 0 });
});

test("rows of the past say when the guest ran, and have the columns of their release", () => {
  const world = aWorld();
  advanceTo(world, world.now + 2 * hour);
  stopGuest(world, root, at);
  advanceTo(world, world.now + 0.5 * hour);
  const guest = world.guests[100] ?? expect.fail();
  const rows = guestRrd(world, guest, "hour", "AVERAGE");
  expect(rows).toHaveLength(60);
  expect(rows[5]?.cpu).toBeGreaterThan(0);
  expect(rows[55]?.cpu).toBe(0);
  expect(Object.keys(rows[5] ?? {})).toContain("pressurecpufull");
  const old = aWorld("8.4");
  advanceTo(old, old.now + 24 * hour);
  const day = nodeRrd(old, "pve1", "day", "MAX");
  expect(day).toHaveLength(70);
  expect((day[69]?.time ?? 0) - (day[68]?.time ?? 0)).toBe(1800);
  expect(Object.keys(day[69] ?? {})).not.toContain("arcsize");
});

test("rows before the first sample hold only their time", () => {
  const world = aWorld();
  const [first] = guestRrd(world, world.guests[100] ?? expect.fail(), "week", "AVERAGE");
  expect(Object.keys(first ?? {})).toEqual(["time"]);
  const rows = storageRrd(world, world.backings["pve1/local"] ?? expect.fail(), "hour", "AVERAGE");
  expect(rows.at(-1)).toMatchObject({ total: 270_553_174_016, used: 1_073_741_824 });
});

test("a node is as busy as its guests", () => {
  const world = aWorld();
  const figures = nodesFigures(world, world.now).get("pve1");
  const guest = guestFigures(world, world.guests[100] ?? expect.fail(), world.now);
  expect(figures?.guests).toBe(1);
  expect(figures?.cpu).toBeCloseTo(guest.cpu + 0.006, 6);
});
