import type { Row } from "./row.ts";

/** What a node's firewall file holds. Rules stand in order. */
export type FirewallRules = { readonly options: Row; readonly rules: readonly Row[] };

export type IpSetState = { readonly name: string; readonly comment?: string; readonly entries: readonly Row[] };

/** What a guest's firewall file holds. */
export type FirewallFile = FirewallRules & { readonly aliases: readonly Row[]; readonly ipsets: readonly IpSetState[] };

export type SecurityGroupState = { readonly name: string; readonly comment?: string; readonly rules: readonly Row[] };

/** What the cluster's firewall file holds. */
export type ClusterFirewall = FirewallFile & { readonly groups: readonly SecurityGroupState[] };
