import { type Config, copy, type Dict, dict, type Node } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { inFileOrder, interfacesFile, prefixOf, shownInterface } from "../network/interface.ts";
import { needNetworkSense } from "../network/sense.ts";
import { textDifference } from "../network/text-difference.ts";
import { fail, refuseParameters } from "../problem.ts";
import { startWorker } from "../start.ts";
import { nodeOfCall } from "./node-of-call.ts";
import { localVnets } from "./sdn-running.ts";
import { configOf } from "./values.ts";

const planned = (node: Node): Dict<Config> => node.pendingInterfaces ?? node.interfaces;

const isBridge = (type: unknown): boolean => type === "bridge" || type === "OVSBridge";

/** Whether the caller may see a bridge: on it, or on one of its VLANs. */
const seesBridge = (call: Call, bridge: string): boolean => {
  if (call.rights.isRoot) return true;
  const path = `/sdn/zones/localnetwork/${bridge}`;
  const below = call.world.access.acls.map((acl) => acl.path).filter((one) => one.startsWith(`${path}/`));
  return [path, ...below].some((one) => call.rights.hasAny(one, "SDN.Audit", "SDN.Use"));
};

const wanted = (filter: string | undefined, type: unknown): boolean => {
  if (filter === undefined || filter === "include_sdn") return true;
  return filter === type || (isBridge(type) && /^any(?:_local)?_bridge$/.test(filter));
};

const list = (call: Call): unknown => {
  const node = nodeOfCall(call);
  const interfaces = planned(node);
  call.changes = changesOf(node);
  const filter = call.text("type");
  const rows = inFileOrder(interfaces)
    .filter((name) => name !== "lo")
    .filter((name) => wanted(filter, interfaces[name]?.type))
    .filter((name) => !isBridge(interfaces[name]?.type) || seesBridge(call, name))
    .map((name) => ({ iface: name, ...shownInterface(interfaces, name, node.interfaces[name] !== undefined) }));
  const sdn = /^(?:any_bridge|include_sdn|vnet)$/.test(filter ?? "") ? localVnets(call) : [];
  return [...rows, ...sdn];
};

/** What applying would change, in the unified format; undefined when nothing. */
const changesOf = (node: Node): string | undefined => {
  if (node.pendingInterfaces === undefined) return undefined;
  const [before, after] = [interfacesFile(node.interfaces), interfacesFile(planned(node))];
  const difference = textDifference(before, after);
  if (difference === "") return undefined;
  return `--- /etc/network/interfaces\n+++ /etc/network/interfaces.new\n${difference}`;
};

const read = (call: Call): unknown => {
  const node = nodeOfCall(call);
  const name = call.need("iface");
  const interfaces = planned(node);
  if (interfaces[name] === undefined) refuseParameters({ iface: "interface does not exist" });
  return shownInterface(interfaces, name, node.interfaces[name] !== undefined);
};

const needOneGateway = (call: Call, interfaces: Dict<Config>, name: string): void => {
  for (const [key, what] of [
    ["gateway", "Default gateway"],
    ["gateway6", "Default ipv6 gateway"],
  ] as const) {
    if (!call.given(key)) continue;
    for (const [other, config] of Object.entries(interfaces)) {
      if (other !== name && config[key] !== undefined)
        refuseParameters({ [key]: `${what} already exists on interface '${other}'.` });
    }
  }
};

/** The parameters as the file would hold them: `cidr` split, methods by address. */
const givenConfig = (call: Call): Config => {
  const config = configOf(call, "node", "iface", "delete", "digest");
  for (const suffix of ["", "6"]) {
    const cidr = config[`cidr${suffix}`];
    if (cidr !== undefined) {
      for (const key of [`address${suffix}`, `netmask${suffix}`]) {
        if (config[key] !== undefined) refuseParameters({ [key]: `${key} conflicts with cidr${suffix}` });
      }
      const [address = "", mask = ""] = `${cidr}`.split("/");
      config[`address${suffix}`] = address;
      config[`netmask${suffix}`] = mask;
      delete config[`cidr${suffix}`];
    }
    const netmask = config[`netmask${suffix}`];
    if (netmask !== undefined) config[`netmask${suffix}`] = prefixOf(`${netmask}`);
  }
  config.method = config.address === undefined ? "manual" : "static";
  config.method6 = config.address6 === undefined ? "manual" : "static";
  return config;
};

const needOvs = (node: Node, type: string | number | undefined): void => {
  const there = node.packages["openvswitch-switch"];
  if (`${type}`.startsWith("OVS") && (there === undefined || there.installed === false))
    fail("Open VSwitch is not installed (need package 'openvswitch-switch')");
};

/** Writes the planned interfaces, or refuses what makes no sense. */
const write = (node: Node, interfaces: Dict<Config>): null => {
  needNetworkSense(interfaces);
  node.pendingInterfaces = interfaces;
  return null;
};

const create = (call: Call): unknown => {
  const node = nodeOfCall(call);
  const name = call.need("iface");
  const interfaces = copy(planned(node));
  if (interfaces[name] !== undefined) refuseParameters({ iface: "interface already exists" });
  needOneGateway(call, interfaces, name);
  const config = givenConfig(call);
  needOvs(node, config.type);
  interfaces[name] = config;
  return write(node, interfaces);
};

const update = (call: Call): unknown => {
  const node = nodeOfCall(call);
  const name = call.need("iface");
  const interfaces = copy(planned(node));
  const before = interfaces[name] ?? refuseParameters({ iface: "interface does not exist" });
  const config = dict(Object.entries(before));
  for (const key of call.list("delete")) {
    delete config[key];
    const suffix = key === "cidr" ? "" : key === "cidr6" ? "6" : undefined;
    if (suffix !== undefined) for (const one of ["address", "netmask"]) delete config[`${one}${suffix}`];
  }
  needOneGateway(call, interfaces, name);
  const given = givenConfig(call);
  needOvs(node, given.type);
  // A new address brings a new mask: what was reckoned from the old ones goes.
  for (const suffix of ["", "6"]) {
    if (given[`address${suffix}`] === undefined) continue;
    for (const key of ["netmask", "cidr"]) delete config[`${key}${suffix}`];
  }
  interfaces[name] = dict(Object.entries({ ...config, ...given }));
  return write(node, interfaces);
};

const remove = (call: Call): unknown => {
  const node = nodeOfCall(call);
  const name = call.need("iface");
  const interfaces = copy(planned(node));
  if (interfaces[name] === undefined) refuseParameters({ iface: "interface does not exist" });
  delete interfaces[name];
  // A physical interface stays in the file, without its settings, for it is there.
  if (node.interfaces[name]?.type === "eth")
    interfaces[name] = dict<string | number>([
      ["type", "eth"],
      ["method", "manual"],
      ["method6", "manual"],
    ]);
  return write(node, interfaces);
};

const revert = (call: Call): unknown => {
  delete nodeOfCall(call).pendingInterfaces;
  return null;
};

const apply = (call: Call): unknown =>
  startWorker(call, "srvreload", "networking", [
    { do: "wait", ms: 1500 },
    { do: "act", act: { kind: "node.apply-network", node: call.node } },
  ]);

export const nodeNetwork: Handlers = {
  "GET /nodes/{node}/network": list,
  "POST /nodes/{node}/network": create,
  "PUT /nodes/{node}/network": apply,
  "DELETE /nodes/{node}/network": revert,
  "GET /nodes/{node}/network/{iface}": read,
  "PUT /nodes/{node}/network/{iface}": update,
  "DELETE /nodes/{node}/network/{iface}": remove,
};
