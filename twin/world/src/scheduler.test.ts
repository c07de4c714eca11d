import { expect, test } from "vitest";
import { bareWorld } from "./bare-world.ts";
import { collectGarbage, verifyBackups } from "./datastore.ts";
import { dict } from "./dict.ts";
import { fault } from "./faults.ts";
import { isRunning } from "./guest-config.ts";
import { launch } from "./guest-power.ts";
import { wakeHa } from "./ha-wake.ts";
import { advanceTo, advanceUntil } from "./kernel.ts";
import { migrateGuest } from "./migrate-guest.ts";
import { addBacking } from "./new-backing.ts";
import { addGuest } from "./new-guest.ts";
import { planJobs } from "./scheduler.ts";
import { allocate, backupsOf, whyNotStorage } from "./volume.ts";
import type { World } from "./world.ts";

const day = 86_400_000;
const gib = 2 ** 30;

/** Two nodes with a ZFS pool each and a datastore beside them; a running guest with 8 GiB in a disk of 32 GiB. */
const aWorld = (): World => {
  const world = bareWorld({ nodes: ["pve1", "pve2", "pve3"] });
  world.storages.tank = {
    type: "zfspool",
    id: "tank",
    options: dict<string | number>([
      ["pool", "tank"],
      ["content", "images,rootdir"],
    ]),
  };
  for (const node of ["pve1", "pve2", "pve3"]) {
    addBacking(world, { id: `${node}/tank`, place: { kind: "node", node }, total: 1e12 });
    world.mounts[`tank@${node}`] = `${node}/tank`;
  }
  world.storages.pbs = {
    type: "pbs",
    id: "pbs",
    options: dict<string | number>([
      ["server", "pbs"],
      ["content", "backup"],
      ["prune-backups", "keep-daily=3"],
    ]),
  };
  addBacking(world, { id: "pbs", place: { kind: "host", vertex: "host:pbs" }, total: 10e12 });
  world.mounts.pbs = "pbs";
  world.network.links.pbs = { id: "pbs", ends: ["host:pbs", "switch:sw1"], bitsPerSecond: 10e9, members: 1, health: 1 };
  const made = allocate(world, "pve1", "images", { storage: "tank", vmid: 100, size: 32 * gib, used: 8 * gib });
  const volid = typeof made === "string" ? expect.fail() : made.volid;
  const config = dict<string | number>([
    ["name", "db"],
    ["memory", "2048"],
    ["scsi0", `${volid},size=32G`],
  ]);
  launch(world, addGuest(world, { vmid: 100, kind: "qemu", node: "pve1", config, installed: true }));
  return world;
};

const nightly = (world: World, options: [string, string | number][]): void => {
  world.jobs.backup.nightly = {
    type: "vzdump",
    id: "nightly",
    options: dict<string | number>([["schedule", "02:30"], ["storage", "pbs"], ["all", 1], ...options]),
  };
  planJobs(world);
};

test("a job runs at its hour, day after day, and keeps what the retention says", () => {
  const world = aWorld();
  nightly(world, []);
  expect(new Date(world.jobs.backupState.nightly?.nextRun ?? 0).toISOString()).toBe("2026-11-23T02:30:00.000Z");
  advanceTo(world, world.now + 10 * day);
  const runs = Object.values(world.tasks).filter(({ type }) => type === "vzdump");
  expect(runs.map(({ state }) => state.kind === "ended" && state.exitstatus)).toEqual(
    Array.from({ length: 10 }, () => "OK"),
  );
  expect(runs.every(({ starttime }) => starttime % day === 2.5 * 3_600_000)).toBe(true);
  expect(backupsOf(world, "pve1", "pbs", 100)).toHaveLength(3);
});

test("a disabled job does not run, one whose schedule changed runs by the new one", () => {
  const world = aWorld();
  nightly(world, [["enabled", 0]]);
  advanceTo(world, world.now + 3 * day);
  expect(Object.values(world.tasks)).toEqual([]);
  nightly(world, [["schedule", "06:00"]]);
  expect(new Date(world.jobs.backupState.nightly?.nextRun ?? 0).toISOString()).toBe("2026-11-26T06:00:00.000Z");
});

test("after the first backup only what changed crosses to the datastore, until the guest was stopped", () => {
  const world = aWorld();
  nightly(world, []);
  advanceTo(world, world.now + 2 * day);
  const [first, second] = backupsOf(world, "pve1", "pbs", 100);
  expect(second?.used ?? 0).toBeLessThan((first?.used ?? 0) / 1.5);
  const [full, incremental] = Object.values(world.tasks).map(({ starttime, state }) =>
    state.kind === "ended" ? state.at - starttime : 0,
  );
  expect(incremental ?? 0).toBeLessThan(full ?? 0);
});

test("pruned chunks lie on the datastore until its garbage is collected; what a younger backup needs stays", () => {
  const world = aWorld();
  nightly(world, []);
  advanceTo(world, world.now + 10 * day);
  const pbs = world.backings.pbs ?? expect.fail();
  expect(pbs.garbage).toBeGreaterThan(0);
  const used = pbs.used;
  const garbage = pbs.garbage;
  collectGarbage(world, "pbs");
  advanceTo(world, world.now + 3_600_000);
  expect(pbs.used).toBe(used - garbage);
  expect(pbs.used).toBeGreaterThan(4 * gib);
});

test("a verification notes when each backup was found sound", () => {
  const world = aWorld();
  nightly(world, []);
  advanceTo(world, world.now + 2 * day);
  verifyBackups(world, "pbs");
  advanceTo(world, world.now + 3_600_000);
  expect(backupsOf(world, "pve1", "pbs", 100).map(({ archive }) => archive.verification.kind)).toEqual(["ok", "ok"]);
});

const replicate = (world: World): void => {
  world.jobs.replication["100-0"] = {
    type: "local",
    id: "100-0",
    options: dict<string | number>([
      ["guest", 100],
      ["target", "pve2"],
      ["schedule", "*/15"],
    ]),
  };
  planJobs(world);
};

test("a replicated guest moves with what changed, and is replicated back", () => {
  const world = aWorld();
  replicate(world);
  advanceTo(world, world.now + 3_600_000);
  expect(world.jobs.replicationState["100-0"]).toMatchObject({ failCount: 0 });
  expect(world.backings["pve2/tank"]?.volumes["tank:vm-100-disk-0"]?.used).toBe(8 * gib);
  const began = world.now;
  const answer = migrateGuest(
    world,
    { user: "root@pam" },
    { node: "pve1", kind: "qemu", vmid: 100, target: "pve2", online: true, withLocalDisks: true },
  );
  advanceUntil(
    world,
    () => answer.kind === "started" && world.tasks[answer.upid]?.state.kind === "ended",
    world.now + day,
  );
  expect(world.now - began).toBeLessThan(30_000);
  expect([world.guests[100]?.node, world.jobs.replication["100-0"]?.options.target]).toEqual(["pve2", "pve1"]);
  advanceTo(world, world.now + 3_600_000);
  expect(world.jobs.replicationState["100-0"]).toMatchObject({ failCount: 0 });
});

test("a replicated guest of a dead node starts from its replica", () => {
  const world = aWorld();
  replicate(world);
  world.ha.resources["vm:100"] = { type: "vm", id: "100", options: dict<string | number>([["state", "started"]]) };
  world.ha.rules.r = {
    type: "node-affinity",
    id: "r",
    options: dict<string | number>([
      ["resources", "vm:100"],
      ["nodes", "pve1,pve2"],
      ["strict", 1],
    ]),
  };
  wakeHa(world);
  advanceTo(world, world.now + 3_600_000);
  fault(world, { subject: { kind: "node", node: "pve1" }, what: { kind: "loses-power" } });
  advanceTo(world, world.now + 300_000);
  const guest = world.guests[100] ?? expect.fail();
  expect([guest.node, isRunning(guest)]).toEqual(["pve2", true]);
});

test("a job whose target is down fails, counts it and tries again sooner than its schedule", () => {
  const world = aWorld();
  replicate(world);
  advanceTo(world, world.now + 1_800_000);
  fault(world, { subject: { kind: "node", node: "pve2" }, what: { kind: "loses-power" } });
  advanceTo(world, world.now + 1_800_000);
  const state = world.jobs.replicationState["100-0"];
  expect(state?.failCount).toBeGreaterThan(1);
  expect(state?.error).toContain("failed: exit code 255");
});

test("a guest that is stopped for its backup runs again, also when the backup fails", () => {
  const world = aWorld();
  nightly(world, [["mode", "stop"]]);
  const guest = world.guests[100] ?? expect.fail();
  advanceUntil(world, () => guest.run.kind === "stopped", world.now + day);
  fault(world, { subject: { kind: "backing", backing: "pbs" }, what: { kind: "fills", bytes: 1e15 } });
  advanceTo(world, world.now + 3_600_000);
  expect(Object.values(world.tasks).map(({ state }) => state.kind === "ended" && state.exitstatus)).toEqual([
    "job errors",
  ]);
  expect([isRunning(guest), guest.config.lock]).toEqual([true, undefined]);
});

test("a storage that a guest serves is gone while that guest is down", () => {
  const world = aWorld();
  const pbs = world.backings.pbs ?? expect.fail();
  pbs.server = 100;
  expect(whyNotStorage(world, "pve1", "pbs", "backup")).toBeUndefined();
  fault(world, { subject: { kind: "guest", vmid: 100 }, what: { kind: "crashes" } });
  expect(whyNotStorage(world, "pve1", "pbs", "backup")).toBe("storage 'pbs' is not online");
});
