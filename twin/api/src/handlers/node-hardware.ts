import type { PciDevice } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail } from "../problem.ts";
import { splitList } from "../validation/word-list.ts";
import { nodeOfCall } from "./node-of-call.ts";

const hiddenClasses = "05;06;0b";

const row = (device: PciDevice, verbose: boolean): Record<string, unknown> => {
  const { id, vendor, device: code, class: kind, iommugroup, names } = device;
  if (!verbose) return { id };
  return { id, vendor, device: code, class: kind, iommugroup, ...names };
};

const pci = (call: Call): unknown => {
  const hidden = splitList(call.text("pci-class-blacklist") ?? hiddenClasses);
  return nodeOfCall(call)
    .hardware.pci.filter((device) => !hidden.some((prefix) => device.class.replace(/^0x/, "").startsWith(prefix)))
    .map((device) => row(device, call.flag("verbose", true)));
};

const deviceOfCall = (call: Call): PciDevice | undefined => {
  const asked = call.need("pci-id-or-mapping");
  const full = /^[0-9a-f]{4}:/i.test(asked) ? asked : `0000:${asked}`;
  return nodeOfCall(call).hardware.pci.find((device) => device.id === full);
};

const mdev = (call: Call): unknown => {
  const asked = call.need("pci-id-or-mapping");
  const isId = /^(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]$/i.test(asked);
  if (!isId && call.world.mappings.pci[asked] === undefined) fail(`mapping '${asked}' not found`);
  return [];
};

export const nodeHardware: Handlers = {
  "GET /nodes/{node}/hardware": () => [{ type: "pci" }, { type: "usb" }],
  "GET /nodes/{node}/hardware/pci": pci,
  "GET /nodes/{node}/hardware/usb": (call) => nodeOfCall(call).hardware.usb.map((device) => ({ ...device })),
  "GET /nodes/{node}/hardware/pci/{pci-id-or-mapping}": (call) => {
    deviceOfCall(call);
    return [{ method: "mdev" }];
  },
  "GET /nodes/{node}/hardware/pci/{pci-id-or-mapping}/mdev": mdev,
};
