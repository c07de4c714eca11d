import { z } from "zod";
import { nodeRef } from "./claims.ts";
import { localName, text } from "./names.ts";
import { proxmoxOptions } from "./options.ts";

/** What Proxmox is told beside what has a field of its own, by the names of its API. What is left out has its default. */
const options = proxmoxOptions.optional();

/** Of either version, the mask as a length. */
const network = z.string().regex(/^[0-9a-fA-F.:]+\/\d+$/, 'expected a subnet such as "10.25.10.0/24"');

const subnet = z.strictObject({
  gateway: text.optional(),
  /** Guests reach the outside under the node's address. */
  snat: z.boolean().optional(),
  /** Addresses that are given out. */
  dhcp: z.array(z.strictObject({ from: text, to: text })).default([]),
  options,
});

/** A network that guests stand in as on a bridge of its name, on every node of its zone. */
const vnet = z.strictObject({
  zone: localName,
  /** VLAN or VXLAN, in zones that have them. */
  tag: z.number().int().min(1).max(16_777_215).optional(),
  alias: text.optional(),
  options,
  subnets: z.record(network, subnet).default({}),
});

const zone = z.strictObject({
  type: z.enum(["simple", "vlan", "qinq", "vxlan", "evpn", "faucet"]),
  /** All where left out. */
  nodes: z.array(nodeRef).min(1).optional(),
  options,
});

/** Software-defined networks of the cluster. Fabrics are not declared here. */
export const sdn = z.strictObject({
  controllers: z
    .record(localName, z.strictObject({ type: z.enum(["evpn", "bgp", "isis", "faucet"]), options }))
    .default({}),
  ipams: z.record(localName, z.strictObject({ type: z.enum(["pve", "netbox", "phpipam"]), options })).default({}),
  dns: z.record(localName, z.strictObject({ type: z.enum(["powerdns"]), options })).default({}),
  zones: z.record(localName, zone).default({}),
  vnets: z.record(localName, vnet).default({}),
});
export type Sdn = z.output<typeof sdn>;
export type Vnet = Sdn["vnets"][string];
