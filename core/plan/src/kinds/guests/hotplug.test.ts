import type { Config } from "@orrery/state";
import { expect, test } from "vitest";
import { reachOf } from "./hotplug.ts";

const linux: Config = { ostype: "l26", scsi0: "local:1,size=1G" };

const reach = (
  key: string,
  parts: readonly string[],
  [before, after]: readonly (string | undefined)[],
  config = linux,
) => reachOf("qemu", true, { key, parts: new Set(parts), before, after }, config);

/** As vmconfig_hotplug_pending of qemu-server has it. */
test.each([
  ["nameserver", [""], [undefined, "1.1.1.1"], linux, "none"],
  ["ipconfig0", ["ip"], ["ip=dhcp", "ip=10.0.0.9/24"], linux, "none"],
  ["ciuser", [""], ["ann", undefined], { ...linux, hotplug: "disk,cloudinit" }, "hot"],
  ["hotplug", [""], ["disk", "disk,network"], { ...linux, hotplug: "disk" }, "none"],
  ["hotplug", [""], ["disk", "disk,memory"], { ...linux, hotplug: "disk" }, "waits"],
  ["scsi0", ["cache"], ["local:1", ""], linux, "waits"],
  ["scsi0", ["mbps_rd"], ["local:1", ""], linux, "hot"],
  ["sata0", ["backup"], ["local:1", ""], linux, "hot"],
  ["sata1", [""], [undefined, "local"], linux, "waits"],
  ["scsi1", [""], [undefined, "local"], linux, "hot"],
  ["scsi1", [""], [undefined, "local"], { ...linux, hotplug: "0" }, "waits"],
  ["net0", ["tag"], ["virtio=A", "virtio"], { ...linux, hotplug: "0" }, "hot"],
  ["net0", ["mtu"], ["virtio=A", "virtio"], { ...linux, hotplug: "0" }, "waits"],
  ["usb0", ["mapping"], [undefined, ""], linux, "hot"],
  ["usb0", ["mapping"], [undefined, ""], { ...linux, ostype: "other" }, "waits"],
  ["cores", [""], ["1", "2"], { ...linux, hotplug: "cpu" }, "waits"],
] as const)("a change of %s (%j, %j) of a VM with %j is %s", (key, parts, change, config, expected) => {
  expect(reach(key, parts, change, config)).toBe(expected);
});
