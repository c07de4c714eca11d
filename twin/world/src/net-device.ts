import type { GuestKind } from "./guest.ts";
import { drawHex, type Random } from "./random.ts";

const models = new Set([
  "e1000",
  "e1000-82540em",
  "e1000-82544gc",
  "e1000-82545em",
  "e1000e",
  "i82551",
  "i82557b",
  "i82559er",
  "ne2k_isa",
  "ne2k_pci",
  "pcnet",
  "rtl8139",
  "virtio",
  "vmxnet3",
]);

/** An address with the prefix of the cluster's options. */
export const drawMac = (random: Random, prefix: string): string => {
  const hex = drawHex(random, 12).toUpperCase();
  const given = prefix.toUpperCase().split(":");
  const rest = Array.from({ length: 6 - given.length }, (_, index) => hex.slice(index * 2, index * 2 + 2));
  return [...given, ...rest].join(":");
};

/** A network card as it is kept: with an address, its options sorted. */
export const netText = (kind: GuestKind, asked: string, mac: () => string): string => {
  const options = new Map<string, string>();
  let model = "";
  let address: string | undefined;
  for (const part of asked.split(",")) {
    const at = part.indexOf("=");
    const key = at < 0 ? part : part.slice(0, at);
    const value = at < 0 ? undefined : part.slice(at + 1);
    if (kind === "qemu" && models.has(key)) {
      model = key;
      address = value ?? address;
    } else if (kind === "qemu" && key === "model") model = value ?? "";
    else if (key === "macaddr" || key === "hwaddr") address = value;
    else if (value !== undefined) options.set(key, value);
  }
  const sorted = (keys: Iterable<string>) => [...keys].toSorted().map((key) => `${key}=${options.get(key)}`);
  if (kind === "qemu") return [`${model}=${(address ?? mac()).toUpperCase()}`, ...sorted(options.keys())].join(",");
  options.set("hwaddr", (address ?? mac()).toUpperCase());
  if (!options.has("type")) options.set("type", "veth");
  const name = options.get("name");
  options.delete("name");
  return [...(name === undefined ? [] : [`name=${name}`]), ...sorted(options.keys())].join(",");
};
