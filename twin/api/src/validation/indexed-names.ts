import type { MethodInfo, Schema } from "../contract.ts";

/** One past the last index of each numbered parameter. Mirrors the limits in qemu-server and pve-container. */
const qemuCounts: Readonly<Record<string, number>> = {
  net: 32,
  ide: 4,
  scsi: 31,
  virtio: 16,
  sata: 6,
  unused: 256,
  numa: 8,
  hostpci: 16,
  usb: 14,
  serial: 4,
  parallel: 3,
  virtiofs: 10,
  ipconfig: 32,
};
const lxcCounts: Readonly<Record<string, number>> = { net: 32, mp: 256, unused: 256, dev: 256 };
const nodeCounts: Readonly<Record<string, number>> = { acmedomain: 6 };
const linkCounts: Readonly<Record<string, number>> = { link: 8 };

const countOf = (path: string, stem: string): number => {
  const counts = path.includes("/lxc")
    ? lxcCounts
    : path.includes("/qemu")
      ? qemuCounts
      : stem === "link"
        ? linkCounts
        : nodeCounts;
  return counts[stem] ?? 32;
};

const expanded = new WeakMap<MethodInfo, Readonly<Record<string, Schema>>>();

/** The parameters of a method with `net[n]` written out as `net0`, `net1`, … */
export const parametersOf = (method: MethodInfo): Readonly<Record<string, Schema>> => {
  const known = expanded.get(method);
  if (known !== undefined) return known;
  const properties: Record<string, Schema> = {};
  for (const [name, schema] of Object.entries(method.params.properties ?? {})) {
    if (!name.endsWith("[n]")) {
      properties[name] = schema;
      continue;
    }
    const stem = name.slice(0, -3);
    const count = countOf(method.path, stem);
    for (let index = 0; index < count; index += 1) properties[`${stem}${index}`] = schema;
  }
  expanded.set(method, properties);
  return properties;
};
