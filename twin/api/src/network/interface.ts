import { type Config, type Dict, dict } from "@orrery/twin-world";

/** What the file holds of an interface in every case. */
const fixed = new Set(["type", "method", "method6", "address", "address6", "netmask", "netmask6", "cidr", "cidr6"]);
const flags = new Set(["autostart", "bridge_vlan_aware", "active", "exists"]);

const asCidr = (address: string, mask: string | undefined, whole: number): string => {
  if (address.includes("/")) return address;
  return `${address}/${mask ?? whole}`;
};

/** `255.255.255.0` or `24` as a prefix length. */
export const prefixOf = (mask: string): string => {
  if (/^\d+$/.test(mask)) return mask;
  const bits = mask.split(".").map((part) => Number(part).toString(2).replaceAll("0", "").length);
  return String(bits.reduce((sum, count) => sum + count, 0));
};

const familiesOf = (config: Config): string[] => {
  const families = [
    ...(config.address === undefined && config.cidr === undefined ? [] : ["inet"]),
    ...(config.address6 === undefined && config.cidr6 === undefined ? [] : ["inet6"]),
  ];
  return families.length === 0 ? ["inet"] : families;
};

const listKeys = new Set(["bridge_ports", "slaves", "ovs_ports", "ovs_bonds"]);

/** What a stored interface reads like once the file was written and read again: lists sorted, everything else text. */
const settled = (config: Config): Config => {
  const made: Config = dict();
  for (const [key, value] of Object.entries(config)) {
    if (listKeys.has(key))
      made[key] = `${value}`
        .split(/[;,\s]+/)
        .filter((one) => one !== "" && one !== "none")
        .toSorted()
        .join(" ");
    else if (flags.has(key)) made[key] = Number(value);
    else made[key] = `${value}`;
  }
  for (const suffix of ["", "6"]) {
    const address = made[`address${suffix}`];
    if (address === undefined) continue;
    const mask = made[`netmask${suffix}`];
    const cidr = asCidr(`${address}`, mask === undefined ? undefined : prefixOf(`${mask}`), suffix === "" ? 32 : 128);
    made[`cidr${suffix}`] = cidr;
    made[`netmask${suffix}`] = cidr.split("/")[1] ?? "";
  }
  if (made.type === "bridge") {
    made.bridge_ports ??= "";
    made.bridge_stp ??= "off";
    made.bridge_fd ??= "0";
    if (made.bridge_vlan_aware === 1) made.bridge_vids ??= "2-4094";
    else delete made.bridge_vlan_aware;
  }
  if (made.type === "bond") {
    made.slaves ??= "";
    made.bond_miimon ??= "100";
    made.bond_mode ??= "balance-rr";
  }
  if (made.autostart === 0) delete made.autostart;
  if (made.comments !== undefined && !`${made.comments}`.endsWith("\n")) made.comments = `${made.comments}\n`;
  return made;
};

const vlanKeys = (name: string, config: Config): Record<string, string> => {
  if (config.type !== "vlan") return {};
  const dotted = /^(\S+)\.(\d+)$/.exec(name);
  if (dotted !== null) return { "vlan-raw-device": dotted[1] ?? "", "vlan-id": dotted[2] ?? "" };
  const numbered = /^vlan(\d+)$/.exec(name)?.[1];
  return numbered === undefined ? {} : { "vlan-id": numbered };
};

/** Interfaces of a kind stand together in the file, and in the order in which they were made. */
const kindOrder: Readonly<Record<string, number>> = {
  loopback: 1,
  eth: 2,
  OVSPort: 2,
  OVSIntPort: 3,
  OVSBond: 4,
  bond: 4,
  bridge: 5,
  OVSBridge: 5,
  vlan: 6,
  vxlan: 6,
};

export const inFileOrder = (interfaces: Dict<Config>): string[] =>
  Object.keys(interfaces)
    .map((name, index) => ({ name, rank: (kindOrder[`${interfaces[name]?.type}`] ?? 7) * 1000 + index }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ name }) => name);

/** An interface as the API shows it; `priority` is its place in the file. */
export const shownInterface = (interfaces: Dict<Config>, name: string, active: boolean): Record<string, unknown> => {
  const config = settled(interfaces[name] ?? dict());
  return {
    method: "manual",
    method6: "manual",
    ...config,
    ...vlanKeys(name, config),
    families: familiesOf(config),
    priority: inFileOrder(interfaces).indexOf(name) + 2,
    ...(active ? { active: 1 } : {}),
  };
};

/** Keys in the order in which the product writes an interface's stanza. */
const stanzaKeys = (config: Config): [string, unknown][] => {
  const { type } = config;
  const text = (key: string, otherwise: string) => `${config[key] ?? otherwise}` || otherwise;
  if (type === "bridge") {
    const aware = config.bridge_vlan_aware === 1;
    return [
      ["bridge-ports", text("bridge_ports", "none")],
      ["bridge-stp", text("bridge_stp", "off")],
      ["bridge-fd", text("bridge_fd", "0")],
      ...(aware
        ? ([
            ["bridge-vlan-aware", "yes"],
            ["bridge-vids", text("bridge_vids", "2-4094")],
          ] as [string, string][])
        : []),
      ...(config.mtu === undefined ? [] : ([["mtu", config.mtu]] as [string, unknown][])),
    ];
  }
  if (type === "bond") {
    const hash =
      config.bond_mode === "balance-xor" || config.bond_mode === "802.3ad" ? config.bond_xmit_hash_policy : undefined;
    const primary = config.bond_mode === "active-backup" ? config["bond-primary"] : undefined;
    return [
      ["bond-slaves", text("slaves", "none")],
      ["bond-miimon", text("bond_miimon", "100")],
      ["bond-mode", text("bond_mode", "balance-rr")],
      ...(hash === undefined ? [] : ([["bond-xmit-hash-policy", hash]] as [string, unknown][])),
      ...(primary === undefined ? [] : ([["bond-primary", primary]] as [string, unknown][])),
      ...(config.mtu === undefined ? [] : ([["mtu", config.mtu]] as [string, unknown][])),
    ];
  }
  const done = new Set([...fixed, ...flags, "gateway", "gateway6", "comments", "comments6"]);
  return Object.keys(config)
    .toSorted()
    .filter((key) => !done.has(key) && `${config[key]}` !== "")
    .map((key) => [key, config[key]]);
};

const stanza = (name: string, raw: Config): string => {
  const config = settled(raw);
  const lines: string[] = config.autostart === 1 ? [`auto ${name}`] : [];
  for (const [index, family] of familiesOf(config).entries()) {
    const suffix = family === "inet6" ? "6" : "";
    lines.push(`iface ${name} ${family} ${config[`method${suffix}`] ?? "manual"}`);
    const cidr = config[`cidr${suffix}`];
    if (cidr !== undefined) lines.push(`\taddress ${cidr}`);
    const gateway = config[`gateway${suffix}`];
    if (gateway !== undefined) lines.push(`\tgateway ${gateway}`);
    if (index === 0) for (const [key, value] of stanzaKeys(config)) lines.push(`\t${key} ${String(value)}`);
    for (const line of `${config[`comments${suffix}`] ?? ""}`.split("\n")) if (line !== "") lines.push(`#${line}`);
    lines.push("");
  }
  return lines.join("\n");
};

/** /etc/network/interfaces, as the product writes it. */
export const interfacesFile = (interfaces: Dict<Config>): string => {
  const head =
    "# network interface settings; autogenerated\n# Please do NOT modify this file directly, unless you know what\n# you're doing.\n\n";
  const body = inFileOrder(interfaces).map((name) => `${stanza(name, interfaces[name] ?? dict())}\n`);
  return `${head}${body.join("")}source /etc/network/interfaces.d/*\n`;
};
