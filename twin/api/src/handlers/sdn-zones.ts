import type { Config, Section } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail, refuseParameters } from "../problem.ts";
import { needVnetSense, needZoneSense, zoneOptions } from "../sdn/zone-types.ts";
import { sdnHandlers } from "./sdn-objects.ts";

const none = { required: [], optional: [] };

const needServices = (call: Call, options: Config): void => {
  const { dns, ipams } = call.world.sdn;
  const missing = (key: "dns" | "reversedns"): void => {
    const name = options[key];
    if (name !== undefined && dns[String(name)] === undefined) refuseParameters({ [key]: `${name} don't exist` });
  };
  missing("dns");
  missing("reversedns");
  if (options.dnszone !== undefined && options.dns === undefined) refuseParameters({ dnszone: "missing dns server" });
  const ipam = options.ipam === undefined ? undefined : String(options.ipam);
  if (ipam !== undefined && ipam !== "pve" && ipams[ipam] === undefined)
    refuseParameters({ ipam: `${ipam} not existing` });
};

const needSameIpam = (call: Call, id: string, options: Config, before: Section | undefined): void => {
  if (before === undefined || `${before.options.ipam ?? ""}` === `${options.ipam ?? ""}`) return;
  const { subnets, vnets } = call.world.sdn;
  const own = Object.values(subnets).some((subnet) => vnets[String(subnet.options.vnet)]?.options.zone === id);
  if (own) refuseParameters({ ipam: "can't change ipam if a subnet is already defined in this zone" });
};

const zones = sdnHandlers({
  kind: "zones",
  key: "zone",
  path: "/cluster/sdn/zones",
  checksFirst: true,
  options: (type) => zoneOptions[type] ?? none,
  sees: (call, zone) => call.rights.hasAny(`/sdn/zones/${zone.id}`, "SDN.Audit", "SDN.Allocate"),
  needSense: (call, id, type, options, before) => {
    needSameIpam(call, id, options, before);
    needServices(call, options);
    needZoneSense(call, id, type, options);
  },
  needUnused: (call, id) => {
    const vnet = Object.values(call.world.sdn.vnets).find((one) => one.options.zone === id);
    if (vnet !== undefined)
      fail(`zone ${id} is used by vnet ${vnet.id} at /usr/share/perl5/PVE/Network/SDN/Zones/Plugin.pm line 149.`);
  },
});

const hasSubnets = (call: Call, id: string): boolean =>
  Object.values(call.world.sdn.subnets).some((subnet) => subnet.options.vnet === id);

/** Where the product asks for the type of a zone that is not there. */
const lookupFailed = "cannot lookup undefined type! at /usr/share/perl5/PVE/API2/Network/SDN/Vnets.pm line 326.";

const vnets = sdnHandlers({
  kind: "vnets",
  key: "vnet",
  path: "/cluster/sdn/vnets",
  checksFirst: false,
  options: () => ({ required: ["zone"], optional: ["tag", "alias", "vlanaware", "isolate-ports"] }),
  sees: (call, vnet) => call.rights.hasAny(`/sdn/zones/${vnet.options.zone}/${vnet.id}`, "SDN.Audit", "SDN.Allocate"),
  needChange: (call, vnet) => call.rights.needAny(`/sdn/zones/${vnet.options.zone}/${vnet.id}`, "SDN.Allocate"),
  needSense: (call, id, _type, options, before) => {
    if (before !== undefined && hasSubnets(call, id) && before.options.zone !== options.zone) {
      refuseParameters({ zone: "can't change zone if subnets exist" });
    }
    const zone = call.world.sdn.zones[String(options.zone)] ?? fail(lookupFailed);
    needVnetSense(call, id, zone, options);
    if (options.vlanaware && hasSubnets(call, id))
      refuseParameters({ vlanaware: "vlanaware vnet is not compatible with subnets" });
  },
  needUnused: (call, id) => {
    if (hasSubnets(call, id)) refuseParameters({ vnet: "Can't delete vnet if subnets exists" });
  },
});

const controllerOptions: Readonly<Record<string, { required: string[]; optional: string[] }>> = {
  evpn: {
    required: ["asn"],
    optional: [
      "peers",
      "fabric",
      "nodes",
      "route-map-in",
      "route-map-out",
      "ebgp",
      "ebgp-multihop",
      "loopback",
      "bgp-mode",
      "peer-group-name",
    ],
  },
  bgp: {
    required: ["node", "asn"],
    optional: [
      "peers",
      "bgp-multipath-as-path-relax",
      "ebgp",
      "ebgp-multihop",
      "loopback",
      "route-map-in",
      "route-map-out",
      "bgp-mode",
      "peer-group-name",
      "fabric",
    ],
  },
  isis: { required: ["isis-domain", "isis-net", "isis-ifaces", "node"], optional: ["loopback"] },
  faucet: { required: [], optional: [] },
};

const controllers = sdnHandlers({
  kind: "controllers",
  key: "controller",
  path: "/cluster/sdn/controllers",
  checksFirst: true,
  options: (type) => controllerOptions[type] ?? none,
  sees: (call, one) => call.rights.hasAny(`/sdn/controllers/${one.id}`, "SDN.Audit", "SDN.Allocate"),
  needSense: (call, id, type, options) => {
    if (type !== "bgp" && type !== "isis") return;
    const twin = Object.values(call.world.sdn.controllers).find(
      (one) => one.id !== id && one.type === type && one.options.node === options.node,
    );
    if (twin !== undefined) fail(`${type} controller already exists on node ${options.node}`);
  },
  needUnused: (call, id) => {
    const zone = Object.values(call.world.sdn.zones).find((one) => one.options.controller === id);
    if (zone !== undefined) fail(`controller ${id} is used by ${zone.id}`);
  },
});

const ipamOptions: Readonly<Record<string, { required: string[]; optional: string[] }>> = {
  netbox: { required: ["url", "token"], optional: ["fingerprint"] },
  phpipam: { required: ["url", "token", "section"], optional: ["fingerprint"] },
  pve: { required: [], optional: [] },
};

const ipams = sdnHandlers({
  kind: "ipams",
  key: "ipam",
  path: "/cluster/sdn/ipams",
  checksFirst: true,
  builtIn: [{ type: "pve", id: "pve", options: {} }],
  options: (type) => ipamOptions[type] ?? none,
  sees: (call, one) => call.rights.hasAny(`/sdn/ipams/${one.id}`, "SDN.Audit", "SDN.Allocate"),
  needUnused: (call, id) => {
    const zone = Object.values(call.world.sdn.zones).find((one) => one.options.ipam === id);
    if (zone !== undefined) fail(`ipam ${id} is used by zone ${zone.id}`);
  },
});

const dns = sdnHandlers({
  kind: "dns",
  key: "dns",
  path: "/cluster/sdn/dns",
  checksFirst: true,
  options: () => ({ required: ["url", "key"], optional: ["ttl", "reversemaskv6", "reversev6mask", "fingerprint"] }),
  sees: (call, one) => call.rights.hasAny(`/sdn/dns/${one.id}`, "SDN.Audit", "SDN.Allocate"),
  needUnused: (call, id) => {
    const zone = Object.values(call.world.sdn.zones).find(
      (one) => one.options.dns === id || one.options.reversedns === id,
    );
    if (zone !== undefined) fail(`dns ${id} is used by zone ${zone.id}`);
  },
});

export const sdnConfiguration: Handlers = { ...zones, ...vnets, ...controllers, ...ipams, ...dns };
