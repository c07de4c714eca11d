import { isUnknown, type Node } from "@orrery/model";
import { type Config, type Dict, dict } from "@orrery/twin-world";

const entry = (...pairs: readonly (readonly [string, string | number])[]): Config =>
  dict<string | number>([...pairs, ["method6", "manual"]]);

/** The interface that carries the node's own address: the bridge on its management link, or that link. */
const addressed = (node: Node): string => {
  const [link] = node.carries.management ?? Object.keys(node.nics);
  const bridge = Object.entries(node.bridges).find(([, { on }]) => on === link);
  return bridge?.[0] ?? link ?? "";
};

/** As the installer leaves them: every NIC, and `vmbr0` with the node's address on the one for management. */
export const installedInterfaces = (node: Node, address: string, prefix: number, gateway: string): Dict<Config> => {
  const [link] = node.carries.management ?? [];
  const bond = link === undefined ? undefined : node.bonds[link];
  const nic = bond?.members[0] ?? (link !== undefined && link in node.nics ? link : Object.keys(node.nics)[0]);
  return dict<Config>([
    ["lo", entry(["type", "loopback"], ["method", "loopback"], ["autostart", 1])],
    ...Object.keys(node.nics).map(
      (name) => [name, entry(["type", "eth"], ["exists", 1], ["method", "manual"])] as const,
    ),
    [
      "vmbr0",
      entry(
        ["type", "bridge"],
        ["bridge_ports", nic ?? ""],
        ["bridge_stp", "off"],
        ["bridge_fd", "0"],
        ["autostart", 1],
        ["method", "static"],
        ["address", address],
        ["netmask", `${prefix}`],
        ["cidr", `${address}/${prefix}`],
        ["gateway", gateway],
      ),
    ],
  ]);
};

/** /etc/network/interfaces of a declared node. */
export const interfacesOf = (node: Node, address: string, prefix: number, gateway: string): Dict<Config> => {
  const holder = addressed(node);
  const made = dict<Config>([["lo", entry(["type", "loopback"], ["method", "loopback"], ["autostart", 1])]]);
  const put = (name: string, ...pairs: readonly (readonly [string, string | number])[]): void => {
    const own: readonly (readonly [string, string | number])[] =
      name === holder
        ? [
            ["method", "static"],
            ["address", address],
            ["netmask", `${prefix}`],
            ["cidr", `${address}/${prefix}`],
            ["gateway", gateway],
          ]
        : [["method", "manual"]];
    made[name] = entry(...pairs, ...own);
  };
  for (const name of Object.keys(node.nics)) put(name, ["type", "eth"], ["exists", 1]);
  for (const [name, { mode, members }] of Object.entries(node.bonds)) {
    put(
      name,
      ["type", "bond"],
      ["bond_mode", mode],
      ["slaves", members.join(" ")],
      ["bond_miimon", "100"],
      ["autostart", 1],
    );
  }
  for (const [name, { on, vlans }] of Object.entries(node.bridges)) {
    put(
      name,
      ["type", "bridge"],
      ["bridge_ports", on],
      ["bridge_stp", "off"],
      ["bridge_fd", "0"],
      ["bridge_vlan_aware", 1],
      ["bridge_vids", isUnknown(vlans) ? "2-4094" : vlans.join(" ")],
      ["autostart", 1],
    );
  }
  return made;
};
