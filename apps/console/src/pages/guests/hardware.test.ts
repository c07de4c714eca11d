import { expect, test } from "vitest";
import { disksOf, macOf, networkCardsOf, restOf } from "./hardware.ts";

const config = {
  name: "web1",
  memory: "8192",
  scsihw: "virtio-scsi-single",
  scsi10: "nfs:100/vm-100-disk-1.qcow2,size=8G",
  scsi2: "local-nvme:vm-100-disk-0,discard=on,size=32G",
  ide2: "none,media=cdrom",
  net0: "virtio=BC:24:11:5B:B0:F4,bridge=vmbr0,tag=20",
};

test("disks are told by their keys, in the order of their numbers, and the controller is none", () => {
  expect(disksOf(config).map(({ key, options }) => [key, options[""], options.size])).toEqual([
    ["ide2", "none", undefined],
    ["scsi2", "local-nvme:vm-100-disk-0", "32G"],
    ["scsi10", "nfs:100/vm-100-disk-1.qcow2", "8G"],
  ]);
  expect(
    disksOf({ rootfs: "local-zfs:subvol-101-disk-0,size=4G", mp0: "nfs:x,mp=/data" }).map(({ key }) => key),
  ).toEqual(["mp0", "rootfs"]);
});

test("a card has its address whether a VM or a container has it", () => {
  expect(networkCardsOf(config).map(macOf)).toEqual(["BC:24:11:5B:B0:F4"]);
  expect(networkCardsOf({ net0: "name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=dhcp" }).map(macOf)).toEqual([
    "BC:24:11:00:00:01",
  ]);
});

test("every line is shown once", () => {
  const keys = [...disksOf(config), ...networkCardsOf(config)].map(({ key }) => key);
  expect([...keys, ...restOf(config).map(([key]) => key)].toSorted()).toEqual(Object.keys(config).toSorted());
});
