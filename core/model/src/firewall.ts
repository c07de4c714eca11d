import { z } from "zod";
import { claims } from "./claims.ts";
import { guestName, nodeName, text } from "./names.ts";
import { proxmoxOptions } from "./options.ts";

const setName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]+$/, 'expected a name such as "management": a letter, then letters, digits, - and _');

const level = z.enum(["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug", "nolog"]);

const match = {
  /** What a service is known by: `SSH`, `HTTPS`. Stands for protocol and ports. */
  macro: text.optional(),
  proto: text.optional(),
  /** Addresses, networks, ranges, `+set` or an alias; several with commas between. */
  source: text.optional(),
  dest: text.optional(),
  sport: text.optional(),
  /** `22`, `80,443`, `5900:5999`. */
  dport: text.optional(),
  icmpType: text.optional(),
  /** The bridge or card; of a guest `net0`. */
  iface: text.optional(),
  log: level.optional(),
  comment: text.optional(),
  enabled: z.boolean().default(true),
};

export const firewallRule = z.union(
  [
    z.strictObject({ ...match, in: z.string().regex(/^[A-Za-z]+$/) }),
    z.strictObject({ ...match, out: z.string().regex(/^[A-Za-z]+$/) }),
    z.strictObject({ ...match, forward: z.string().regex(/^[A-Za-z]+$/) }),
    /** The rules of a security group, here. */
    z.strictObject({
      group: setName,
      iface: text.optional(),
      comment: text.optional(),
      enabled: z.boolean().default(true),
    }),
  ],
  { error: 'expected a rule such as { in: "ACCEPT", proto: "tcp", dport: "22" } or { group: "web" }' },
);
export type FirewallRule = z.output<typeof firewallRule>;

/**
 * Rules in their order. Those of others stay where they stand, unless `only` says that there are none but these.
 */
export const ruleList = z.strictObject({ items: z.array(firewallRule).default([]), only: z.boolean().default(false) });
export type RuleList = z.output<typeof ruleList>;

const rules = z.union([z.array(firewallRule).transform((items): RuleList => ({ items, only: false })), ruleList]);

export const ipSet = z.strictObject({
  comment: text.optional(),
  /** Addresses, networks and aliases; `nomatch` takes one out of a network. */
  entries: z
    .array(
      z.union([
        text.transform((cidr) => ({ cidr, nomatch: false, comment: undefined })),
        z.strictObject({ cidr: text, nomatch: z.boolean().default(false), comment: text.optional() }),
      ]),
    )
    .default([]),
});
export type IpSet = z.output<typeof ipSet>;

export const firewallAlias = z.union([
  text.transform((cidr) => ({ cidr, comment: undefined })),
  z.strictObject({ cidr: text, comment: text.optional() }),
]);

export const securityGroup = z.strictObject({ comment: text.optional(), rules: rules.optional() });

const options = {
  /** Whether it filters. */
  enabled: z.boolean().optional(),
  /** Everything that Proxmox VE may be told at this level, such as `policy_in`; what is left out has its default. */
  options: proxmoxOptions.optional(),
  rules: rules.optional(),
};

const named = { aliases: z.record(setName, firewallAlias).default({}), ipSets: z.record(setName, ipSet).default({}) };

/** The packet filter of Proxmox VE: of the cluster, its nodes and its guests. Appliances stand in the network chapter. */
export const firewallChapter = z.strictObject({
  cluster: z.strictObject({ ...options, ...named, groups: z.record(setName, securityGroup).default({}) }).prefault({}),
  nodes: z.record(nodeName, z.strictObject(options)).default({}),
  guests: z.record(guestName, z.strictObject({ ...options, ...named })).default({}),
  claims,
});
export type Firewall = z.output<typeof firewallChapter>;
