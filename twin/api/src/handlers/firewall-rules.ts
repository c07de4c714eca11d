import { type Config, dict, emptyFirewall, type FirewallFile, sha1 } from "@orrery/twin-world";
import type { Call, Handler, Handlers } from "../call.ts";
import { needDigest } from "../digest.ts";
import { macros } from "../firewall-macros.ts";
import { fail, refuseParameters } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { isCidrV6, isIpv6 } from "../validation/addresses.ts";
import { configOf } from "./values.ts";

/** Whose firewall file a path is about. */
export type Scope = { readonly base: string; readonly lock: string; readonly file: (call: Call) => FirewallFile };

export const digestOf = (file: FirewallFile): string => {
  const empty = JSON.stringify(file) === JSON.stringify(emptyFirewall());
  return sha1(empty ? "" : JSON.stringify(file));
};

const ruleFields = [
  "type",
  "action",
  "macro",
  "proto",
  "source",
  "dest",
  "sport",
  "dport",
  "iface",
  "log",
  "comment",
  "icmp-type",
];

export const ipVersion = (text: unknown): number | undefined => {
  if (typeof text !== "string" || !/^[0-9a-f.:]/i.test(text) || !/[.:]/.test(text)) return undefined;
  const first = text.split(/[,-]/)[0] ?? "";
  return isIpv6(first) || isCidrV6(first, 0) ? 6 : 4;
};

const shownRule = (rule: Config, pos: number | string, digest: string): Record<string, unknown> => {
  const version = ipVersion(rule.source) ?? ipVersion(rule.dest);
  return {
    ...rule,
    enable: Number(rule.enable ?? 0),
    pos,
    digest,
    ...(version === undefined ? {} : { ipversion: version }),
  };
};

const needRuleSense = (call: Call, file: FirewallFile, rule: Config): void => {
  const errors: Record<string, string> = {};
  const { macro, proto } = rule;
  if (rule.type === undefined) errors.type = "missing property";
  if (rule.action === undefined) errors.action = "missing property";
  if (macro !== undefined && macros[String(macro)] === undefined) errors.macro = `unknown macro '${macro}'`;
  if (rule.type === "group" && call.world.cluster.firewall.groups[String(rule.action)] === undefined) {
    errors.action = `security group '${rule.action}' does not exist`;
  }
  for (const key of ["dport", "sport"]) {
    if (rule[key] !== undefined && proto === undefined && macro === undefined)
      errors.proto = `missing property - '${key}' requires this property`;
  }
  for (const key of ["source", "dest"]) {
    const text = String(rule[key] ?? "");
    const set = /^\+(?:dc\/|guest\/)?([a-z][\w-]*)$/i.exec(text)?.[1];
    const global = call.world.cluster.firewall;
    if (set !== undefined && file.ipsets[set] === undefined && global.ipsets[set] === undefined)
      errors[key] = `no such ipset '${set}'`;
    const alias = /^(?:dc\/|guest\/)?([a-z][\w-]*)$/i.exec(text)?.[1];
    if (alias !== undefined && file.aliases[alias] === undefined && global.aliases[alias] === undefined)
      errors[key] = `no such alias '${alias}'`;
  }
  if (Object.keys(errors).length > 0) refuseParameters(errors);
};

const givenRule = (call: Call): Config => {
  const rule: Config = dict();
  for (const field of ruleFields) {
    const value = call.text(field);
    if (value !== undefined) rule[field] = value;
  }
  const enable = call.number("enable");
  if (enable !== undefined) rule.enable = enable;
  return rule;
};

/** The five methods on a list of rules. */
export const ruleHandlers = (
  base: string,
  lock: string,
  rulesOf: (call: Call) => { rules: Config[]; file: FirewallFile },
): Handlers => {
  const at = (call: Call): { rules: Config[]; file: FirewallFile; pos: number; rule: Config } => {
    const { rules, file } = rulesOf(call);
    const pos = Number(call.need("pos"));
    return { rules, file, pos, rule: rules[pos] ?? fail(`no rule at position ${call.need("pos")}`) };
  };
  const create: Handler = (call) => {
    const { rules, file } = rulesOf(call);
    needLock(call.world, call.node, lock);
    needDigest(call.text("digest"), digestOf(file));
    const rule = givenRule(call);
    needRuleSense(call, file, rule);
    const pos = call.number("pos") ?? 0;
    rules.splice(Math.min(pos, rules.length), 0, rule);
    return null;
  };
  const update: Handler = (call) => {
    const { rules, file, pos, rule } = at(call);
    needLock(call.world, call.node, lock);
    needDigest(call.text("digest"), digestOf(file));
    const moveTo = call.number("moveto");
    if (moveTo !== undefined) {
      const others = rules.filter((_, index) => index !== pos);
      others.splice(moveTo > pos ? moveTo - 1 : moveTo, 0, rule);
      rules.splice(0, rules.length, ...others);
      return null;
    }
    const changed: Config = Object.assign(dict<string | number>(), rule, givenRule(call));
    for (const key of call.list("delete")) delete changed[key];
    needRuleSense(call, file, changed);
    rules[pos] = changed;
    return null;
  };
  const remove: Handler = (call) => {
    const { rules, file } = rulesOf(call);
    needLock(call.world, call.node, lock);
    needDigest(call.text("digest"), digestOf(file));
    // The product has no list at all once the file holds no rules.
    if (rules.length === 0)
      fail(
        "Can't use an undefined value as an ARRAY reference at /usr/share/perl5/PVE/API2/Firewall/Rules.pm line 462.",
      );
    const { pos } = at(call);
    rules.splice(pos, 1);
    return null;
  };
  return {
    [`GET ${base}`]: (call) => {
      const { rules, file } = rulesOf(call);
      return rules.map((rule, pos) => shownRule(rule, pos, digestOf(file)));
    },
    [`POST ${base}`]: create,
    [`GET ${base}/{pos}`]: (call) => {
      const { rule, file } = at(call);
      return shownRule(rule, call.need("pos"), digestOf(file));
    },
    [`PUT ${base}/{pos}`]: update,
    [`DELETE ${base}/{pos}`]: remove,
  };
};

export const optionHandlers = ({ base, file, lock }: Scope): Handlers => ({
  [`GET ${base}/options`]: (call) => {
    const { options } = file(call);
    const shown = Object.fromEntries(Object.entries(options));
    return { ...shown, digest: digestOf(file(call)) };
  },
  [`PUT ${base}/options`]: (call) => {
    const target = file(call);
    needLock(call.world, call.node, lock);
    needDigest(call.text("digest"), digestOf(target));
    for (const key of call.list("delete")) delete target.options[key];
    Object.assign(target.options, configOf(call, "delete", "digest", "node", "vmid"));
    return null;
  },
});
