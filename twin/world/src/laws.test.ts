import fc from "fast-check";
import { expect, test } from "vitest";
import { backUpGuests } from "./back-up-guest.ts";
import { bareWorld } from "./bare-world.ts";
import { cloneGuest } from "./clone-guest.ts";
import { createGuest } from "./create-guest.ts";
import { destroyGuest, volumesOf } from "./destroy-guest.ts";
import { dict } from "./dict.ts";
import type { FaultKind, Subject } from "./fault.ts";
import { fault } from "./faults.ts";
import type { GuestKind } from "./guest.ts";
import { isRunning } from "./guest-config.ts";
import { moveDisk, resizeDisk } from "./guest-volume.ts";
import { setMaintenance } from "./ha-round.ts";
import { wakeHa } from "./ha-wake.ts";
import { advanceTo } from "./kernel.ts";
import { migrateGuest } from "./migrate-guest.ts";
import { migrateAll, shutdownNode, startAll } from "./node-guests.ts";
import { rebootGuest, shutdownGuest, startGuest, stopGuest } from "./power-guest.ts";
import { pruneBackups } from "./prune.ts";
import { restoreGuest } from "./restore-guest.ts";
import { forkWorld, restoreWorld, saveWorld } from "./save.ts";
import { deleteSnapshot, rollbackGuest, snapshotGuest } from "./snapshot-guest.ts";
import { suspendGuest } from "./suspend-guest.ts";
import { templateGuest } from "./template-guest.ts";
import { backupsOf } from "./volume.ts";
import type { World } from "./world.ts";

const root = { user: "root@pam" };

/** One thing done to a world, as numbers that any world can make sense of. */
type Move = { verb: keyof typeof verbs; guest: number; node: number; flag: boolean; wait: number };

const pick = <T>(list: T[], index: number): T | undefined => list[index % Math.max(1, list.length)];

type Picked = { at: { node: string; kind: GuestKind; vmid: number }; node: string; flag: boolean; fresh: number };

/** Every operation, on guests and nodes of the world that the numbers fall on. */
const operations = {
  create: (world: World, { node, fresh, flag }: Picked) =>
    createGuest(world, root, {
      node,
      kind: "qemu",
      vmid: fresh,
      installed: true,
      start: flag,
      config: dict<string | number>([
        ["memory", "512"],
        ["scsi0", flag ? "local:2,format=qcow2" : "local:1"],
      ]),
    }),
  start: (world: World, { at }: Picked) => startGuest(world, root, at),
  stop: (world: World, { at, flag }: Picked) => stopGuest(world, root, { ...at, overruleShutdown: flag }),
  shutdown: (world: World, { at, flag }: Picked) =>
    shutdownGuest(world, root, { ...at, force: flag, timeoutMs: 20_000 }),
  reboot: (world: World, { at }: Picked) => rebootGuest(world, root, at),
  migrate: (world: World, { at, node, flag }: Picked) =>
    migrateGuest(world, root, { ...at, target: node, online: true, withLocalDisks: flag }),
  clone: (world: World, { at, fresh }: Picked) => cloneGuest(world, root, { ...at, newid: fresh }),
  template: (world: World, { at }: Picked) => templateGuest(world, root, at),
  suspend: (world: World, { at }: Picked) => suspendGuest(world, root, at),
  snapshot: (world: World, { at, flag }: Picked) =>
    snapshotGuest(world, root, { ...at, snapname: flag ? "one" : "two", vmstate: flag }),
  rollback: (world: World, { at, flag }: Picked) =>
    rollbackGuest(world, root, { ...at, snapname: flag ? "one" : "two" }),
  unsnapshot: (world: World, { at, flag }: Picked) =>
    deleteSnapshot(world, root, { ...at, snapname: flag ? "one" : "two" }),
  resize: (world: World, { at, flag }: Picked) =>
    resizeDisk(world, root, { ...at, disk: "scsi0", size: flag ? "+1G" : "100M" }),
  move: (world: World, { at, flag }: Picked) =>
    moveDisk(world, root, { ...at, disk: "scsi0", storage: "local", format: flag ? "qcow2" : "raw", remove: flag }),
  backup: (world: World, { at, flag }: Picked) =>
    backUpGuests(world, root, {
      node: at.node,
      vmids: [at.vmid],
      options: { storage: "local", mode: flag ? "snapshot" : "stop", compress: "zstd" },
    }),
  restore: (world: World, { at, fresh, flag }: Picked) =>
    restoreGuest(world, root, {
      ...at,
      vmid: flag ? at.vmid : fresh,
      force: flag,
      unique: !flag,
      archive: backupsOf(world, at.node, "local", at.vmid)[0]?.volid ?? "local:backup/none",
    }),
  prune: (world: World, { node }: Picked) => pruneBackups(world, root, { node, storage: "local", keep: "keep-last=1" }),
  destroy: (world: World, { at, flag }: Picked) => destroyGuest(world, root, { ...at, purge: flag }),
  startAll: (world: World, { node }: Picked) => startAll(world, root, { node, force: true }),
  migrateAll: (world: World, { at, node }: Picked) =>
    migrateAll(world, root, { node: at.node, target: node, withLocalDisks: true, workers: 2 }),
} as const;

const manage = {
  manage: (world: World, { at, flag }: Picked) => {
    world.ha.resources[`vm:${at.vmid}`] = {
      type: "vm",
      id: `${at.vmid}`,
      options: dict<string | number>([["state", flag ? "started" : "stopped"]]),
    };
    wakeHa(world);
  },
  maintain: (world: World, { node, flag }: Picked) => setMaintenance(world, node, flag),
  reboot_node: (world: World, { node }: Picked) => {
    shutdownNode(world, root, { node, reboot: true });
  },
} as const;

const befall = (world: World, subject: Subject, what: FaultKind, seconds: number) => {
  fault(world, { subject, what, until: world.now + seconds * 1000 });
};

const harms = {
  powerLoss: (world: World, { node }: Picked) => befall(world, { kind: "node", node }, { kind: "loses-power" }, 200),
  hang: (world: World, { node }: Picked) => befall(world, { kind: "node", node }, { kind: "hangs" }, 90),
  partition: (world: World, { node }: Picked) => befall(world, { kind: "node", node }, { kind: "is-partitioned" }, 150),
  cutLink: (world: World, { node }: Picked) =>
    befall(world, { kind: "link", link: `${node}/eth0` }, { kind: "is-lost" }, 100),
  slowLink: (world: World, { node }: Picked) =>
    befall(world, { kind: "link", link: `${node}/eth0` }, { kind: "is-slow", factor: 0.01 }, 300),
  losePool: (world: World, { node }: Picked) =>
    befall(world, { kind: "backing", backing: `${node}/local` }, { kind: "fails" }, 80),
  fillPool: (world: World, { node }: Picked) =>
    befall(world, { kind: "backing", backing: `${node}/local` }, { kind: "fills", bytes: 1e13 }, 80),
  crash: (world: World, { at }: Picked) => befall(world, { kind: "guest", vmid: at.vmid }, { kind: "crashes" }, 1),
  failTask: (world: World, { at }: Picked) =>
    befall(
      world,
      { kind: "guest", vmid: at.vmid },
      { kind: "task-fails", type: "qmigrate", share: 0.4, message: "broken" },
      500,
    ),
} as const;

const verbs = { ...operations, ...manage, ...harms };

const picked = (world: World, { guest, node, flag }: Move): Picked => {
  const chosen = pick(Object.values(world.guests), guest);
  const nodes = Object.keys(world.nodes);
  const name = pick(nodes, node) ?? "pve1";
  let fresh = 100;
  while (world.guests[fresh]) fresh += 1;
  return {
    at: chosen ? { node: chosen.node, kind: chosen.kind, vmid: chosen.vmid } : { node: name, kind: "qemu", vmid: 100 },
    node: name,
    flag,
    fresh,
  };
};

const play = (world: World, move: Move): void => {
  verbs[move.verb](world, picked(world, move));
  advanceTo(world, world.now + move.wait);
};

const moves = (from: Partial<typeof verbs>) =>
  fc.array(
    fc.record({
      verb: fc.constantFrom(...(Object.keys(from) as (keyof typeof verbs)[])),
      guest: fc.nat(20),
      node: fc.nat(3),
      flag: fc.boolean(),
      wait: fc.constantFrom(0, 50, 700, 3_000, 20_000, 120_000),
    }),
    { minLength: 20, maxLength: 60 },
  );

const aWorld = (nodes: number): World => {
  const world = bareWorld({ nodes: ["pve1", "pve2", "pve3", "pve4"].slice(0, nodes) });
  for (let guest = 0; guest < 3; guest++)
    verbs.create(world, {
      ...picked(world, { verb: "create", guest, node: guest, flag: guest > 0, wait: 0 }),
      flag: true,
    });
  advanceTo(world, world.now + 30_000);
  return world;
};

/** What holds of a world at every moment. */
const lawful = (world: World): void => {
  for (const guest of Object.values(world.guests)) {
    // Law 1: a guest has one node, and runs only where there is power.
    if (isRunning(guest)) expect(["online", "hung", "stopping"]).toContain(world.nodes[guest.node]?.state.kind);
    expect([guest.vmid, guest.history.at(-1)?.[1] ?? ""]).toEqual([guest.vmid, isRunning(guest) ? guest.node : ""]);
  }
  for (const backing of Object.values(world.backings)) {
    const volumes = Object.values(backing.volumes);
    expect(backing.used).toBeCloseTo(
      backing.base + backing.garbage + volumes.reduce((sum, { used }) => sum + used, 0),
      0,
    );
    for (const [volid, volume] of Object.entries(backing.volumes)) expect(volid).toBe(volume.volid);
  }
  for (const flow of Object.values(world.flows)) expect(world.tasks[flow.task]?.state.kind).toBe("running");
  for (const lock of Object.values(world.locks))
    if (lock.holder !== "") expect(world.tasks[lock.holder]?.state.kind).toBe("running");
};

/** What holds once all work is done, in a world where no node died under it. */
const tidy = (world: World): void => {
  for (const task of Object.values(world.tasks)) expect([task.upid, task.state.kind]).toEqual([task.upid, "ended"]);
  const referenced = new Set(
    Object.values(world.guests).flatMap((guest) => volumesOf(guest).map((volid) => `${guest.node} ${volid}`)),
  );
  for (const guest of Object.values(world.guests)) expect([undefined, "suspended"]).toContain(guest.config.lock);
  for (const backing of Object.values(world.backings)) {
    for (const volume of Object.values(backing.volumes)) {
      if (volume.content !== "images" || backing.place.kind !== "node") continue;
      expect(referenced).toContain(`${backing.place.node} ${volume.volid}`);
    }
  }
  const there = new Set(
    Object.values(world.backings).flatMap((backing) =>
      backing.place.kind === "node"
        ? Object.keys(backing.volumes).map(
            (volid) => `${backing.place.kind === "node" ? backing.place.node : ""} ${volid}`,
          )
        : [],
    ),
  );
  for (const volume of referenced) expect(there).toContain(volume);
};

const hour = 3_600_000;

test("no guest, disk or byte appears or vanishes but by an operation that says so", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), moves(operations), (nodes, list) => {
      const world = aWorld(nodes);
      for (const move of list) {
        const before = new Set(Object.keys(world.guests));
        const tasksBefore = new Set(Object.keys(world.tasks));
        play(world, move);
        lawful(world);
        for (const vmid of Object.keys(world.guests))
          if (!before.has(vmid)) expect(["create", "clone", "restore"]).toContain(move.verb);
        for (const vmid of before) {
          if (world.guests[vmid]) continue;
          const ended = Object.values(world.tasks).filter(
            ({ id, type }) => id === vmid || type === "qmclone" || type === "qmrestore",
          );
          expect(ended.some(({ type }) => ["qmdestroy", "qmcreate", "qmclone", "qmrestore"].includes(type))).toBe(true);
        }
        expect([...tasksBefore].every((upid) => world.tasks[upid])).toBe(true);
      }
      advanceTo(world, world.now + 12 * hour);
      lawful(world);
      tidy(world);
    }),
    { numRuns: 60 },
  );
});

test("under every fault a guest runs on one node with power, and bytes are where they are counted", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 4 }), moves(verbs), (nodes, list) => {
      const world = aWorld(nodes);
      for (const move of list) {
        const places = new Map(Object.values(world.guests).map(({ vmid, node }) => [vmid, node]));
        play(world, move);
        lawful(world);
        if (move.wait > 1000) continue;
        // Law 4: what arrived in this moment arrived on a node that is up.
        for (const guest of Object.values(world.guests)) {
          if ((places.get(guest.vmid) ?? guest.node) !== guest.node)
            expect(world.nodes[guest.node]?.state.kind).toBe("online");
        }
      }
      advanceTo(world, world.now + 12 * hour);
      lawful(world);
    }),
    { numRuns: 60 },
  );
});

test("a node that is shut down in order has no running guest when it goes", () => {
  fc.assert(
    fc.property(moves(operations), fc.boolean(), (list, reboot) => {
      const world = aWorld(2);
      for (const move of list.slice(0, 12)) play(world, move);
      advanceTo(world, world.now + 2 * hour);
      shutdownNode(world, root, { node: "pve1", reboot });
      for (let look = 0; look < 4000 && world.nodes.pve1?.state.kind === "online"; look++)
        advanceTo(world, world.now + 100);
      expect(world.nodes.pve1?.state.kind).toBe("stopping");
      expect(Object.values(world.guests).filter((guest) => guest.node === "pve1" && isRunning(guest))).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test("the same seed and moves give the same world to the byte, also when it was saved and restored in the middle", () => {
  fc.assert(
    fc.property(moves(verbs), fc.nat(59), (list, cut) => {
      const once = aWorld(3);
      const forked = aWorld(3);
      let again = aWorld(3);
      for (const [index, move] of list.entries()) {
        play(once, move);
        play(forked, move);
        if (index === cut) again = restoreWorld(saveWorld(again));
        play(again, move);
      }
      const other = forkWorld(forked);
      for (const world of [once, again, other]) advanceTo(world, world.now + 10 * 60_000);
      const text = saveWorld(once);
      expect(saveWorld(again)).toBe(text);
      expect(saveWorld(other)).toBe(text);
    }),
    { numRuns: 20 },
  );
});
