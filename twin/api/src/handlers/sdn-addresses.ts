import type { Address, Section } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail, notModelled } from "../problem.ts";
import { withSdnLock } from "../sdn/lock.ts";
import { contains, partsOfSubnet } from "../sdn/subnet.ts";

const addressesOf = (call: Call): Address[] => call.world.sdn.addresses ?? [];

const subnetsOf = (call: Call, vnet: string): Section[] =>
  Object.values(call.world.sdn.subnets).filter((subnet) => subnet.options.vnet === vnet);

const vnetOf = (call: Call): Section => {
  const id = call.need("vnet");
  const vnet = call.world.sdn.vnets[id] ?? fail(`sdn '${id}' does not exist`);
  if (vnet.options.zone !== call.need("zone")) fail(`vnet '${id}' is not in zone '${call.need("zone")}'`);
  return vnet;
};

const subnetFor = (call: Call, vnet: string, ip: string): Section => {
  const found = subnetsOf(call, vnet).find((subnet) => {
    const { network, mask } = partsOfSubnet(subnet.id);
    return contains(network, mask, ip);
  });
  return found ?? fail(`can't find any subnet for ip ${ip}`);
};

/** Zones without an IPAM keep no addresses: the call is then without effect. */
const keepsAddresses = (call: Call): boolean => call.world.sdn.zones[call.need("zone")]?.options.ipam !== undefined;

const add = (call: Call): unknown =>
  withSdnLock(call, "could not add IP", () => {
    const vnet = vnetOf(call).id;
    const ip = call.need("ip");
    const subnet = subnetFor(call, vnet, ip).id;
    if (!keepsAddresses(call)) return null;
    if (addressesOf(call).some((one) => one.subnet === subnet && one.ip === ip)) fail(`IP '${ip}' already exist`);
    const mac = call.text("mac");
    call.world.sdn.addresses = [...addressesOf(call), { subnet, vnet, ip, ...(mac === undefined ? {} : { mac }) }];
    return null;
  });

const update = (call: Call): unknown =>
  withSdnLock(call, "could not update IP", () => {
    const vnet = vnetOf(call).id;
    const ip = call.need("ip");
    const subnet = subnetFor(call, vnet, ip).id;
    if (!keepsAddresses(call)) return null;
    const mac = call.text("mac");
    const vmid = call.number("vmid");
    // A MAC has one address in a subnet: the one that it had before goes.
    const others = addressesOf(call).filter((one) => one.subnet !== subnet || (one.ip !== ip && one.mac !== mac));
    const made: Address = {
      subnet,
      vnet,
      ip,
      ...(mac === undefined ? {} : { mac }),
      ...(vmid === undefined ? {} : { vmid }),
    };
    call.world.sdn.addresses = [...others, made];
    return null;
  });

const remove = (call: Call): unknown =>
  withSdnLock(call, "could not delete IP", () => {
    const vnet = vnetOf(call).id;
    const subnet = subnetFor(call, vnet, call.need("ip")).id;
    call.world.sdn.addresses = addressesOf(call).filter((one) => one.subnet !== subnet || one.ip !== call.need("ip"));
    return null;
  });

/** What an IPAM holds: the gateways of the subnets, and the addresses that were given out. */
const status = (call: Call): unknown => {
  const ipam = call.need("ipam");
  if (ipam !== "pve" && call.world.sdn.ipams[ipam] === undefined) fail(`sdn '${ipam}' does not exist`);
  if (ipam !== "pve") return notModelled("addresses that other IPAMs hold");
  const { zones, vnets, subnets } = call.world.sdn;
  return Object.values(subnets).flatMap((subnet) => {
    const vnet = String(subnet.options.vnet);
    const zone = zones[String(vnets[vnet]?.options.zone)];
    if (zone?.options.ipam !== ipam) return [];
    if (!call.rights.hasAny(`/sdn/zones/${zone.id}/${vnet}`, "SDN.Audit", "SDN.Allocate")) return [];
    const { network, mask } = partsOfSubnet(subnet.id);
    const place = { zone: zone.id, vnet, subnet: `${network}/${mask}` };
    const { gateway } = subnet.options;
    const given = addressesOf(call).filter((one) => one.subnet === subnet.id);
    return [
      ...(gateway === undefined ? [] : [{ ...place, ip: gateway, gateway: 1 }]),
      ...given.map(({ ip, mac, vmid }) => ({
        ...place,
        ip,
        ...(mac === undefined ? {} : { mac }),
        ...(vmid === undefined ? {} : { vmid, hostname: String(call.world.guests[vmid]?.config.name ?? "") }),
      })),
    ];
  });
};

export const sdnAddresses: Handlers = {
  "POST /cluster/sdn/vnets/{vnet}/ips": add,
  "PUT /cluster/sdn/vnets/{vnet}/ips": update,
  "DELETE /cluster/sdn/vnets/{vnet}/ips": remove,
  "GET /cluster/sdn/ipams/{ipam}/status": status,
};
