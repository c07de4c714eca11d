import type { Row } from "@orrery/state";
import {
  type Certificate,
  type Config,
  type Dict,
  type Disk,
  dict,
  type Package,
  type PciDevice,
  type Service,
  type Update,
} from "@orrery/twin-world";
import { numberIn, optionsOf, textIn } from "./options.ts";

const oneOf = <T extends string>(known: readonly T[], text: string | undefined, otherwise: T): T =>
  known.find((one) => one === text) ?? otherwise;

export const diskOf = (row: Row): Disk => {
  const wearout = numberIn(row, "wearout");
  const health = oneOf(["PASSED", "FAILED", "OK", "UNKNOWN"] as const, textIn(row, "health"), "UNKNOWN");
  return {
    devpath: textIn(row, "devpath") ?? "",
    model: textIn(row, "model") ?? "unknown",
    serial: textIn(row, "serial") ?? "unknown",
    vendor: textIn(row, "vendor") ?? "unknown",
    wwn: textIn(row, "wwn") ?? "unknown",
    type: oneOf(["hdd", "ssd", "nvme", "unknown"] as const, textIn(row, "type"), "unknown"),
    size: numberIn(row, "size") ?? 0,
    rpm: numberIn(row, "rpm") ?? 0,
    used: textIn(row, "used") ?? "",
    gpt: row.gpt === 1,
    mounted: row.mounted === 1,
    health,
    ...(wearout === undefined ? {} : { wearout }),
    attributes: [],
    failed: health === "FAILED",
  };
};

const ofDevice = new Set(["id", "class", "vendor", "device", "iommugroup"]);

export const pciOf = (row: Row): PciDevice => ({
  id: textIn(row, "id") ?? "",
  class: textIn(row, "class") ?? "",
  vendor: textIn(row, "vendor") ?? "",
  device: textIn(row, "device") ?? "",
  iommugroup: numberIn(row, "iommugroup") ?? -1,
  names: optionsOf(Object.fromEntries(Object.entries(row).filter(([key]) => !ofDevice.has(key)))),
});

/** What the API adds to an interface that its file does not hold. */
const shown = new Set(["iface", "families", "priority", "active"]);

const loopback: Config = dict<string | number>([
  ["type", "loopback"],
  ["method", "loopback"],
  ["method6", "manual"],
  ["autostart", 1],
]);

/** The interfaces of a node with the loopback one, which is not listed. */
export const interfacesOf = (rows: readonly Row[]): Dict<Config> => {
  const made = dict<Config>([["lo", loopback]]);
  for (const row of rows) {
    const name = textIn(row, "iface");
    if (name === undefined) continue;
    const left = Object.entries(row).filter(([key]) => !shown.has(key));
    made[name] = optionsOf(Object.fromEntries(left));
  }
  return made;
};

export const servicesOf = (rows: readonly Row[]): Dict<Service> =>
  dict(
    rows.map((row) => {
      const unit = textIn(row, "unit-state");
      const service: Service = {
        description: textIn(row, "desc") ?? "",
        unit: oneOf(["enabled", "disabled", "static", "masked", "not-found"] as const, unit, "not-found"),
        active: textIn(row, "state") === "running",
      };
      return [textIn(row, "service") ?? textIn(row, "name") ?? "", service] as const;
    }),
  );

const packageOf = (row: Row): Package => ({
  name: textIn(row, "Package") ?? "",
  version: textIn(row, "Version") ?? "",
  title: textIn(row, "Title") ?? "",
  section: textIn(row, "Section") ?? "",
  priority: textIn(row, "Priority") ?? "",
  arch: textIn(row, "Arch") ?? "",
  origin: textIn(row, "Origin") ?? "",
  ...(textIn(row, "CurrentState") === "NotInstalled" ? { installed: false } : {}),
});

export const packagesOf = (rows: readonly Row[]): Dict<Package> =>
  dict(rows.map((row) => [textIn(row, "Package") ?? "", packageOf(row)] as const));

/** A new kernel or a new QEMU and the like takes effect with the next boot; of them only the kernel needs the node's. */
export const updatesOf = (rows: readonly Row[]): Dict<Update> =>
  dict(
    rows.map((row) => {
      const made = packageOf(row);
      const update: Update = {
        ...made,
        oldVersion: textIn(row, "OldVersion") ?? "",
        needsReboot: /^(?:proxmox|pve)-kernel-\d/.test(made.name),
      };
      return [made.name, update] as const;
    }),
  );

export const certificateOf = (row: Row): Certificate => ({
  filename: textIn(row, "filename") ?? "",
  subject: textIn(row, "subject") ?? "",
  issuer: textIn(row, "issuer") ?? "",
  san: Array.isArray(row.san) ? row.san.map(String) : [],
  notBefore: (numberIn(row, "notbefore") ?? 0) * 1000,
  notAfter: (numberIn(row, "notafter") ?? 0) * 1000,
  fingerprint: textIn(row, "fingerprint") ?? "",
  keyType: textIn(row, "public-key-type") ?? "",
  keyBits: numberIn(row, "public-key-bits") ?? 0,
  pem: textIn(row, "pem") ?? "",
});
