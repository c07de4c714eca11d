import { isUnknown, type Node, type ProxmoxOptions } from "@orrery/model";
import { type Config, type Dict, dict } from "@orrery/twin-world";
import { optionText } from "./option-text.ts";

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

/** The options of an interface as the file has them. */
const written = (options: ProxmoxOptions): Config => {
  const made = dict<string | number>();
  for (const [key, option] of Object.entries(options)) {
    const text = optionText(option, " ");
    if (text === undefined || text === 0) continue;
    made[key] = text;
    const suffix = key === "cidr" ? "" : key === "cidr6" ? "6" : undefined;
    if (suffix === undefined) continue;
    const [address = "", mask = ""] = `${text}`.split("/");
    Object.assign(made, { [`address${suffix}`]: address, [`netmask${suffix}`]: mask, [`method${suffix}`]: "static" });
  }
  return made;
};

/** /etc/network/interfaces of a declared node. */
export const interfacesOf = (node: Node, address: string, prefix: number, gateway: string): Dict<Config> => {
  const said = node.interfaces ?? {};
  const isSaid = Object.values(said).some(({ cidr }) => typeof cidr === "string" && cidr.startsWith(`${address}/`));
  const holder = isSaid ? undefined : addressed(node);
  const made = dict<Config>([["lo", entry(["type", "loopback"], ["method", "loopback"], ["autostart", 1])]]);
  const put = (name: string, type: string, ...pairs: readonly (readonly [string, string | number])[]): void => {
    const own: readonly (readonly [string, string | number])[] =
      name === holder && said[name]?.cidr === undefined
        ? [
            ["method", "static"],
            ["address", address],
            ["netmask", `${prefix}`],
            ["cidr", `${address}/${prefix}`],
            ["gateway", gateway],
          ]
        : [["method", "manual"]];
    // One whose options are declared comes up with its node where they say so.
    const starts = type === "eth" || said[name] !== undefined ? [] : [["autostart", 1] as const];
    made[name] = dict(
      Object.entries({ ...entry(["type", type], ...pairs, ...starts, ...own), ...written(said[name] ?? {}) }),
    );
  };
  for (const name of Object.keys(node.nics)) put(name, "eth", ["exists", 1]);
  for (const [name, { mode, members }] of Object.entries(node.bonds))
    put(name, "bond", ["bond_mode", mode], ["slaves", members.join(" ")], ["bond_miimon", "100"]);
  for (const [name, { on, vlans }] of Object.entries(node.bridges)) {
    const listed = isUnknown(vlans) ? "2-4094" : vlans.join(" ");
    const aware: readonly (readonly [string, string | number])[] =
      listed === ""
        ? []
        : [
            ["bridge_vlan_aware", 1],
            ["bridge_vids", listed],
          ];
    put(name, "bridge", ["bridge_ports", on], ["bridge_stp", "off"], ["bridge_fd", "0"], ...aware);
  }
  for (const [name, { type }] of Object.entries(said))
    if (made[name] === undefined) put(name, typeof type === "string" ? type : "vlan");
  return made;
};
