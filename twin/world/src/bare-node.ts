import { dict } from "./dict.ts";
import type { Disk, Node, PciDevice } from "./node.ts";

const systemDisk: Disk = {
  devpath: "/dev/vda",
  model: "unknown",
  serial: "unknown",
  vendor: "0x1af4",
  wwn: "unknown",
  type: "unknown",
  size: 274_877_906_944,
  rpm: -1,
  used: "mounted",
  gpt: false,
  mounted: true,
  health: "UNKNOWN",
  attributes: [],
  failed: false,
};

/** Slot, class and device of the virtio devices of a small virtual machine. */
const devices: [slot: string, kind: string, device: string][] = [
  ["01", "0xffff00", "0x1045"],
  ["02", "0x018000", "0x1042"],
  ["03", "0x020000", "0x1041"],
  ["04", "0xffff00", "0x1053"],
  ["05", "0xffff00", "0x1044"],
];

const virtio = "0x1af4";

const pciDevice = ([slot, kind, device]: [string, string, string]): PciDevice => ({
  id: `0000:00:${slot}.0`,
  class: kind,
  vendor: virtio,
  device,
  iommugroup: -1,
  names: dict<string | number>([
    ["subsystem_vendor", virtio],
    ["subsystem_device", device],
  ]),
});

/** Makes of a node what the test machines of the recordings were: a small virtual machine without ZFS. Answers its disk. */
export const asVirtualMachine = (node: Node): string => {
  node.disks = [{ ...systemDisk }];
  node.hardware.pci = devices.map(pciDevice);
  node.hardware.hvm = false;
  node.without = ["zfsutils-linux"];
  return systemDisk.devpath;
};
