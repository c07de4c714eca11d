import { guestName, type LabInput } from "@orrery/model";
import { type ClusterState, type FirewallFile, type FirewallRules, type Row, valueIn } from "@orrery/state";
import type { LabFragment } from "../../adopt/fragment.ts";
import { guestNamesOf } from "../../adopt/guest-names.ts";
import { type Mark, unmarked } from "../../compare/mark.ts";
import { naturalOptions } from "../natural-option.ts";
import { firewallTable, readFirewallOptions } from "./options.ts";
import { allFiles, type Place } from "./place.ts";
import { fieldOf } from "./row-text.ts";
import { ruleFields } from "./rule-text.ts";
import { standingRule } from "./rules-seen.ts";

type Firewall = NonNullable<LabInput["firewall"]>;
type Level = NonNullable<Firewall["nodes"]>[string];
type Named = NonNullable<Firewall["guests"]>[string];
type Rule = Extract<NonNullable<Level["rules"]>, readonly unknown[]>[number];
type Log = Extract<Rule, { in: string }>["log"];

const commentOf = (mark: Mark, comment: string | undefined): { comment?: string } => {
  const plain = unmarked(mark, comment);
  return plain === "" ? {} : { comment: plain };
};

const levels = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug", "nolog"] as const;
const logOf = (word: string): { log?: NonNullable<Log> } => {
  const log = levels.find((level) => level === word);
  return log === undefined ? {} : { log };
};

const ruleOf = (mark: Mark, row: Row): Rule => {
  const fields = ruleFields(standingRule(mark, row).line);
  const { type, action, enable, comment } = fields;
  const text = (key: string): string => String(fields[key] ?? "");
  const given = (key: string, from: string): Readonly<Record<string, string>> =>
    text(from) === "" ? {} : { [key]: text(from) };
  const said = { ...(comment === "" ? {} : { comment }), ...(enable ? {} : { enabled: false }) };
  if (type === "group") return { group: action, ...given("iface", "iface"), ...said };
  const matches = {
    ...given("macro", "macro"),
    ...given("proto", "proto"),
    ...given("source", "source"),
    ...given("dest", "dest"),
    ...given("sport", "sport"),
    ...given("dport", "dport"),
    ...given("icmpType", "icmp-type"),
    ...given("iface", "iface"),
    ...logOf(text("log")),
    ...said,
  };
  if (type === "in") return { in: action, ...matches };
  return type === "out" ? { out: action, ...matches } : { forward: action, ...matches };
};

const rulesOf = (mark: Mark, rules: readonly Row[]): { rules?: Rule[] } =>
  rules.length === 0 ? {} : { rules: rules.map((row) => ruleOf(mark, row)) };

const levelOf = ({ contract }: ClusterState, mark: Mark, place: Place, { options, rules }: FirewallRules): Level => {
  const { enable, ...others } = readFirewallOptions(contract, place, options);
  const isSaid = fieldOf(options, "enable") !== "" || Object.keys(others).length > 0;
  return {
    ...(isSaid ? { enabled: enable !== "0" } : {}),
    ...(isSaid ? { options: naturalOptions(firewallTable(contract, place), others) } : {}),
    ...rulesOf(mark, rules),
  };
};

const namedOf = (state: ClusterState, mark: Mark, place: Place, file: FirewallFile): Named => {
  const aliases = file.aliases.map((row) => {
    const [cidr, note] = [fieldOf(row, "cidr"), commentOf(mark, fieldOf(row, "comment"))];
    return [fieldOf(row, "name"), note.comment === undefined ? cidr : { cidr, ...note }] as const;
  });
  const sets = file.ipsets.map(({ name, comment, entries }) => {
    const listed = entries.map((row) => {
      const [cidr, note] = [fieldOf(row, "cidr"), commentOf(mark, fieldOf(row, "comment"))];
      const nomatch = fieldOf(row, "nomatch") === "1";
      return nomatch || note.comment !== undefined ? { cidr, ...(nomatch ? { nomatch } : {}), ...note } : cidr;
    });
    return [name, { ...commentOf(mark, comment), entries: listed }] as const;
  });
  return {
    ...levelOf(state, mark, place, file),
    ...(aliases.length === 0 ? {} : { aliases: Object.fromEntries(aliases) }),
    ...(sets.length === 0 ? {} : { ipSets: Object.fromEntries(sets) }),
  };
};

const isSaid = (level: object): boolean => Object.keys(level).length > 0;

/** The firewalls of the cluster, its nodes and the guests that a declaration can name, as far as anything is said in them. */
export const adoptFirewall = (state: ClusterState, mark: Mark): LabFragment => {
  const names = guestNamesOf(state);
  const file = valueIn(state.firewall);
  const groups = (file?.groups ?? []).map(
    ({ name, comment, rules }) => [name, { ...commentOf(mark, comment), ...rulesOf(mark, rules) }] as const,
  );
  const cluster = {
    ...(file === undefined ? {} : namedOf(state, mark, { at: "cluster" }, file)),
    ...(groups.length === 0 ? {} : { groups: Object.fromEntries(groups) }),
  };
  const nodes: [string, Level][] = [];
  for (const { place, file: of } of allFiles(state, "firewall rules").files)
    if (place.at === "node") nodes.push([place.node, levelOf(state, mark, place, of)]);
  const guests = Object.values(valueIn(state.guests) ?? {}).flatMap(({ vmid, firewall }): [string, Named][] => {
    const [name, of] = [names.get(vmid), valueIn(firewall)];
    if (name === undefined || of === undefined) return [];
    return [[guestName.parse(name), namedOf(state, mark, { at: "guest", vmid }, of)]];
  });
  const [saidNodes, saidGuests] = [nodes.filter(([, one]) => isSaid(one)), guests.filter(([, one]) => isSaid(one))];
  const firewall = {
    ...(isSaid(cluster) ? { cluster } : {}),
    ...(saidNodes.length === 0 ? {} : { nodes: Object.fromEntries(saidNodes) }),
    ...(saidGuests.length === 0 ? {} : { guests: Object.fromEntries(saidGuests) }),
  };
  return isSaid(firewall) ? { firewall } : {};
};
