import type { PveVersion } from "@orrery/contract";
import { isUnknown, type LabInput, type ProxmoxOption } from "@orrery/model";
import { type ClusterState, valueIn } from "@orrery/state";
import type { LabFragment } from "../../adopt/fragment.ts";
import { wiringOf } from "../../adopt/nodes.ts";
import type { Mark } from "../../compare/mark.ts";
import type { Properties } from "../../compare/value.ts";
import { naturalOptions } from "../natural-option.ts";
import { adoptSdn } from "./adopt-sdn.ts";
import { hostEntries } from "./hosts-file.ts";
import { type Interface, interfaceOptions, interfacesSeen } from "./interface.ts";

type Node = LabInput["cluster"]["nodes"][string];
type Wiring = ReturnType<typeof wiringOf>;
type Settings = Pick<Node, "interfaces" | "dns" | "timezone" | "hosts">;

/** What the node's bonds and bridges say of an interface already. */
const saidElsewhere = (name: string, { type, options }: Interface, wiring: Wiring): readonly string[] => {
  const bridge = wiring.bridges?.[name];
  if (type === "eth") return ["type"];
  if (type === "bond" && wiring.bonds?.[name] !== undefined) return ["type", "slaves", "bond_mode"];
  if (type === "vlan" && /\.\d+$/.test(name)) return ["type"];
  if (type !== "bridge" || bridge === undefined) return [];
  const ports = Array.isArray(options.bridge_ports) ? options.bridge_ports : [];
  return [
    "type",
    ...(ports.length === 1 ? ["bridge_ports"] : []),
    ...(isUnknown(bridge.vlans) ? [] : ["bridge_vlan_aware", "bridge_vids"]),
  ];
};

const interfaceOf = (
  name: string,
  seen: Interface,
  wiring: Wiring,
  contract: PveVersion,
): readonly [string, Record<string, ProxmoxOption>] => {
  const said = saidElsewhere(name, seen, wiring);
  const all: Properties = { type: seen.type, ...seen.options };
  const told = Object.fromEntries(Object.entries(all).filter(([key]) => !said.includes(key)));
  return [name, { ...told, ...naturalOptions(interfaceOptions(contract), told) }];
};

const dnsOf = (row: Readonly<Record<string, unknown>> | undefined): Pick<Settings, "dns"> => {
  const servers = ["dns1", "dns2", "dns3"].flatMap((key) => {
    const value = row?.[key];
    return typeof value === "string" && value !== "" ? [value] : [];
  });
  const search = row?.search;
  return typeof search === "string" && search !== "" && servers.length > 0 ? { dns: { search, servers } } : {};
};

const settingsOf = (state: ClusterState, mark: Mark, name: string): Settings => {
  const node = state.nodes[name];
  const wiring = wiringOf(valueIn(node?.network)?.interfaces ?? []);
  const interfaces = Object.entries(interfacesSeen(state, mark, name) ?? {}).map(([one, seen]) =>
    interfaceOf(one, seen, wiring, state.contract),
  );
  const told = interfaces.filter(([, options]) => Object.keys(options).length > 0);
  const text = valueIn(node?.hosts);
  const hosts = text === undefined ? [] : hostEntries(text, name);
  const time = valueIn(node?.time);
  return {
    ...(told.length === 0 ? {} : { interfaces: Object.fromEntries(told) }),
    ...dnsOf(valueIn(node?.dns)),
    ...(time === undefined ? {} : { timezone: time.timezone }),
    ...(hosts.length === 0
      ? {}
      : { hosts: Object.fromEntries(hosts.map(({ address, names }) => [address, [...names]])) }),
  };
};

/** What each node is told of its interfaces, names and time. Those that told nothing of their hardware are left out. */
export const adoptNetwork = (state: ClusterState, mark: Mark): LabFragment => {
  const nodes = Object.values(state.nodes).filter(({ status }) => valueIn(status) !== undefined);
  const sdn = adoptSdn(state);
  return {
    ...(sdn.sdn === undefined ? {} : { network: sdn }),
    cluster: { nodes: Object.fromEntries(nodes.map(({ name }) => [name, settingsOf(state, mark, name)])) },
  };
};
