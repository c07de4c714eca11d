import { type Config, type Dict, dict, type Section, sectionDigest } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { needSectionDigest } from "../digest.ts";
import { fail, refuseParameters } from "../problem.ts";
import { withSdnLock } from "../sdn/lock.ts";
import { pendingRow } from "../sdn/pending.ts";
import { needSubnetSense, partsOfSubnet, rangesOf, withParts } from "../sdn/subnet.ts";
import { deleteOptions, needOptions } from "../section-options.ts";
import { configOf } from "./values.ts";

const table = { required: ["vnet"], optional: ["gateway", "snat", "dnszoneprefix", "dhcp-range", "dhcp-dns-server"] };

const vnetOf = (call: Call, ...privileges: string[]): Section => {
  const id = call.need("vnet");
  const vnet = call.world.sdn.vnets[id] ?? fail(`sdn '${id}' does not exist`);
  call.rights.needAny(`/sdn/zones/${vnet.options.zone}/${id}`, ...privileges);
  return vnet;
};

const shown = (section: Section, digest: string | null): Record<string, unknown> => ({
  ...withParts(section).options,
  subnet: section.id,
  type: "subnet",
  "dhcp-range": rangesOf(section.options),
  digest,
});

const liveOf = (call: Call): Dict<Section> => call.world.sdn.running?.subnets ?? dict();

const list = (call: Call): unknown => {
  const vnet = vnetOf(call, "SDN.Audit", "SDN.Allocate").id;
  const next = call.world.sdn.subnets;
  const live = liveOf(call);
  const own = (section: Section | undefined): boolean => section?.options.vnet === vnet;
  if (call.flag("pending")) {
    const ids = [...new Set([...Object.keys(live), ...Object.keys(next)])].toSorted();
    return ids.filter((id) => own(next[id] ?? live[id])).map((id) => pending(id, next[id], live[id]));
  }
  if (call.flag("running"))
    return Object.values(live)
      .filter(own)
      .map((section) => shown(section, null));
  return Object.values(next)
    .filter(own)
    .map((section) => shown(section, sectionDigest(next)));
};

const pending = (id: string, next: Section | undefined, live: Section | undefined): Record<string, unknown> => {
  const { zone, network, mask } = partsOfSubnet(id);
  const base = next ?? live;
  return {
    ...pendingRow("subnet", id, next, live),
    id,
    zone,
    network,
    mask,
    cidr: `${network}/${mask}`,
    "dhcp-range": base === undefined ? [] : rangesOf(base.options),
  };
};

const subnetOf = (call: Call, sections: Dict<Section> = call.world.sdn.subnets): Section => {
  const id = call.need("subnet");
  return sections[id] ?? fail(`sdn subnet '${id}' does not exist`);
};

const read = (call: Call): unknown => {
  const vnet = vnetOf(call, "SDN.Audit", "SDN.Allocate");
  const next = call.world.sdn.subnets;
  const live = liveOf(call);
  const section = subnetOf(call, call.flag("running") ? live : { ...live, ...next });
  if (section.options.vnet !== vnet.id) refuseParameters({ vnet: "wrong vnet" });
  if (call.flag("pending")) return pending(section.id, next[section.id], live[section.id]);
  return shown(section, call.flag("running") ? null : sectionDigest(next));
};

/** The parameters as the file holds them; ranges of addresses one a line. */
const given = (call: Call): Config => {
  const config = configOf(call, "subnet", "type", "digest", "delete", "lock-token");
  const ranges = call.parameters["dhcp-range"];
  if (Array.isArray(ranges)) config["dhcp-range"] = ranges.map(String).join("\n");
  return config;
};

const needSense = (call: Call, id: string, config: Config): void => {
  const vnet = call.world.sdn.vnets[String(config.vnet)];
  if (vnet === undefined) refuseParameters({ vnet: `${config.vnet} don't exist` });
  if (vnet?.options.vlanaware) refuseParameters({ vnet: "you can't add a subnet on a vlanaware vnet" });
  needSubnetSense(id, config);
};

const create = (call: Call): unknown => {
  const vnet = vnetOf(call, "SDN.Allocate");
  return withSdnLock(call, "create sdn subnet object failed", () => {
    const id = `${vnet.options.zone}-${call.need("subnet").replace("/", "-")}`;
    const config = given(call);
    needOptions(table, config, true);
    const { subnets } = call.world.sdn;
    if (subnets[id] !== undefined) fail(`sdn subnet object ID '${id}' already defined`);
    needSense(call, id, config);
    subnets[id] = { type: "subnet", id, options: config };
    return null;
  });
};

const update = (call: Call): unknown => {
  vnetOf(call, "SDN.Allocate");
  return withSdnLock(call, "update sdn subnet object failed", () => {
    const section = subnetOf(call);
    needSectionDigest(call.text("digest"), call.world.sdn.subnets);
    const config = given(call);
    const options: Config = dict(Object.entries(section.options));
    deleteOptions(table, options, config, call.list("delete"));
    Object.assign(options, config);
    needSense(call, section.id, options);
    section.options = options;
    return null;
  });
};

const remove = (call: Call): unknown => {
  vnetOf(call, "SDN.Allocate");
  return withSdnLock(call, "delete sdn subnet object failed", () => {
    delete call.world.sdn.subnets[call.need("subnet")];
    return null;
  });
};

const path = "/cluster/sdn/vnets/{vnet}/subnets";

export const sdnSubnets: Handlers = {
  [`GET ${path}`]: list,
  [`POST ${path}`]: create,
  [`GET ${path}/{subnet}`]: read,
  [`PUT ${path}/{subnet}`]: update,
  [`DELETE ${path}/{subnet}`]: remove,
};
