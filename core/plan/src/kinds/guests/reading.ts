import type { PveVersion } from "@orrery/contract";
import type { Config, GuestKind } from "@orrery/state";
import type { Mark } from "../../compare/mark.ts";
import type { Properties, Value } from "../../compare/value.ts";
import { factsOf } from "./facts.ts";
import { isCtDisk, isVmDisk } from "./formats.ts";

/** What a configuration says, in canonical form. */
export type Reading = {
  /** `memory`, `scsi0` (the storage of the disk), `scsi0.size` (bytes), `net0` (its model or name), `net0.bridge` … */
  readonly properties: Readonly<Record<string, Value>>;
  readonly marked: boolean;
};

const listed = (text: string): string[] => text.split(/[\s,;]+/).filter((word) => word !== "");

const busRank: Readonly<Record<string, number>> = { scsi: 0, virtio: 1, sata: 2, ide: 3 };

const slotRank = (slot: string): number =>
  (busRank[slot.replace(/\d+$/, "")] ?? 4) * 1000 + Number(/\d+$/.exec(slot)?.[0] ?? 0);

/** Slots in the order in which Proxmox looks for a disk to boot from. */
export const bySlot = (one: string, other: string): number => slotRank(one) - slotRank(other);

/** Keys of a configuration from the properties: `scsi0` of `scsi0.size`. */
export const keyOf = (property: string): string => {
  const dot = property.indexOf(".");
  return dot < 0 ? property : property.slice(0, dot);
};

/** What is in a slot: a disk with data, a CD drive, the drive of cloud-init, or something of the node; undefined of none. */
export const slotKind = (
  properties: Properties,
  slot: string,
): "disk" | "cdrom" | "cloudinit" | "device" | undefined => {
  const content = properties[slot];
  if (typeof content !== "string") return undefined;
  if (content.endsWith(":cloudinit")) return "cloudinit";
  if (properties[`${slot}.media`] === "cdrom" || content === "none" || content === "cdrom") return "cdrom";
  return content.startsWith("/") ? "device" : "disk";
};

/** The boot order of a VM that states none: first disk, first CD drive, first card. Mirrors get_default_bootdevices in qemu-server. */
export const usualBoot = (properties: Properties): string[] => {
  const drives = Object.keys(properties).filter(isVmDisk).toSorted(bySlot);
  const disk = drives.find((slot) => ["disk", "device"].includes(slotKind(properties, slot) ?? ""));
  const cdrom = drives.find((slot) => slotKind(properties, slot) === "cdrom");
  const cards = Object.keys(properties).filter((key) => /^net\d+$/.test(key));
  const card = cards.toSorted((one, other) => Number(one.slice(3)) - Number(other.slice(3)))[0];
  return [disk, cdrom, card].filter((key) => key !== undefined);
};

const bootOf = (text: string | undefined, properties: Properties): readonly string[] => {
  const order = /(?:^|,)order=([^,]*)/.exec(text ?? "")?.[1];
  if (order !== undefined) return listed(order);
  // The old way names kinds of devices; a blank says that there is none.
  return text === undefined || text.trim() !== "" ? usualBoot(properties) : [];
};

/** Reads a configuration. */
export const readConfig = (version: PveVersion, type: GuestKind, config: Config, { tag }: Mark): Reading => {
  const properties: Record<string, Value> = {};
  for (const key in config) {
    const value = config[key];
    if (value === undefined || key === "boot") continue;
    for (const [name, told] of factsOf(version, type, key, value))
      properties[name === "" ? key : `${key}.${name}`] = told;
  }
  const { name, hostname, description, memory, cores, tags, boot } = config;
  const mib = properties.memory ?? String(memory ?? 512);
  properties.memory = mib;
  if (properties.balloon === mib) delete properties.balloon;
  properties.cores = String(cores ?? (type === "qemu" ? 1 : "all"));
  if (type === "qemu") {
    if (name !== undefined) properties.name = String(name);
    properties.boot = bootOf(boot === undefined ? undefined : String(boot), properties);
  } else if (hostname !== undefined) properties.hostname = String(hostname);
  const notes = String(description ?? "").trimEnd();
  if (notes !== "") properties.description = notes;
  const words = listed(String(tags ?? "").toLowerCase());
  const own = [...new Set(words.filter((word) => word !== tag))].toSorted();
  if (own.length > 0) properties.tags = own;
  return { properties, marked: words.includes(tag) };
};

/** The slots with a disk on a storage: neither CD drives nor what is the node's. */
export const diskSlots = (properties: Properties): string[] =>
  Object.keys(properties).filter((key) => (isVmDisk(key) || isCtDisk(key)) && slotKind(properties, key) === "disk");
