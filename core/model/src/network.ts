import { z } from "zod";
import { cidr, ipv4 } from "./address.ts";
import { claims } from "./claims.ts";
import { localName, switchName, text, vlanId } from "./names.ts";
import { linkRate } from "./quantity.ts";
import { sdn } from "./sdn.ts";
import { measurable, written } from "./unknown.ts";

export const vlan = z.strictObject({
  subnet: measurable(cidr),
  purpose: measurable(text),
  gateway: measurable(ipv4).optional(),
});
export type Vlan = z.output<typeof vlan>;

export const networkSwitch = z.strictObject({
  model: text,
  ports: z.array(
    z.strictObject({
      kind: z.enum(["RJ45", "SFP", "SFP+", "console"]),
      count: z.number().int().min(1),
      speed: linkRate.optional(),
    }),
  ),
});
export type Switch = z.output<typeof networkSwitch>;

/** A cable, or several that act as one, between two switches. */
export const lag = z.strictObject({
  between: z.tuple([written(switchName), written(switchName)]),
  links: z.number().int().min(1),
  /** Of one link. */
  speed: linkRate,
  vlans: measurable(z.array(vlanId)),
});
export type Lag = z.output<typeof lag>;

export const firewall = z.strictObject({
  model: text,
  switch: written(switchName),
  speed: measurable(linkRate).optional(),
  /** The VLANs that it routes between. */
  routes: measurable(z.array(vlanId)),
  inbound: z.array(text).default([]),
  outbound: z.boolean(),
});

export const uplink = z.strictObject({
  /** The firewall that it hangs on. */
  via: localName,
  down: measurable(linkRate),
  up: measurable(linkRate),
});

/** VLANs, switches, what hangs on them, and the way out. */
export const network = z.strictObject({
  vlans: z.record(
    z
      .string()
      .regex(/^[1-9]\d{0,3}$/, "expected a VLAN tag, 1 to 4094")
      .refine((tag) => Number(tag) <= 4094, "expected a VLAN tag, 1 to 4094"),
    vlan,
  ),
  switches: z.record(switchName, networkSwitch),
  lags: z.record(localName, lag).default({}),
  firewalls: z.record(localName, firewall).default({}),
  uplinks: z.record(localName, uplink).default({}),
  sdn: sdn.optional(),
  claims,
});
export type Network = z.output<typeof network>;
