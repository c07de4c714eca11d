import type { PveVersion } from "@orrery/contract";
import { type ClusterState, type Row, valueIn } from "@orrery/state";
import { isMarked, type Mark, unmarked } from "../../compare/mark.ts";
import type { Properties, Value } from "../../compare/value.ts";
import { optionTables, readOption } from "../option.ts";

/** An interface of a node: its type, and its options in canonical form. */
export type Interface = {
  readonly type: string;
  readonly options: Properties;
  /** Its comment bears the mark of the declaration. */
  readonly marked: boolean;
};
export type Interfaces = Readonly<Record<string, Interface>>;

/** Said otherwise: the path, the type, and an address with its mask apart. */
const notOptions = ["node", "iface", "type", "address", "netmask", "address6", "netmask6"];

const lists = ["bridge_ports", "slaves", "ovs_ports", "ovs_bonds"];

/** The options that the API takes of an interface. */
export const interfaceOptions = optionTables(["POST", "/nodes/{node}/network"], {
  without: notOptions,
  hints: Object.fromEntries(lists.map((key) => [key, { as: "words" as const }])),
});

type Read = ReturnType<typeof readOption>;

/** VLANs as ranges, the lowest first, none twice: `2-4 20`. */
export const vlanRanges = (vlans: readonly (readonly [first: number, last: number])[]): string => {
  const merged: [number, number][] = [];
  for (const [first, last] of vlans.toSorted(([a], [b]) => a - b)) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(" ");
};

const everyVlan = "2-4094";

const vids = (raw: unknown): Read => {
  const parts = (Array.isArray(raw) ? raw.map(String) : String(raw).split(/[,;\s]+/)).filter(Boolean);
  const ranges = parts.map((part) => part.split("-").map(Number));
  if (ranges.some((range) => range.length > 2 || range.some((id) => !Number.isInteger(id) || id < 1 || id > 4094)))
    return { refused: `is no list of VLANs: ${parts.join(" ")}` };
  const text = vlanRanges(ranges.map(([first = 0, last = first]) => [first, last] as const));
  return text === "" || text === everyVlan ? {} : { value: text };
};

/** What an interface's name and type say without a word. */
const usualOf = (name: string, type: string, key: string): string | undefined => {
  if (type === "bond" && key === "bond_mode") return "balance-rr";
  if (type !== "vlan") return undefined;
  const [, device, tag] = /^(\S+)\.(\d+)$/.exec(name) ?? [];
  if (key === "vlan-raw-device") return device;
  return key === "vlan-id" ? (tag ?? /^vlan(\d+)$/.exec(name)?.[1]) : undefined;
};

/** One option of an interface in canonical form. */
export const interfaceOption = (
  contract: PveVersion,
  of: { readonly name: string; readonly type: string },
  key: string,
  raw: unknown,
): Read => {
  if (key === "bridge_vids") return vids(raw);
  const read = readOption(interfaceOptions(contract), key, raw);
  if (typeof read.value !== "string") return read;
  const value = key.startsWith("comments") ? read.value.trim() : read.value;
  return value === "" || value === usualOf(of.name, of.type, key) ? {} : { value };
};

const interfaceOf = (contract: PveVersion, mark: Mark, name: string, row: Row): Interface => {
  const type = typeof row.type === "string" ? row.type : "unknown";
  const options: Record<string, Value> = {};
  for (const [key, raw] of Object.entries(row)) {
    if (!Object.hasOwn(interfaceOptions(contract), key) || raw === null) continue;
    const shown = key === "comments" && typeof raw === "string" ? unmarked(mark, raw) : raw;
    const read = interfaceOption(contract, { name, type }, key, shown);
    if (read.value !== undefined) options[key] = read.value;
  }
  const marked = typeof row.comments === "string" && isMarked(mark, row.comments);
  return { type, options, marked };
};

/** The interfaces of a node as they will be once what is staged is applied; undefined where they could not be read. */
export const interfacesSeen = (state: ClusterState, mark: Mark, node: string): Interfaces | undefined => {
  const rows = valueIn(state.nodes[node]?.network)?.interfaces;
  if (rows === undefined) return undefined;
  return Object.fromEntries(
    rows.flatMap((row) => {
      const { iface } = row;
      return typeof iface === "string" && iface !== "lo"
        ? [[iface, interfaceOf(state.contract, mark, iface, row)] as const]
        : [];
    }),
  );
};

/** Interfaces as properties of their node: `vmbr0` is the type, `vmbr0 cidr` an option. */
export const asProperties = (interfaces: Readonly<Record<string, Pick<Interface, "type" | "options">>>): Properties =>
  Object.fromEntries(
    Object.entries(interfaces).flatMap(([name, { type, options }]) => [
      [name, type] as const,
      ...Object.entries(options).map(([key, value]) => [`${name} ${key}`, value] as const),
    ]),
  );
