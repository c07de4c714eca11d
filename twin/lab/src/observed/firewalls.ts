import type { ClusterFirewall, FirewallFile, FirewallRules, IpSetState, Row } from "@orrery/state";
import { type Config, type Dict, dict, emptyFirewall, type FirewallFile as File, type IpSet } from "@orrery/twin-world";
import { optionsOf, textIn } from "./options.ts";

const named = (rows: readonly Row[], key: string): Dict<Config> =>
  dict(
    rows.map((row) => {
      const left = Object.fromEntries(Object.entries(row).filter(([field]) => field !== key));
      return [textIn(row, key) ?? "", optionsOf(left)] as const;
    }),
  );

const comment = (text: string | undefined): { comment?: string } => (text === undefined ? {} : { comment: text });

const setsOf = (sets: readonly IpSetState[]): Dict<IpSet> =>
  dict(sets.map((set) => [set.name, { ...comment(set.comment), entries: named(set.entries, "cidr") }] as const));

export const rulesFile = ({ options, rules }: FirewallRules): File => ({
  ...emptyFirewall(),
  options: optionsOf(options),
  rules: rules.map((rule) => optionsOf(rule)),
});

export const guestFile = (file: FirewallFile): File => ({
  ...rulesFile(file),
  aliases: named(file.aliases, "name"),
  ipsets: setsOf(file.ipsets),
});

export const clusterFile = (file: ClusterFirewall): File => ({
  ...guestFile(file),
  groups: dict(
    file.groups.map(
      (group) =>
        [group.name, { ...comment(group.comment), rules: group.rules.map((rule) => optionsOf(rule)) }] as const,
    ),
  ),
});
