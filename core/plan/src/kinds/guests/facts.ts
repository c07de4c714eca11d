import { type PveVersion, parsePropertyString, parsePveBoolean, parsePveSize } from "@orrery/contract";
import type { GuestKind } from "@orrery/state";
import type { Value } from "../../compare/value.ts";
import { defaultOf, familyOf, formatOf, isNet, isSlot, optionSchema } from "./formats.ts";

/**
 * What an option says, in canonical form: its main value under "", the keys of a property string under theirs. What has
 * its default is left out, as is what Proxmox draws or derives by itself.
 */
export type Facts = readonly (readonly [key: string, value: Value])[];

/** Keys of the file that say nothing of what a guest should be. */
const volatile =
  /^(?:digest|lock|meta|vmgenid|parent|snaptime|snapstate|vmstate|runningmachine|runningcpu|running-nets-host-mtu|template|delete|cipassword|bootdisk|cdrom|unused\d+|name|hostname|description|tags|lxc)$/;

/** Keys inside a property string that are drawn or derived. */
const derived: Readonly<Record<string, ReadonlySet<string>>> = {
  disk: new Set(["format", "size", "import-from", "volume", "file"]),
  smbios1: new Set(["uuid"]),
};

const listed = (text: string): string[] => text.split(/[\s,;]+/).filter((word) => word !== "");

/** A set of CPUs in one way: `0,1,2,5` is `0-2,5`. */
const cpuSet = (text: string): string => {
  const all = new Set<number>();
  for (const part of text.split(",")) {
    const [from = 0, to = from] = part.split("-").map(Number);
    for (let one = from; one <= to; one++) all.add(one);
  }
  const ranges: [number, number][] = [];
  for (const one of [...all].toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === one - 1) last[1] = one;
    else ranges.push([one, one]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Plain options that are more than a word or a number. */
const special: Readonly<Record<string, (text: string) => Value | undefined>> = {
  hotplug: (text) => {
    const words = text === "1" ? ["disk", "network", "usb"] : listed(text).toSorted();
    return words.join(",") === "disk,network,usb" ? undefined : words;
  },
  sshkeys: (text) =>
    decoded(text)
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .toSorted(),
  nameserver: (text) => listed(text),
  searchdomain: (text) => listed(text),
  affinity: cpuSet,
};

const canonical = (type: string | undefined, value: string | number): string => {
  if (type === "boolean") return String(parsePveBoolean(String(value)) ?? value);
  if (type !== "integer" && type !== "number") return String(value);
  return Number.isFinite(Number(value)) ? String(Number(value)) : String(value);
};

/** The storage of a volume id; undefined of a path of the node, of `none` and of `cdrom`. */
const storageIn = (volid: string): string | undefined =>
  volid.startsWith("/") || !volid.includes(":") ? undefined : volid.slice(0, volid.indexOf(":"));

/** What is in a slot: the storage of a disk, `STORAGE:cloudinit`, or the very file of what is none. */
const contentOf = (volid: string, isCdrom: boolean): string => {
  const storage = storageIn(volid);
  if (storage === undefined) return volid;
  if (/(?:^|[-:/])cloudinit(?:\.\w+)?$/.test(volid)) return `${storage}:cloudinit`;
  return isCdrom ? volid : storage;
};

/** Lists inside property strings, which have no order. */
const sortedLists: Readonly<Record<string, (one: string, other: string) => number>> = {
  flags: (one, other) => (one < other ? -1 : 1),
  trunks: (one, other) => Number(one) - Number(other),
};

type Parts = Readonly<Record<string, string | number>>;

const partFacts = (version: PveVersion, type: GuestKind, key: string, parts: Parts): Facts => {
  const format = formatOf(version, type, key) ?? {};
  const family = familyOf(key);
  const facts: [string, Value][] = [];
  const hidden = derived[isSlot(key) ? "disk" : key];
  const volid = isSlot(key) ? String(parts.file ?? parts.volume ?? "") : undefined;
  if (volid !== undefined) {
    const content = contentOf(volid, parts.media === "cdrom");
    facts.push(["", content]);
    const size = parts.size === undefined ? undefined : parsePveSize(String(parts.size));
    const isSized = parts.media !== "cdrom" && key !== "efidisk0" && key !== "tpmstate0" && content !== volid;
    if (isSized && size !== undefined) facts.push(["size", String(size)]);
  }
  for (const [name, value] of Object.entries(parts)) {
    const schema = format[name];
    if (hidden?.has(name) === true) continue;
    if (name === "media" && volid?.includes("cloudinit") === true) continue;
    const isMain =
      volid === undefined && (isNet(key) ? name === (type === "qemu" ? "model" : "name") : schema?.default_key === 1);
    const compareItems = sortedLists[name];
    let told = canonical(schema?.type, value);
    if (compareItems !== undefined) told = listed(told).toSorted(compareItems).join(";");
    if (name === "macaddr" || name === "hwaddr") told = told.toUpperCase();
    if (isNet(key) && name === "type" && told === "veth") continue;
    if (told !== defaultOf(schema, family, name)) facts.push([isMain ? "" : name, told]);
  }
  return facts;
};

const plainFacts = (version: PveVersion, type: GuestKind, key: string, text: string): Facts => {
  const read = special[key];
  if (read !== undefined) {
    const value = read(text);
    return value === undefined || value.length === 0 ? [] : [["", value]];
  }
  const schema = optionSchema(version, type, key);
  const told = canonical(schema?.type, text);
  return told === defaultOf(schema, familyOf(key), "") ? [] : [["", told]];
};

const read = (version: PveVersion, type: GuestKind, key: string, text: string): Facts => {
  const format = formatOf(version, type, key);
  if (format === undefined || key === "boot") return plainFacts(version, type, key, text);
  const parsed = parsePropertyString(format, text);
  // What Proxmox itself could not read is compared as it stands.
  return parsed.kind === "refused" ? [["", text]] : partFacts(version, type, key, parsed.properties);
};

const nothing: Facts = [];
const cache = new Map<string, Facts>();

/** The facts of one line of a configuration. Remembered by its text: most lines of a cluster are like others. */
export const factsOf = (version: PveVersion, type: GuestKind, key: string, value: string | number): Facts => {
  if (volatile.test(key)) return nothing;
  const name = `${version} ${type} ${familyOf(key)} ${value}`;
  const known = cache.get(name);
  if (known !== undefined) return known;
  if (cache.size > 50_000) cache.clear();
  const facts = read(version, type, key, String(value));
  cache.set(name, facts);
  return facts;
};

/** The facts of an option that the declaration gives as a text, a flag, a number, or key by key. */
export const statedFacts = (
  version: PveVersion,
  type: GuestKind,
  key: string,
  value: string | number | boolean | Readonly<Record<string, string | number | boolean>>,
): Facts => {
  if (typeof value !== "object")
    return read(version, type, key, typeof value === "boolean" ? (value ? "1" : "0") : String(value));
  const parts = Object.entries(value).map(
    ([name, one]) => [name, typeof one === "boolean" ? Number(one) : one] as const,
  );
  return partFacts(version, type, key, Object.fromEntries(parts));
};
