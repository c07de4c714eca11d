import type { Schema } from "../contract.ts";
import { cpuModels } from "../cpu-models.ts";

type Properties = Readonly<Record<string, string>>;

/** A named property string: its keys, and what its own check refuses once the keys hold. */
export type PropertyFormat = {
  readonly keys: Readonly<Record<string, Schema>>;
  readonly refuse?: (value: Properties) => string | undefined;
};

const flag: Schema = { type: "boolean", optional: true };
const integer = (minimum?: number, maximum?: number): Schema => ({
  type: "integer",
  optional: true,
  ...(minimum === undefined ? {} : { minimum }),
  ...(maximum === undefined ? {} : { maximum }),
});
const text = (pattern?: string): Schema => ({
  type: "string",
  optional: true,
  ...(pattern === undefined ? {} : { pattern }),
});
const formatted = (format: string): Schema => ({ type: "string", optional: true, format });
const keep = integer(0);
const base64 = text("[A-Za-z0-9+\\/]+={0,2}");
const hexId = text("(?^:^0x[0-9a-fA-F]{4}$)");

const cpuKeys: PropertyFormat["keys"] = {
  cputype: { type: "string", default_key: true, optional: true },
  flags: text("(?:[+-][a-zA-Z0-9\\-_\\.]+)(?:;[+-][a-zA-Z0-9\\-_\\.]+)*"),
  "guest-phys-bits": integer(32, 64),
  hidden: flag,
  "hv-vendor-id": text("(?^u:[a-zA-Z0-9]{1,12})"),
  level: integer(0),
  "phys-bits": formatted("pve-phys-bits"),
  "reported-model": text(),
};

const supportedFlags = new Set(
  "nested-virt md-clear pcid spec-ctrl ssbd ibpb virt-ssbd amd-ssbd amd-no-ssb pdpe1gb hv-tlbflush hv-evmcs aes".split(
    " ",
  ),
);

/** Property strings that the contract names without spelling them out. Mirrors qemu-server, pve-guest-common and pve-common. */
export const propertyFormats: Readonly<Record<string, PropertyFormat>> = {
  "realm-sync-options": {
    keys: {
      "enable-new": flag,
      full: flag,
      purge: flag,
      "remove-vanished": text("(?:(?:(?:acl|properties|entry);)*(?:acl|properties|entry))|none"),
      scope: { type: "string", optional: true, enum: ["users", "groups", "both"] },
    },
  },
  "pve-tfa-config": {
    keys: {
      type: { type: "string", enum: ["yubico", "oath"] },
      digits: integer(6, 8),
      id: text(),
      key: text(),
      step: integer(10),
      url: text(),
    },
  },
  "backup-fleecing": {
    keys: { enabled: { ...flag, default_key: true }, storage: formatted("pve-storage-id") },
    refuse: (value) =>
      value.enabled === "1" && value.storage === undefined
        ? "'storage' parameter is required when 'enabled' is set\n"
        : undefined,
  },
  "backup-performance": { keys: { "max-workers": integer(1, 256), "pbs-entries-max": integer(1) } },
  "prune-backups": {
    keys: {
      "keep-all": flag,
      "keep-last": keep,
      "keep-hourly": keep,
      "keep-daily": keep,
      "keep-weekly": keep,
      "keep-monthly": keep,
      "keep-yearly": keep,
    },
    refuse: (value) =>
      value["keep-all"] === "1" && Object.entries(value).some(([key, count]) => key !== "keep-all" && Number(count) > 0)
        ? "keep-all cannot be set together with other options.\n"
        : undefined,
  },
  "proxmox-remote": {
    keys: {
      apitoken: { type: "string" },
      host: { type: "string" },
      fingerprint: text("([A-Fa-f0-9]{2}:){31}[A-Fa-f0-9]{2}"),
      port: integer(),
    },
  },
  "pve-qemu-sev-fmt": {
    keys: {
      type: { type: "string", default_key: true, enum: ["std", "es", "snp"] },
      "allow-smt": flag,
      "kernel-hashes": flag,
      "no-debug": flag,
      "no-key-sharing": flag,
    },
  },
  "pve-qemu-tdx-fmt": {
    keys: {
      type: { type: "string", default_key: true, enum: ["tdx"] },
      attestation: flag,
      "vsock-cid": integer(2),
      "vsock-port": integer(0),
    },
  },
  "pve-qm-boot": {
    keys: {
      legacy: { type: "string", default_key: true, optional: true, pattern: "[acdn]{1,4}" },
      order: { type: "string", optional: true, format: "pve-qm-bootdev-list" },
    },
  },
  "pve-qm-cicustom": {
    keys: {
      meta: formatted("pve-volume-id"),
      network: formatted("pve-volume-id"),
      user: formatted("pve-volume-id"),
      vendor: formatted("pve-volume-id"),
    },
  },
  "pve-vm-cpu-conf": {
    keys: cpuKeys,
    refuse: (value) => {
      const { cputype } = value;
      if (cputype === undefined) return "CPU is missing cputype\n";
      if (cputype.startsWith("custom-")) return `Custom cputype '${cputype}' not found\n`;
      if (!Object.hasOwn(cpuModels, cputype))
        return `Built-in cputype '${cputype}' is not defined (missing 'custom-' prefix?)\n`;
      if (value.flags?.split(";").some((one) => !supportedFlags.has(one.slice(1)))) {
        return `VM-specific CPU flags must be a subset of: ${[...supportedFlags].join(", ")}\n`;
      }
      if (value["reported-model"] !== undefined)
        return "Property 'reported-model' not allowed in VM-specific CPU config.\n";
      return undefined;
    },
  },
  "pve-qm-hostpci": {
    keys: {
      host: {
        type: "string",
        optional: true,
        default_key: true,
        pattern:
          "(?:(?:[0-9a-f]{4,}:)?[0-9a-f]{2}:[0-9a-f]{2}(?:\\.[0-9a-f])?)(?:;(?:(?:[0-9a-f]{4,}:)?[0-9a-f]{2}:[0-9a-f]{2}(?:\\.[0-9a-f])?))*",
      },
      "device-id": hexId,
      driver: { type: "string", optional: true, enum: ["vfio", "keep"] },
      "legacy-igd": flag,
      mapping: formatted("pve-configid"),
      mdev: text("[^/\\.:]+"),
      pcie: flag,
      rombar: flag,
      romfile: text("[^,;]+"),
      "sub-device-id": hexId,
      "sub-vendor-id": hexId,
      "vendor-id": hexId,
      "x-vga": flag,
    },
  },
  "pve-qm-ipconfig": {
    keys: {
      ip: formatted("pve-ipv4-config"),
      gw: { type: "string", optional: true, format: "ipv4", requires: "ip" },
      ip6: formatted("pve-ipv6-config"),
      gw6: { type: "string", optional: true, format: "ipv6", requires: "ip6" },
    },
  },
  "pve-qm-rng": {
    keys: {
      source: { type: "string", default_key: true, enum: ["/dev/urandom", "/dev/random", "/dev/hwrng"] },
      max_bytes: integer(),
      period: integer(),
    },
  },
  "pve-qm-smbios1": {
    keys: {
      base64: flag,
      uuid: text("[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}"),
      family: base64,
      manufacturer: base64,
      product: base64,
      serial: base64,
      sku: base64,
      version: base64,
    },
  },
  "pve-qm-watchdog": {
    keys: {
      model: { type: "string", optional: true, default_key: true, enum: ["i6300esb", "ib700"] },
      action: { type: "string", optional: true, enum: ["reset", "shutdown", "poweroff", "pause", "debug", "none"] },
    },
  },
  "pve-qm-ide": { keys: { file: { type: "string", default_key: true, format: "pve-volume-id-or-qm-path" } } },
  "pve-sdn-dhcp-range": {
    keys: { "start-address": { type: "string", format: "ip" }, "end-address": { type: "string", format: "ip" } },
  },
};
