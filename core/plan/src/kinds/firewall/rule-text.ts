import type { CallValue } from "../../plan/call.ts";

/** A rule's fields by the names of the API, in canonical form: what says nothing is left out. */
export type RuleFields = {
  readonly type: string;
  readonly action: string;
  readonly enable: boolean;
  readonly comment: string;
  readonly [key: string]: string | boolean;
};

/** Fields of a match in the order in which they are written, and how a file writes them. */
const matches = [
  ["iface", "-i"],
  ["source", "-source"],
  ["dest", "-dest"],
  ["proto", "-p"],
  ["dport", "-dport"],
  ["sport", "-sport"],
  ["icmp-type", "-icmp-type"],
  ["log", "-log"],
] as const;

export const matchKeys = matches.map(([key]) => key);

const sorted = (list: string): string =>
  list
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "")
    .toSorted((one, other) =>
      /^\d+$/.test(one) && /^\d+$/.test(other) ? Number(one) - Number(other) : one < other ? -1 : 1,
    )
    .join(",");

/** A field in the one form of all that mean the same: the order of a list does not matter, `nolog` is what holds anyway. */
export const canonicalField = (key: string, text: string): string => {
  if (key === "source" || key === "dest" || key === "dport" || key === "sport") return sorted(text);
  if (key === "log" && text === "nolog") return "";
  return text.trim();
};

/**
 * A rule in one line, as a firewall file has it: `IN SSH(ACCEPT) -source +management -log info # from the office`. One
 * that is switched off begins with `|`.
 */
export const ruleText = (rule: RuleFields): string => {
  const { type, action, enable, comment } = rule;
  const macro = String(rule.macro ?? "");
  const head =
    type === "group" ? `GROUP ${action}` : `${type.toUpperCase()} ${macro === "" ? action : `${macro}(${action})`}`;
  const parts = matches.flatMap(([key, option]) => {
    const value = String(rule[key] ?? "");
    return value === "" ? [] : [`${option} ${value.replaceAll(" ", "")}`];
  });
  const note = comment === "" ? [] : [`# ${comment}`];
  return `${enable ? "" : "|"}${[head, ...parts, ...note].join(" ")}`;
};

/** The fields of a rule in one line. */
export const ruleFields = (line: string): RuleFields => {
  const enable = !line.startsWith("|");
  const plain = enable ? line : line.slice(1);
  const note = plain.indexOf(" # ");
  const words = (note < 0 ? plain : plain.slice(0, note)).split(" ");
  const [type = "", action = "", ...options] = words;
  const [, macro, wrapped] = /^(.+)\((.+)\)$/.exec(action) ?? [];
  const fields: Record<string, string> = {};
  for (let index = 0; index < options.length; index += 2) {
    const key = matches.find(([, option]) => option === options[index])?.[0];
    if (key !== undefined) fields[key] = options[index + 1] ?? "";
  }
  return {
    ...fields,
    ...(macro === undefined ? {} : { macro }),
    type: type.toLowerCase(),
    action: wrapped ?? action,
    enable,
    comment: note < 0 ? "" : plain.slice(note + 3),
  };
};

/** What a call sends for a rule; the comment as it is given. */
export const ruleParameters = (line: string, comment: string): Readonly<Record<string, CallValue>> => {
  const { enable, comment: _said, ...fields } = ruleFields(line);
  return {
    ...Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)])),
    enable: enable ? 1 : 0,
    ...(comment === "" ? {} : { comment }),
  };
};

/** The keys that a rule of one line has and another has not: an update deletes them. */
export const lostKeys = (from: string, to: string): string[] => {
  const [before, after] = [ruleFields(from), ruleFields(to)];
  return Object.keys(before).filter(
    (key) => key !== "enable" && !(key === "comment" && before.comment === "") && (after[key] ?? "") === "",
  );
};
