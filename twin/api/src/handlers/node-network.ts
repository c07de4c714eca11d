import { type Config, copy, type Dict, dict } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail, refuseParameters } from "../problem.ts";
import { startWorker } from "../start.ts";
import { isCidrV4, netmaskBits } from "../validation/addresses.ts";
import { nodeOf } from "./node-system.ts";
import { configOf } from "./values.ts";

const bridgeTypes = new Set(["bridge", "OVSBridge"]);

const priorityOf = (type: unknown): number => (type === "bridge" || type === "OVSBridge" ? 4 : 3);

const shown = (iface: string, config: Config, live: boolean): Record<string, unknown> => ({
  iface,
  ...config,
  families: ["inet", ...(config.method6 !== undefined && config.method6 !== "manual" ? ["inet6"] : [])],
  priority: priorityOf(config.type),
  ...(live ? { active: 1 } : {}),
});

const mayUseBridge = (call: Call, bridge: string): boolean =>
  call.rights.hasAny(`/sdn/zones/localnetwork/${bridge}`, "SDN.Audit", "SDN.Use");

const vnetRows = (call: Call): Record<string, unknown>[] =>
  Object.values(call.world.sdn.running?.vnets ?? {})
    .filter((vnet) => call.rights.hasAny(`/sdn/zones/${vnet.options.zone}/${vnet.id}`, "SDN.Audit", "SDN.Use"))
    .map((vnet) => ({
      iface: vnet.id,
      type: "vnet",
      active: "1",
      vlanaware: 0,
      ipam: 0,
      comments: vnet.options.alias ?? null,
    }));

const list = (call: Call): unknown => {
  const node = nodeOf(call);
  const current = node.pendingInterfaces ?? node.interfaces;
  if (node.pendingInterfaces !== undefined) call.changes = changesText(node.interfaces, node.pendingInterfaces);
  const type = call.text("type");
  const sdn =
    type === "any_bridge" || type === "include_sdn" || type === "any_local_bridge"
      ? type === "any_local_bridge"
        ? []
        : vnetRows(call)
      : [];
  const rows = Object.entries(current)
    .filter(([name]) => name !== "lo")
    .filter(([name, config]) => !bridgeTypes.has(String(config.type)) || mayUseBridge(call, name))
    .filter(
      ([, config]) =>
        type === undefined ||
        type === "include_sdn" ||
        (type.startsWith("any_") ? bridgeTypes.has(String(config.type)) : config.type === type),
    )
    .map(([name, config]) => shown(name, config, node.interfaces[name] !== undefined));
  return [...rows, ...sdn];
};

/** What stands beside `data` while changes wait: a diff of the two files, one block an interface. */
const changesText = (before: Dict<Config>, after: Dict<Config>): string => {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  const lines = names.flatMap((name) => {
    const [old, fresh] = [before[name], after[name]];
    if (JSON.stringify(old) === JSON.stringify(fresh)) return [];
    const text = (config: Config | undefined, mark: string) =>
      config === undefined
        ? []
        : [`${mark}iface ${name}`, ...Object.entries(config).map(([key, value]) => `${mark}\t${key} ${value}`)];
    return [...text(old, "-"), ...text(fresh, "+")];
  });
  return `--- /etc/network/interfaces\n+++ /etc/network/interfaces.new\n@@ -1 +1 @@\n${lines.join("\n")}\n`;
};

const pendingOf = (call: Call): Dict<Config> => {
  const node = nodeOf(call);
  node.pendingInterfaces ??= copy(node.interfaces);
  return node.pendingInterfaces;
};

const withCidr = (config: Config): Config => {
  const { address, netmask, cidr } = config;
  if (cidr !== undefined && isCidrV4(String(cidr))) {
    const [host = "", bits = ""] = String(cidr).split("/");
    return Object.assign(dict<string | number>(), config, { address: host, netmask: bits });
  }
  const bits = netmask === undefined ? undefined : (netmaskBits(String(netmask)) ?? Number(netmask));
  if (address !== undefined && bits !== undefined)
    return Object.assign(dict<string | number>(), config, { cidr: `${address}/${bits}`, netmask: String(bits) });
  return config;
};

const given = (call: Call): Config => {
  const config = withCidr(configOf(call, "node", "iface", "delete", "digest"));
  config.method = config.address === undefined ? "manual" : "static";
  config.method6 = config.address6 === undefined ? "manual" : "static";
  return config;
};

const create = (call: Call): unknown => {
  const iface = call.need("iface");
  const pending = pendingOf(call);
  if (pending[iface] !== undefined) refuseParameters({ iface: "interface already exists" });
  pending[iface] = given(call);
  return null;
};

const existing = (call: Call): Config => {
  const node = nodeOf(call);
  const iface = call.need("iface");
  const config = (node.pendingInterfaces ?? node.interfaces)[iface];
  return config ?? refuseParameters({ iface: "interface does not exist" });
};

const read = (call: Call): unknown => {
  const config = existing(call);
  const { iface: _, active: __, ...rest } = shown(call.need("iface"), config, false);
  return rest;
};

const update = (call: Call): unknown => {
  const config = existing(call);
  const pending = pendingOf(call);
  const next: Config = given(call);
  for (const key of call.list("delete")) delete next[key];
  next.type ??= config.type ?? "eth";
  pending[call.need("iface")] = next;
  return null;
};

const remove = (call: Call): unknown => {
  existing(call);
  delete pendingOf(call)[call.need("iface")];
  return null;
};

const revert = (call: Call): unknown => {
  delete nodeOf(call).pendingInterfaces;
  return null;
};

const apply = (call: Call): unknown => {
  const node = nodeOf(call);
  if (node.pendingInterfaces !== undefined) node.interfaces = node.pendingInterfaces;
  delete node.pendingInterfaces;
  return startWorker(call, "srvreload", "networking", [{ do: "wait", ms: 2000 }]);
};

const interfaces = (call: Call): unknown => (call.world.nodes[call.node] === undefined ? fail("no such node") : []);

export const nodeNetwork: Handlers = {
  "GET /nodes/{node}/network": list,
  "POST /nodes/{node}/network": create,
  "PUT /nodes/{node}/network": apply,
  "DELETE /nodes/{node}/network": revert,
  "GET /nodes/{node}/network/{iface}": read,
  "PUT /nodes/{node}/network/{iface}": update,
  "DELETE /nodes/{node}/network/{iface}": remove,
  "GET /nodes/{node}/replication": interfaces,
};
