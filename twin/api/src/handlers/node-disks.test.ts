import { bareWorld, type Disk, type World } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { Caller } from "../testing/caller.ts";

const aDisk = (devpath: string): Disk => ({
  devpath,
  model: "SSD",
  serial: devpath,
  vendor: "ATA",
  wwn: "unknown",
  type: "ssd",
  size: 1_000_000_000_000,
  rpm: 0,
  used: "",
  gpt: false,
  mounted: false,
  health: "PASSED",
  attributes: [],
  failed: false,
});

const aWorld = (): World => {
  const world = bareWorld({ nodes: ["pve1"] });
  const node = world.nodes.pve1;
  if (node !== undefined) {
    node.without = [];
    node.disks.push(aDisk("/dev/sda"), aDisk("/dev/sdb"));
  }
  return world;
};

const disks = "/nodes/pve1/disks";

test("two disks become a mirror of the size of one, and a storage on it", () => {
  const caller = new Caller(aWorld());
  const asked = { name: "tank", devices: "/dev/sda,/dev/sdb", raidlevel: "mirror", add_storage: "1" };
  expect(caller.post(`${disks}/zfs`, asked).status).toBe(200);
  caller.wait(60);
  expect(caller.get(`${disks}/zfs`).data).toMatchObject([{ name: "tank", size: 1_000_000_000_000, health: "ONLINE" }]);
  expect(caller.get("/storage/tank").data).toMatchObject({ type: "zfspool", pool: "tank", nodes: "pve1" });
  expect(caller.get(`${disks}/list`, { type: "unused" }).data).toEqual([]);
});

test("a disk in use is not taken again", () => {
  const caller = new Caller(aWorld());
  expect(caller.post(`${disks}/lvm`, { name: "vg", device: "/dev/vda" }).reason).toBe(
    "device '/dev/vda' is already in use",
  );
  expect(caller.post(`${disks}/lvm`, { name: "vg", device: "/dev/sdx" }).reason).toBe("not a valid block device");
});

test("what is destroyed with its disks leaves them unused", () => {
  const caller = new Caller(aWorld());
  caller.post(`${disks}/lvm`, { name: "vg", device: "/dev/sda", add_storage: "1" });
  caller.wait(60);
  expect(caller.get(`${disks}/lvm`).data).toMatchObject({ children: [{ name: "vg" }] });
  caller.remove(`${disks}/lvm/vg`, { "cleanup-disks": "1", "cleanup-config": "1" });
  caller.wait(60);
  expect(caller.get(`${disks}/list`, { type: "unused" }).data).toMatchObject([
    { devpath: "/dev/sda" },
    { devpath: "/dev/sdb" },
  ]);
  expect(caller.get("/storage/vg").status).toBe(500);
});

test("a node without ZFS says so", () => {
  const caller = new Caller(bareWorld({ nodes: ["pve1"] }));
  expect(caller.get(`${disks}/zfs`).reason).toBe("zfsutils-linux not installed");
});
