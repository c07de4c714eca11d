import type { Firewall, FirewallRule, ProxmoxOptions, RuleList } from "@orrery/model";
import { type Config, dict, type FirewallFile } from "@orrery/twin-world";
import type { Building } from "./building.ts";
import { optionText } from "./option-text.ts";

type Level = Firewall["nodes"][string];
type Named = Firewall["guests"][string];

const row = (fields: Readonly<Record<string, string | number | undefined>>): Config =>
  dict<string | number>(
    Object.entries(fields).flatMap(([key, value]) =>
      value === undefined || value === "" ? [] : ([[key, value]] as [string, string | number][]),
    ),
  );

const ruleOf = (rule: FirewallRule): Config => {
  const said = { enable: rule.enabled ? 1 : 0, comment: rule.comment };
  if ("group" in rule) return row({ type: "group", action: rule.group, iface: rule.iface, ...said });
  const { macro, proto, source, dest, sport, dport, icmpType, iface, log } = rule;
  const [type, action] = "in" in rule ? ["in", rule.in] : "out" in rule ? ["out", rule.out] : ["forward", rule.forward];
  return row({
    type,
    action: action.toUpperCase(),
    macro,
    proto,
    source,
    dest,
    sport,
    dport,
    "icmp-type": icmpType,
    iface,
    log,
    ...said,
  });
};

const rulesOf = (list: RuleList | undefined): Config[] => (list?.items ?? []).map(ruleOf);

const setOptions = (file: FirewallFile, enabled: boolean | undefined, options: ProxmoxOptions | undefined): void => {
  for (const [key, value] of Object.entries(options ?? {})) {
    const text = optionText(value);
    if (text !== undefined) file.options[key] = text;
  }
  if (enabled !== undefined) file.options.enable = enabled ? 1 : 0;
};

const fillLevel = (file: FirewallFile, { enabled, options, rules }: Level): void => {
  setOptions(file, enabled, options);
  file.rules.push(...rulesOf(rules));
};

const fillNamed = (file: FirewallFile, named: Named): void => {
  fillLevel(file, named);
  for (const [name, { cidr, comment }] of Object.entries(named.aliases))
    file.aliases[name.toLowerCase()] = row({ cidr, comment });
  for (const [name, { comment, entries }] of Object.entries(named.ipSets)) {
    const set = dict<Config>();
    for (const { cidr, nomatch, comment: note } of entries)
      set[cidr] = row({ nomatch: nomatch ? 1 : undefined, comment: note });
    file.ipsets[name] = { entries: set, ...(comment === undefined ? {} : { comment }) };
  }
};

/** cluster.fw, host.fw and the guests' files, as far as they are declared. */
export const buildFirewall = ({ world, inventory }: Building, vmids: ReadonlyMap<string, number>): void => {
  const { firewall } = inventory.lab;
  if (firewall === undefined) return;
  fillNamed(world.cluster.firewall, firewall.cluster);
  for (const [name, { comment, rules }] of Object.entries(firewall.cluster.groups))
    world.cluster.firewall.groups[name] = { rules: rulesOf(rules), ...(comment === undefined ? {} : { comment }) };
  for (const [name, level] of Object.entries(firewall.nodes)) {
    const node = world.nodes[name];
    if (node !== undefined) fillLevel(node.firewall, level);
  }
  for (const [name, named] of Object.entries(firewall.guests)) {
    const guest = world.guests[vmids.get(name) ?? 0];
    if (guest !== undefined) fillNamed(guest.firewall, named);
  }
};
