import { expect, test } from "vitest";
import { backUpGuests } from "./back-up-guest.ts";
import { bareWorld } from "./bare-world.ts";
import { createGuest } from "./create-guest.ts";
import { dict } from "./dict.ts";
import { clearFault, fault } from "./faults.ts";
import { advanceTo, advanceUntil } from "./kernel.ts";
import { migrateGuest } from "./migrate-guest.ts";
import { startGuest } from "./power-guest.ts";
import { taskLog } from "./progress.ts";
import { findVolume, setUsed } from "./volume.ts";
import type { Refused, Started } from "./worker.ts";
import type { World } from "./world.ts";

const root = { user: "root@pam" };
const at = { node: "pve1", kind: "qemu", vmid: 100 } as const;

const finish = (world: World, answer: Started | Refused): string[] => {
  if (answer.kind === "refused") return [answer.message];
  const task = world.tasks[answer.upid];
  advanceUntil(world, () => task?.state.kind === "ended", world.now + 86_400_000);
  return task ? taskLog(world, task) : [];
};

/** A running guest with 8 GiB of data on a disk of 32 GiB. */
const aWorld = (): World => {
  const world = bareWorld({ nodes: ["pve1", "pve2", "pve3"] });
  finish(
    world,
    createGuest(world, root, {
      ...at,
      installed: true,
      config: dict<string | number>([
        ["memory", "4096"],
        ["scsi0", "local:32"],
        ["onboot", 1],
      ]),
    }),
  );
  const found = findVolume(world, "pve1", "local:100/vm-100-disk-0.raw");
  if (found) setUsed(world, found.backing, found.volume, 8 * 2 ** 30);
  finish(world, startGuest(world, root, at));
  return world;
};

test("a slow link makes a migration slow, and all is as before when the fault is over", () => {
  const move = { ...at, target: "pve2", online: true, withLocalDisks: true };
  const fast = aWorld();
  const began = fast.now;
  finish(fast, migrateGuest(fast, root, move));
  const slow = aWorld();
  const slowBegan = slow.now;
  fault(slow, {
    subject: { kind: "link", link: "pve1/eth0" },
    what: { kind: "is-slow", factor: 0.05 },
    until: slow.now + 3_600_000,
  });
  finish(slow, migrateGuest(slow, root, move));
  expect(slow.now - slowBegan).toBeGreaterThan(5 * (fast.now - began));
  advanceTo(slow, slow.now + 3_600_000);
  expect(slow.network.links["pve1/eth0"]?.health).toBe(1);
});

test("a migration whose link is cut gives up and leaves the guest where it was", () => {
  const world = aWorld();
  const answer = migrateGuest(world, root, { ...at, target: "pve2", online: true, withLocalDisks: true });
  advanceTo(world, world.now + 8_000);
  fault(world, { subject: { kind: "link", link: "pve1/eth0" }, what: { kind: "is-lost" } });
  const log = finish(world, answer);
  expect(log.at(-1)).toBe("TASK ERROR: migration problems");
  expect(world.guests[100]).toMatchObject({ node: "pve1", run: { kind: "running" } });
  expect(world.guests[100]?.config.lock).toBeUndefined();
  expect(Object.keys(world.backings["pve2/local"]?.volumes ?? {})).toEqual([]);
});

test("a node that loses power boots again and starts its guests; its tasks have no end", () => {
  const world = aWorld();
  const answer = backUpGuests(world, root, { node: "pve1", vmids: [100], options: { storage: "local" } });
  advanceTo(world, world.now + 5_000);
  fault(world, { subject: { kind: "node", node: "pve1" }, what: { kind: "loses-power" }, until: world.now + 60_000 });
  expect(answer.kind === "started" && world.tasks[answer.upid]?.state).toMatchObject({
    exitstatus: "unexpected status",
  });
  expect(world.guests[100]?.config.lock).toBe("backup");
  if (world.guests[100]) delete world.guests[100].config.lock;
  advanceTo(world, world.now + 300_000);
  expect(world.nodes.pve1?.state.kind).toBe("online");
  expect(world.guests[100]?.run.kind).toBe("running");
});

test("a full storage stops the guests that write to it and makes backups fail", () => {
  const world = aWorld();
  const filled = fault(world, {
    subject: { kind: "backing", backing: "pve1/local" },
    what: { kind: "fills", bytes: 1e15 },
  });
  expect(world.guests[100]?.run).toMatchObject({ kind: "paused", reason: "io-error" });
  expect(
    finish(
      world,
      backUpGuests(world, root, { node: "pve1", vmids: [100], options: { storage: "local", compress: "zstd" } }),
    ).at(-1),
  ).toBe("TASK ERROR: job errors");
  const backing = world.backings["pve1/local"];
  clearFault(world, "id" in filled ? filled.id : "");
  expect(backing?.used).toBeLessThan(10e9);
});

test("a task fails where a fault says, once", () => {
  const world = aWorld();
  fault(world, {
    subject: { kind: "guest", vmid: 100 },
    what: { kind: "task-fails", type: "qmigrate", share: 0.5, message: "broken pipe" },
  });
  const move = { ...at, target: "pve2", online: true, withLocalDisks: true };
  expect(finish(world, migrateGuest(world, root, move)).at(-1)).toBe("TASK ERROR: migration problems");
  expect(finish(world, migrateGuest(world, root, move)).at(-1)).toBe("TASK OK");
});

test("a fault is refused on what it cannot befall", () => {
  const world = aWorld();
  expect(fault(world, { subject: { kind: "guest", vmid: 100 }, what: { kind: "loses-power" } })).toEqual({
    refused: "A guest is nothing that loses-power.",
  });
  expect(fault(world, { subject: { kind: "node", node: "pve9" }, what: { kind: "loses-power" } })).toEqual({
    refused: "There is no such node in this world.",
  });
});
