import { type Config, drawHex, type Section } from "@orrery/twin-world";
import type { Call } from "../call.ts";
import { fail, refuseParameters } from "../problem.ts";
import type { OptionTable } from "../section-options.ts";

const shared = ["nodes", "mtu", "dns", "reversedns", "dnszone", "ipam"];

/** Options of each type of zone. Mirrors the plug-ins of pve-network. */
export const zoneOptions: Readonly<Record<string, OptionTable>> = {
  simple: { required: [], optional: [...shared, "dhcp"] },
  vlan: { required: ["bridge"], optional: [...shared, "bridge-disable-mac-learning"] },
  qinq: { required: ["tag", "bridge"], optional: [...shared, "bridge-disable-mac-learning", "vlan-protocol"] },
  vxlan: { required: [], optional: [...shared, "peers", "vxlan-port", "fabric"] },
  evpn: {
    required: ["vrf-vxlan", "controller"],
    optional: [
      ...shared,
      "exitnodes",
      "exitnodes-local-routing",
      "exitnodes-primary",
      "advertise-subnets",
      "disable-arp-nd-suppression",
      "bridge-disable-mac-learning",
      "rt-import",
      "secondary-controllers",
      "vxlan-port",
      "mac",
    ],
  },
  faucet: { required: ["dp-id", "controller"], optional: ["nodes"] },
};

const macOf = (call: Call): string => {
  const prefix = String(call.world.cluster.options.mac_prefix ?? "BC:24:11");
  return `${prefix}${drawHex(call.world.random, 6).toUpperCase().replaceAll(/(..)/g, ":$1")}`;
};

/** What must hold of a zone beside its options. */
export const needZoneSense = (call: Call, id: string, type: string, options: Config): void => {
  const { zones, controllers } = call.world.sdn;
  if (type === "vxlan" && (options.peers === undefined) === (options.fabric === undefined)) {
    const why = "must have exactly one of peers / fabric defined";
    refuseParameters({ peers: why, fabric: why });
  }
  if (type !== "evpn") return;
  const name = String(options.controller);
  const controller = controllers[name] ?? fail(`controller ${name} don't exist`);
  if (controller.type !== "evpn") fail(`${name} is not a evpn controller type`);
  const vni = String(options["vrf-vxlan"]);
  const other = Object.values(zones).find((zone) => zone.id !== id && String(zone.options["vrf-vxlan"]) === vni);
  if (other !== undefined) fail(`vrf-vxlan ${vni} is already declared in ${other.id}`);
  options.mac ??= macOf(call);
};

/** What must hold of a vnet in a zone of this type. */
export const needVnetSense = (call: Call, id: string, zone: Section, options: Config): void => {
  const { tag } = options;
  const { vnets, zones } = call.world.sdn;
  const others = Object.values(vnets).filter(
    (vnet) => vnet.id !== id && vnet.options.tag !== undefined && String(vnet.options.tag) === String(tag),
  );
  switch (zone.type) {
    case "simple":
      if (tag !== undefined) refuseParameters({ tag: "vlan tag is not allowed on simple zone" });
      return;
    case "vlan":
    case "qinq": {
      if (tag === undefined) refuseParameters({ tag: "missing vlan tag" });
      if (Number(tag) > 4096) refuseParameters({ tag: "vlan tag max value is 4096" });
      const twin = others.find((vnet) => vnet.options.zone === zone.id);
      if (twin !== undefined) refuseParameters({ tag: `tag ${tag} already exist in vnet ${twin.id}` });
      return;
    }
    case "vxlan":
    case "evpn": {
      if (tag === undefined) refuseParameters({ tag: "missing vxlan tag" });
      if (zone.type === "evpn" && options.vlanaware)
        refuseParameters({ "vlan-aware": "vlan-aware option can't be enabled with evpn" });
      const twin = others.find((vnet) => /^(?:vxlan|evpn)$/.test(zones[String(vnet.options.zone)]?.type ?? ""));
      if (twin !== undefined)
        refuseParameters({ tag: `vxlan tag ${tag} already exist in vnet ${twin.id} in zone ${twin.options.zone} ` });
      return;
    }
    default:
      return;
  }
};
