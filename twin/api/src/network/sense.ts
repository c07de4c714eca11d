import type { Config, Dict } from "@orrery/twin-world";
import { fail } from "../problem.ts";

const ports = (config: Config | undefined, key: string): string[] =>
  `${config?.[key] ?? ""}`.split(/[;,\s]+/).filter((one) => one !== "" && one !== "none");

const needMtu = (interfaces: Dict<Config>, parent: string, child: string): void => {
  const wanted = Number(interfaces[child]?.mtu ?? 0);
  if (wanted === 0) return;
  const above = interfaces[parent];
  const given = Number(above?.mtu ?? 0) || (above?.type === "bond" ? wanted : 1500);
  if (given < wanted) fail(`interface '${parent}' - mtu ${given} is lower than '${child}' - mtu ${wanted}`);
};

const needPortsOnce = (interfaces: Dict<Config>): void => {
  const used = new Map<string, string>();
  for (const [name, config] of Object.entries(interfaces)) {
    for (const port of ["bridge_ports", "ovs_ports", "slaves", "ovs_bonds"].flatMap((key) => ports(config, key))) {
      const other = used.get(port);
      if (other !== undefined && other !== name) fail(`port '${port}' is already used on interface '${other}'`);
      used.set(port, name);
    }
  }
};

const needBond = (interfaces: Dict<Config>, name: string, config: Config): void => {
  const slaves = ports(config, "slaves");
  for (const slave of slaves) {
    const other = interfaces[slave] ?? fail(`bond '${name}' - unable to find slave '${slave}'`);
    if (other.type !== "eth" && other.type !== "bond") {
      fail(`bond '${name}' - wrong interface type on slave '${slave}' ('${other.type}' != 'eth or bond')`);
    }
    needMtu(interfaces, name, slave);
  }
  const primary = config["bond-primary"];
  if (primary !== undefined && !slaves.includes(`${primary}`))
    fail(`bond '${name}' - bond-primary interface is not a slave`);
};

const needVlan = (interfaces: Dict<Config>, name: string, config: Config): void => {
  const dotted = /^(\S+)\.(\d+)$/.exec(name);
  const raw = config["vlan-raw-device"];
  if (dotted === null && raw === undefined) fail("missing vlan-raw-device option");
  const parent = dotted?.[1] ?? `${raw}`;
  const id = dotted?.[2] ?? /^vlan(\d+)$/.exec(name)?.[1] ?? config["vlan-id"];
  if (id === undefined) fail("missing vlan-id option");
  if (Number(id) > 4094) fail(`vlan '${name}' - vlan-id ${id} should be <= 4094`);
  const above = interfaces[parent] ?? fail(`vlan '${name}' - unable to find parent '${parent}'`);
  if (!["eth", "bridge", "bond", "vlan"].includes(`${above.type}`)) {
    fail(`vlan '${name}' - wrong interface type on parent '${parent}' ('${above.type}' != 'eth|bond|bridge|vlan' )`);
  }
  needMtu(interfaces, parent, name);
};

const needBridge = (interfaces: Dict<Config>, name: string, config: Config): void => {
  for (const port of ports(config, "bridge_ports")) {
    // A VLAN of a port that is not in the file comes with the bridge.
    if (interfaces[port] === undefined && /\.\d+$/.test(port)) continue;
    const other = interfaces[port] ?? fail(`bridge '${name}' - unable to find bridge port '${port}'`);
    if (other.method === "static" || other.method6 === "static") {
      fail(`iface ${port} - ip address can't be set on interface if bridged in ${name}`);
    }
    needMtu(interfaces, port, name);
  }
};

/** Refuses what cannot be written to /etc/network/interfaces. Mirrors __write_etc_network_interfaces in pve-common's INotify. */
export const needNetworkSense = (interfaces: Dict<Config>): void => {
  needPortsOnce(interfaces);
  const all = Object.entries(interfaces);
  for (const [name, config] of all) if (config.type === "bond") needBond(interfaces, name, config);
  for (const [name, config] of all) if (config.type === "vlan") needVlan(interfaces, name, config);
  for (const [name, config] of all) if (config.type === "bridge") needBridge(interfaces, name, config);
};
