import { expect, test } from "vitest";
import { backUpGuests } from "./back-up-guest.ts";
import { bareWorld } from "./bare-world.ts";
import { cloneGuest } from "./clone-guest.ts";
import { createGuest } from "./create-guest.ts";
import { destroyGuest } from "./destroy-guest.ts";
import { dict } from "./dict.ts";
import { moveDisk, resizeDisk } from "./guest-volume.ts";
import { advanceUntil } from "./kernel.ts";
import { migrateGuest } from "./migrate-guest.ts";
import { startGuest } from "./power-guest.ts";
import { taskLog } from "./progress.ts";
import { deleteVolume, pruneBackups } from "./prune.ts";
import { restoreGuest } from "./restore-guest.ts";
import { deleteSnapshot, rollbackGuest, snapshotGuest } from "./snapshot-guest.ts";
import { suspendGuest } from "./suspend-guest.ts";
import { templateGuest } from "./template-guest.ts";
import { volumesOn } from "./volume.ts";
import type { Refused, Started } from "./worker.ts";
import type { World } from "./world.ts";

const root = { user: "root@pam" };
const at = { node: "pve1", kind: "qemu", vmid: 100 } as const;

const finish = (world: World, answer: Started | Refused | undefined): string[] => {
  if (!answer) return [];
  if (answer.kind === "refused") return [answer.message];
  const task = world.tasks[answer.upid];
  advanceUntil(world, () => task?.state.kind === "ended", world.now + 86_400_000);
  return task ? taskLog(world, task) : [];
};

const config = (entries: Record<string, string | number>) => dict(Object.entries(entries));

const created = (nodes = ["pve1"]): World => {
  const world = bareWorld({ nodes });
  const log = finish(
    world,
    createGuest(world, root, {
      ...at,
      config: config({ name: "web01", memory: "64", scsi0: "local:1,format=qcow2", net0: "virtio,bridge=vmbr0" }),
    }),
  );
  expect(log).toEqual([
    "Formatting '/var/lib/vz/images/100/vm-100-disk-0.qcow2', fmt=qcow2 cluster_size=65536 extended_l2=off preallocation=metadata compression_type=zlib size=1073741824 lazy_refcounts=off refcount_bits=16",
    "scsi0: successfully created disk 'local:100/vm-100-disk-0.qcow2,size=1G'",
    "TASK OK",
  ]);
  return world;
};

const ids = (world: World, node = "pve1") => volumesOn(world, node, "local").map(({ volid }) => volid);

test("a created guest has what Proxmox adds by itself, and the id is taken", () => {
  const world = created();
  expect(world.guests[100]?.config).toMatchObject({
    boot: "order=scsi0;net0",
    scsi0: "local:100/vm-100-disk-0.qcow2,size=1G",
    net0: expect.stringMatching(/^virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr0$/),
    smbios1: expect.stringMatching(/^uuid=/),
  });
  expect(finish(world, createGuest(world, root, { ...at, config: dict() }))).toEqual([
    "unable to create VM 100 - VM 100 already exists on node 'pve1'",
  ]);
});

test("a guest that cannot be made leaves nothing behind", () => {
  const world = bareWorld({ nodes: ["pve1"] });
  const log = finish(
    world,
    createGuest(world, root, {
      node: "pve1",
      kind: "lxc",
      vmid: 201,
      ostemplate: "local:vztmpl/nosuch.tar.gz",
      config: dict(),
    }),
  );
  expect(log.at(-1)).toBe("TASK ERROR: unable to create CT 201 - volume 'local:vztmpl/nosuch.tar.gz' does not exist");
  expect(world.guests[201]).toBeUndefined();
  expect(ids(world)).toEqual([]);
});

test("a template's linked clones hold it in place until they are gone", () => {
  const world = created();
  expect(finish(world, templateGuest(world, root, at))).toEqual(["TASK OK"]);
  expect(finish(world, cloneGuest(world, root, { ...at, newid: 104 }))).toEqual([
    "creating a clone of VM 100 with ID 104",
    "create linked clone of drive scsi0 (local:100/base-100-disk-0.qcow2)",
    "clone 100/base-100-disk-0.qcow2: images, vm-104-disk-0.qcow2, 104 to vm-104-disk-0.qcow2 (base=../100/base-100-disk-0.qcow2)",
    "Formatting '/var/lib/vz/images/104/vm-104-disk-0.qcow2', fmt=qcow2 cluster_size=131072 extended_l2=on preallocation=metadata compression_type=zlib size=1073741824 backing_file=../100/base-100-disk-0.qcow2 backing_fmt=qcow2 lazy_refcounts=off refcount_bits=16",
    "TASK OK",
  ]);
  expect(world.guests[104]?.config.scsi0).toBe("local:100/base-100-disk-0.qcow2/104/vm-104-disk-0.qcow2,size=1G");
  expect(world.guests[104]?.config.net0).not.toBe(world.guests[100]?.config.net0);
  expect(finish(world, destroyGuest(world, root, at))).toEqual([
    "TASK ERROR: base volume 'local:100/base-100-disk-0.qcow2' is still in use by linked cloned",
  ]);
  finish(world, destroyGuest(world, root, { ...at, vmid: 104 }));
  expect(finish(world, destroyGuest(world, root, { ...at, purge: true }))).toEqual([
    "purging VM 100 from related configurations..",
    "TASK OK",
  ]);
  expect(ids(world)).toEqual([]);
});

test("what is not a template is cloned in full", () => {
  const world = created();
  const log = finish(world, cloneGuest(world, root, { ...at, newid: 103, set: config({ name: "clone1" }) }));
  expect(log).toContain("create full clone of drive scsi0 (local:100/vm-100-disk-0.qcow2)");
  expect(log.at(-2)).toBe("transferred 1.0 GiB of 1.0 GiB (100.00%)");
  expect(ids(world)).toEqual(["local:100/vm-100-disk-0.qcow2", "local:103/vm-103-disk-0.qcow2"]);
  expect(finish(world, cloneGuest(world, root, { ...at, newid: 105, full: false }))).toEqual([
    "Linked clone feature is not supported for 'local:100/vm-100-disk-0.qcow2' (scsi0)",
  ]);
});

test("snapshots form a line, a rollback brings the configuration back", () => {
  const world = created();
  const guest = world.guests[100];
  finish(world, snapshotGuest(world, root, { ...at, snapname: "one" }));
  if (guest) guest.config.memory = "128";
  finish(world, snapshotGuest(world, root, { ...at, snapname: "two" }));
  expect(finish(world, snapshotGuest(world, root, { ...at, snapname: "two" }))).toEqual([
    "TASK ERROR: snapshot name 'two' already used",
  ]);
  finish(world, rollbackGuest(world, root, { ...at, snapname: "one" }));
  expect(guest?.config).toMatchObject({ memory: "64", parent: "one" });
  finish(world, deleteSnapshot(world, root, { ...at, snapname: "one" }));
  expect(guest?.snapshots.two?.config.parent).toBeUndefined();
  expect(guest?.config.parent).toBeUndefined();
});

test("a disk grows and never shrinks", () => {
  const world = created();
  expect(finish(world, resizeDisk(world, root, { ...at, disk: "scsi0", size: "+1G" }))).toEqual([
    "Image resized.",
    "TASK OK",
  ]);
  expect(world.guests[100]?.config.scsi0).toBe("local:100/vm-100-disk-0.qcow2,size=2G");
  expect(finish(world, resizeDisk(world, root, { ...at, disk: "scsi0", size: "1G" }))).toEqual([
    "TASK ERROR: shrinking disks is not supported",
  ]);
  expect(finish(world, resizeDisk(world, root, { ...at, disk: "scsi9", size: "1G" }))).toEqual([
    "TASK ERROR: disk 'scsi9' does not exist",
  ]);
  expect(finish(world, moveDisk(world, root, { ...at, disk: "scsi0", storage: "local" }))).toEqual([
    "you can't move to the same storage with same format",
  ]);
});

test("a stopped guest moves with its disk, a running one only if its disks may go with it", () => {
  const world = created(["pve1", "pve2"]);
  const moved = finish(world, migrateGuest(world, root, { ...at, target: "pve2" }));
  expect(moved[0]).toMatch(/^2026-11-22 08:00:\d\d starting migration of VM 100 to node 'pve2' \(10\.99\.0\.2\)$/);
  expect(moved.at(-2)).toMatch(/migration finished successfully \(duration 00:00:\d\d\)$/);
  expect([ids(world), ids(world, "pve2")]).toEqual([[], ["local:100/vm-100-disk-0.qcow2"]]);
  finish(world, startGuest(world, root, { ...at, node: "pve2" }));
  expect(finish(world, migrateGuest(world, root, { ...at, node: "pve2", target: "pve1" }))).toEqual([
    "can't migrate running VM without --online",
  ]);
  const refusedDisks = finish(world, migrateGuest(world, root, { ...at, node: "pve2", target: "pve1", online: true }));
  expect(refusedDisks.at(-1)).toBe("TASK ERROR: migration aborted");
  expect(refusedDisks.join("\n")).toContain("can't live migrate attached local disks without with-local-disks option");
  const live = finish(
    world,
    migrateGuest(world, root, { ...at, node: "pve2", target: "pve1", online: true, withLocalDisks: true }),
  );
  expect(live.at(-1)).toBe("TASK OK");
  expect(world.guests[100]).toMatchObject({ node: "pve1", run: { kind: "running" } });
  expect(world.guests[100]?.config.lock).toBeUndefined();
  expect([ids(world), ids(world, "pve2")]).toEqual([["local:100/vm-100-disk-0.qcow2"], []]);
});

test("a guest with a device of its node stays there unless it is forced", () => {
  const world = bareWorld({ nodes: ["pve1", "pve2"] });
  finish(
    world,
    createGuest(world, root, { ...at, config: config({ serial0: "/dev/ttyS0", hostpci0: "0000:00:1f.0" }) }),
  );
  expect(finish(world, migrateGuest(world, root, { ...at, target: "pve2" }))).toEqual([
    expect.stringMatching(
      /ERROR: migration aborted \(duration 00:00:00\): can't migrate VM which uses local devices: serial0, hostpci0$/,
    ),
    "TASK ERROR: migration aborted",
  ]);
  expect(finish(world, migrateGuest(world, root, { ...at, target: "pve2", force: true })).at(-1)).toBe("TASK OK");
});

test("a backup is restored as it was, protected ones stay, the retention keeps what it says", () => {
  const world = created();
  const options = { storage: "local", compress: "zstd", notes: "{{guestname}} on {{node}}" } as const;
  const log = finish(
    world,
    backUpGuests(world, root, {
      node: "pve1",
      vmids: [100],
      options,
      asked: config({ storage: "local", compress: "zstd" }),
    }),
  );
  expect(log[0]).toBe("INFO: starting new backup job: vzdump 100 --storage local --compress zstd");
  expect(log.slice(-2)).toEqual(["INFO: Backup job finished successfully", "TASK OK"]);
  const first = ids(world).find((id) => id.includes("backup")) ?? "";
  expect(first).toMatch(/^local:backup\/vzdump-qemu-100-2026_11_22-08_00_\d\d\.vma\.zst$/);
  expect(volumesOn(world, "pve1", "local").find(({ volid }) => volid === first)?.notes).toBe("web01 on pve1");
  const before = { ...world.guests[100]?.config };
  finish(world, destroyGuest(world, root, at));
  expect(finish(world, restoreGuest(world, root, { ...at, archive: first })).at(-1)).toBe("TASK OK");
  expect({ ...world.guests[100]?.config }).toEqual(before);
  finish(world, restoreGuest(world, root, { ...at, vmid: 101, archive: first, unique: true }));
  expect(world.guests[101]?.config.net0).not.toBe(before.net0);
  for (let day = 0; day < 3; day++) {
    advanceUntil(world, () => false, world.now + 86_400_000);
    finish(
      world,
      backUpGuests(world, root, { node: "pve1", vmids: [100], options: { ...options, protect: day === 0 } }),
    );
  }
  finish(world, pruneBackups(world, root, { node: "pve1", storage: "local", keep: "keep-last=1" }));
  const left = ids(world).filter((id) => id.includes("backup"));
  expect(left).toHaveLength(2);
  expect(finish(world, deleteVolume(world, root, { node: "pve1", volid: left[0] ?? "" })).at(-1)).toMatch(
    /^TASK ERROR: cannot remove protected volume 'backup\//,
  );
});

test("a job goes on behind a guest that is not there and says so at its end", () => {
  const world = created();
  const log = finish(
    world,
    backUpGuests(world, root, { node: "pve1", vmids: [99, 100], options: { storage: "local" } }),
  );
  expect(log).toContain("ERROR: Backup of VM 99 failed - unable to find VM '99'");
  expect(log.filter((line) => line.startsWith("INFO: Finished Backup of VM 100"))).toHaveLength(1);
  expect(log.slice(-2)).toEqual(["INFO: Backup job finished with errors", "TASK ERROR: job errors"]);
  expect(
    finish(world, backUpGuests(world, root, { node: "pve1", vmids: [100], options: { storage: "nosuch" } })),
  ).toEqual([
    "TASK ERROR: could not activate storage 'nosuch': storage 'nosuch' does not exist could not get storage information for 'nosuch': storage 'nosuch' does not exist",
  ]);
});

test("bytes on a backing are the sum of what lies on it", () => {
  const world = created(["pve1", "pve2"]);
  finish(world, backUpGuests(world, root, { node: "pve1", vmids: [100], options: { storage: "local" } }));
  finish(world, cloneGuest(world, root, { ...at, newid: 101 }));
  finish(world, migrateGuest(world, root, { ...at, target: "pve2" }));
  for (const backing of Object.values(world.backings)) {
    const volumes = Object.values(backing.volumes).reduce((sum, { used }) => sum + used, 0);
    expect(backing.used).toBe(backing.base + backing.garbage + volumes);
  }
});

test("a guest that is suspended to disk is stopped, and goes on when it is started", () => {
  const world = created();
  finish(world, startGuest(world, root, at));
  expect(finish(world, suspendGuest(world, root, at)).at(-1)).toBe("TASK OK");
  expect([world.guests[100]?.run.kind, world.guests[100]?.config.lock]).toEqual(["stopped", "suspended"]);
  expect(ids(world)).toContain("local:100/vm-100-state-suspend-2026-11-22.raw");
  expect(finish(world, startGuest(world, root, at))).toEqual(["Resumed VM, removing state", "TASK OK"]);
  expect(world.guests[100]?.config.lock).toBeUndefined();
  expect(ids(world)).toEqual(["local:100/vm-100-disk-0.qcow2"]);
});
