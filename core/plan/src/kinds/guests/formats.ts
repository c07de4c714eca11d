import {
  contractOf,
  type PropertyFormat,
  type PropertySchema,
  type PveVersion,
  propertySchema,
  type Schema,
} from "@orrery/contract";
import type { GuestKind } from "@orrery/state";

const flag: PropertySchema = { type: "boolean", optional: true };
const off: PropertySchema = { type: "boolean", optional: true, default: 0 };
const text: PropertySchema = { type: "string", optional: true };
const first: PropertySchema = { type: "string", default_key: 1, optional: true };
const integer: PropertySchema = { type: "integer", optional: true };

/** Property strings that the contract names without spelling them out. Mirrors qemu-server and pve-guest-common. */
const named: Readonly<Record<string, PropertyFormat>> = {
  "pve-vm-cpu-conf": {
    cputype: first,
    flags: text,
    "guest-phys-bits": integer,
    hidden: off,
    "hv-vendor-id": text,
    level: integer,
    "phys-bits": text,
    "reported-model": text,
  },
  "pve-qm-hostpci": {
    host: first,
    "device-id": text,
    driver: { ...text, default: "vfio" },
    "legacy-igd": off,
    mapping: text,
    mdev: text,
    pcie: off,
    rombar: { type: "boolean", optional: true, default: 1 },
    romfile: text,
    "sub-device-id": text,
    "sub-vendor-id": text,
    "vendor-id": text,
    "x-vga": off,
  },
  "pve-startup-order": {
    order: { ...integer, default_key: 1 },
    up: integer,
    down: integer,
  },
  "pve-qm-smbios1": {
    base64: off,
    uuid: text,
    family: text,
    manufacturer: text,
    product: text,
    serial: text,
    sku: text,
    version: text,
  },
  "pve-qm-watchdog": { model: { ...first, default: "i6300esb" }, action: text },
  "pve-qm-rng": { source: first, max_bytes: { ...integer, default: 1024 }, period: { ...integer, default: 1000 } },
  "pve-qm-ipconfig": { ip: text, gw: text, ip6: text, gw6: text },
  "pve-qm-cicustom": { meta: text, network: text, user: text, vendor: text },
  "pve-qm-boot": { legacy: first, order: text },
  "pve-qemu-sev-fmt": {
    type: first,
    "allow-smt": { ...flag, default: 1 },
    "kernel-hashes": off,
    "no-debug": off,
    "no-key-sharing": off,
  },
  "pve-qemu-tdx-fmt": {
    type: first,
    attestation: { ...flag, default: 1 },
    "vsock-cid": integer,
    "vsock-port": integer,
  },
};

type Options = Readonly<Record<string, Schema>>;

const options = new Map<string, Options>();

/** Every option that a guest's configuration takes. */
const optionsOf = (version: PveVersion, type: GuestKind): Options => {
  const known = options.get(`${version} ${type}`);
  if (known !== undefined) return known;
  const found = contractOf(version).route("PUT", `/nodes/{node}/${type}/{vmid}/config`)?.params.properties ?? {};
  options.set(`${version} ${type}`, found);
  return found;
};

/** The schema of one option: `net0` is described by `net[n]`. */
export const optionSchema = (version: PveVersion, type: GuestKind, key: string): Schema | undefined =>
  propertySchema(optionsOf(version, type), key);

/** How an option that is a property string is taken apart; undefined of one that is a plain value. */
export const formatOf = (version: PveVersion, type: GuestKind, key: string): PropertyFormat | undefined => {
  const format = optionSchema(version, type, key)?.format;
  if (typeof format === "object") return format;
  return format !== undefined && Object.hasOwn(named, format) ? named[format] : undefined;
};

/** What an option is without its number: `scsi` of `scsi12`. */
export const familyOf = (key: string): string => key.replace(/\d+$/, "");

export const isVmDisk = (key: string): boolean => /^(?:scsi|virtio|sata|ide)\d+$/.test(key);
export const isCtDisk = (key: string): boolean => /^(?:rootfs|mp\d+)$/.test(key);
/** Slots that a volume of a storage may be in. */
export const isSlot = (key: string): boolean =>
  isVmDisk(key) || isCtDisk(key) || key === "efidisk0" || key === "tpmstate0";
export const isNet = (key: string): boolean => /^net\d+$/.test(key);

/** Defaults that no schema states, by family and key. Mirrors print_drivedevice_full and config_to_command in qemu-server. */
const unsaid: Readonly<Record<string, string>> = {
  cache: "none",
  discard: "ignore",
  iothread: "0",
  ssd: "0",
  ro: "0",
  snapshot: "0",
  firewall: "0",
  link_down: "0",
  quota: "0",
  "host-managed": "0",
};

/** The default of an option, or of one key of it; undefined where it has none. */
export const defaultOf = (schema: PropertySchema | undefined, family: string, key: string): string | undefined => {
  if (key === "backup") return family === "mp" ? "0" : "1";
  if (family === "cpuunits") return "100";
  if (family === "ostype" && key === "") return "other";
  if (family === "machine" && key === "type") return "pc";
  const stated = schema?.default;
  if (stated !== undefined && stated !== null) return String(stated);
  return Object.hasOwn(unsaid, key) ? unsaid[key] : undefined;
};
