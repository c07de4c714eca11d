import type { Config } from "./config.ts";
import { type Dict, dict } from "./dict.ts";

export type IpSet = { comment?: string; entries: Dict<Config> };
export type SecurityGroup = { comment?: string; rules: Config[] };

/** A firewall file: cluster.fw, host.fw or VMID.fw. Rules are in order; a rule's `pos` is its index. */
export type FirewallFile = {
  options: Config;
  rules: Config[];
  aliases: Dict<Config>;
  ipsets: Dict<IpSet>;
  /** Security groups; only the cluster's file has them. */
  groups: Dict<SecurityGroup>;
};

export const emptyFirewall = (): FirewallFile => ({
  options: dict(),
  rules: [],
  aliases: dict(),
  ipsets: dict(),
  groups: dict(),
});
