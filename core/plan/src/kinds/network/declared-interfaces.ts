import { inSubnet, isUnknown, known, type Lab, type Node, parseIpv4, parseSubnet } from "@orrery/model";
import type { Value } from "../../compare/value.ts";
import type { Declaring } from "../kind.ts";
import { interfaceOption, vlanRanges } from "./interface.ts";

/** An interface as the declaration has it. */
export type DeclaredInterface = {
  readonly type: string;
  readonly options: Readonly<Record<string, Value>>;
  /** Options that the declaration leaves open, and why. */
  readonly open: Readonly<Record<string, string>>;
  /** Its options are declared: what is left out has its default. */
  readonly whole: boolean;
};

export type DeclaredInterfaces = {
  readonly interfaces: Readonly<Record<string, DeclaredInterface>>;
  /** What the API would not take, each with its place below the node. */
  readonly wrong: readonly string[];
};

type Draft = { type: string; options: Record<string, Value>; open: Record<string, string>; whole: boolean };

const draft = (type: string, options: Record<string, Value> = {}): Draft => ({ type, options, open: {}, whole: false });

/** NICs, bonds and bridges, as the node's own chapter has them. */
const wired = (node: Node): Map<string, Draft> => {
  const made = new Map<string, Draft>();
  for (const name of Object.keys(node.nics)) made.set(name, draft("eth"));
  for (const [name, { mode, members }] of Object.entries(node.bonds))
    made.set(
      name,
      draft("bond", {
        slaves: members.toSorted(),
        ...(mode === "balance-rr" ? {} : { bond_mode: mode }),
      }),
    );
  for (const [name, { on, vlans }] of Object.entries(node.bridges)) {
    const bridge = draft("bridge", { bridge_ports: [on] });
    if (isUnknown(vlans)) {
      bridge.open.bridge_vlan_aware = vlans.why;
      bridge.open.bridge_vids = vlans.why;
    } else if (vlans.length > 0) {
      const ranges = vlanRanges(vlans.map((id) => [id, id] as const));
      bridge.options.bridge_vlan_aware = "1";
      if (ranges !== "2-4094") bridge.options.bridge_vids = ranges;
    }
    made.set(name, bridge);
  }
  return made;
};

/** The interface that carries the node's own address: the bridge on its management link, or that link. */
const holderOf = (node: Node): string | undefined => {
  const [link] = node.carries.management ?? Object.keys(node.nics);
  const bridge = Object.entries(node.bridges).find(([, { on }]) => on === link);
  return bridge?.[0] ?? link;
};

/** Prefix and gateway of the one declared VLAN that an address lies in. */
const surroundingsOf = (lab: Lab, address: string): { prefix: number; gateway: string | undefined } | undefined => {
  const value = parseIpv4(address);
  for (const { subnet: text, gateway } of Object.values(lab.network.vlans)) {
    const cidr = known(text);
    const subnet = cidr === undefined ? undefined : parseSubnet(cidr);
    if (value !== undefined && subnet !== undefined && inSubnet(subnet, value))
      return { prefix: subnet.prefix, gateway: known(gateway) };
  }
  return undefined;
};

const addAddress = (lab: Lab, node: Node, made: Map<string, Draft>): void => {
  const address = known(node.address);
  const name = holderOf(node);
  const holder = name === undefined ? undefined : made.get(name);
  const isSaid = [...made.values()].some(
    ({ options: { cidr } }) => typeof cidr === "string" && cidr.startsWith(`${address}/`),
  );
  if (holder === undefined || isSaid || holder.options.cidr !== undefined) return;
  const around = address === undefined ? undefined : surroundingsOf(lab, address);
  if (around === undefined) {
    holder.open.cidr = address === undefined ? "the node's address is not known" : "no declared VLAN has the address";
    holder.open.gateway = holder.open.cidr;
    return;
  }
  holder.options.cidr = `${address}/${around.prefix}`;
  if (around.gateway === undefined) holder.open.gateway ??= "the gateway of the VLAN is not known";
  else holder.options.gateway ??= around.gateway;
};

const addOptions = (declaring: Declaring, node: Node, made: Map<string, Draft>): string[] => {
  const wrong: string[] = [];
  for (const [name, options] of Object.entries(node.interfaces ?? {})) {
    const place = `interfaces.${name}`;
    const type =
      typeof options.type === "string" ? options.type : (made.get(name)?.type ?? (/\.\d+$/.test(name) ? "vlan" : ""));
    if (type === "") {
      wrong.push(`${place} has no type`);
      continue;
    }
    const one = made.get(name) ?? draft(type);
    one.type = type;
    one.whole = true;
    made.set(name, one);
    for (const [key, raw] of Object.entries(options)) {
      if (key === "type") continue;
      if (isUnknown(raw)) {
        one.open[key] = raw.why;
        continue;
      }
      const read = interfaceOption(declaring.contract, { name, type }, key, raw);
      if (read.refused !== undefined) {
        wrong.push(`${place}.${key} ${read.refused}`);
        continue;
      }
      delete one.open[key];
      if (read.value === undefined) delete one.options[key];
      else one.options[key] = read.value;
    }
  }
  return wrong;
};

/** The interfaces of a declared node. */
export const declaredInterfaces = (declaring: Declaring, node: Node): DeclaredInterfaces => {
  const made = wired(node);
  const wrong = addOptions(declaring, node, made);
  addAddress(declaring.inventory.lab, node, made);
  return { interfaces: Object.fromEntries(made), wrong };
};
