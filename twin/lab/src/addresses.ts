import { formatIpv4, inSubnet, known, type Lab, parseIpv4, parseSubnet, type Subnet } from "@orrery/model";
import type { Building } from "./building.ts";

const subnetsOf = (lab: Lab): { subnet: Subnet; gateway: string | undefined }[] =>
  Object.values(lab.network.vlans).flatMap((vlan) => {
    const stated = known(vlan.subnet);
    const subnet = stated === undefined ? undefined : parseSubnet(stated);
    return subnet === undefined ? [] : [{ subnet, gateway: known(vlan.gateway) }];
  });

const anySubnet = parseSubnet("10.0.0.0/24");

/** Every address that the lab states, so that none is given twice. */
export const statedAddresses = (lab: Lab): Set<number> => {
  const stated = new Set<number>();
  const add = (text: string | undefined): void => {
    const value = text === undefined ? undefined : parseIpv4(text);
    if (value !== undefined) stated.add(value);
  };
  for (const node of Object.values(lab.cluster.nodes)) add(known(node.address));
  for (const guest of lab.guests.items) for (const nic of guest.nics) add(known(nic.address));
  for (const { gateway } of subnetsOf(lab)) add(gateway);
  return stated;
};

/** The next free address from `.201` on in the first subnet, where nobody says which it is. */
export const nextAddress = ({ inventory: { lab }, addresses }: Building): string => {
  const [first] = subnetsOf(lab);
  const base = (first?.subnet ?? anySubnet)?.first ?? 0;
  let value = base + 201;
  while (addresses.has(value)) value += 1;
  addresses.add(value);
  return formatIpv4(value);
};

/** Prefix length and gateway of the subnet that an address lies in. */
export const surroundings = (lab: Lab, address: string): { prefix: number; gateway: string } => {
  const value = parseIpv4(address) ?? 0;
  const found = subnetsOf(lab).find(({ subnet }) => inSubnet(subnet, value));
  if (found === undefined) return { prefix: 24, gateway: formatIpv4(value - (value % 256) + 1) };
  return { prefix: found.subnet.prefix, gateway: found.gateway ?? formatIpv4(found.subnet.first + 1) };
};
