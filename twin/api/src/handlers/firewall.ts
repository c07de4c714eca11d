import { type Config, dict, emptyFirewall, type FirewallFile, sha1 } from "@orrery/twin-world";
import type { Call, Handler, Handlers } from "../call.ts";
import { needDigest } from "../digest.ts";
import { macros } from "../firewall-macros.ts";
import { fail, refuseParameters } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { isCidrV6, isIpv6 } from "../validation/addresses.ts";
import { guestOfCall } from "./guest-of-call.ts";
import { configOf } from "./values.ts";

/** Whose firewall file a path is about. */
type Scope = { readonly base: string; readonly lock: string; readonly file: (call: Call) => FirewallFile };

const digestOf = (file: FirewallFile): string => {
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

const ipVersion = (text: unknown): number | undefined => {
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

const shownAlias = (name: string, alias: Config): Record<string, unknown> => ({
  name,
  ...alias,
  ipversion: ipVersion(alias.cidr) ?? 4,
});

const aliasHandlers = ({ base, file, lock }: Scope): Handlers => ({
  [`GET ${base}/aliases`]: (call) =>
    Object.entries(file(call).aliases).map(([name, alias]) => ({
      ...shownAlias(name, alias),
      digest: digestOf(file(call)),
    })),
  [`POST ${base}/aliases`]: (call) => {
    const { aliases } = file(call);
    const name = call.need("name");
    needLock(call.world, call.node, lock);
    if (aliases[name.toLowerCase()] !== undefined) refuseParameters({ name: `alias '${name}' already exists` });
    aliases[name.toLowerCase()] = configOf(call, "name", "digest", "node", "vmid");
    return null;
  },
  [`GET ${base}/aliases/{name}`]: (call) => {
    const name = call.need("name").toLowerCase();
    const alias = file(call).aliases[name];
    return alias === undefined ? refuseParameters({ name: "no such alias" }) : shownAlias(name, alias);
  },
  [`PUT ${base}/aliases/{name}`]: (call) => {
    const target = file(call);
    const name = call.need("name").toLowerCase();
    needLock(call.world, call.node, lock);
    needDigest(call.text("digest"), digestOf(target));
    if (target.aliases[name] === undefined) refuseParameters({ name: "no such alias" });
    const rename = call.text("rename")?.toLowerCase() ?? name;
    if (rename !== name && target.aliases[rename] !== undefined)
      refuseParameters({ name: `alias '${rename}' already exists` });
    delete target.aliases[name];
    target.aliases[rename] = configOf(call, "name", "rename", "digest", "node", "vmid");
    return null;
  },
  [`DELETE ${base}/aliases/{name}`]: (call) => {
    const target = file(call);
    needLock(call.world, call.node, lock);
    needDigest(call.text("digest"), digestOf(target));
    delete target.aliases[call.need("name").toLowerCase()];
    return null;
  },
});

const setOf = (call: Call, file: FirewallFile) =>
  file.ipsets[call.need("name")] ?? fail(`no such IPSet '${call.need("name")}'`);

const setHandlers = ({ base, file, lock }: Scope): Handlers => ({
  [`GET ${base}/ipset`]: (call) =>
    Object.entries(file(call).ipsets).map(([name, set]) => ({
      name,
      digest: digestOf(file(call)),
      ...(set.comment === undefined ? {} : { comment: set.comment }),
    })),
  [`POST ${base}/ipset`]: (call) => {
    const { ipsets } = file(call);
    const name = call.need("name");
    const rename = call.text("rename");
    needLock(call.world, call.node, lock);
    const comment = call.text("comment");
    if (rename !== undefined) {
      const set = ipsets[rename] ?? refuseParameters({ name: `IPSet '${rename}' does not exist` });
      if (rename !== name && ipsets[name] !== undefined) refuseParameters({ name: `IPSet '${name}' already exists` });
      delete ipsets[rename];
      ipsets[name] = { ...set, ...(comment === undefined ? {} : { comment }) };
      return null;
    }
    if (ipsets[name] !== undefined) refuseParameters({ name: `IPSet '${name}' already exists` });
    ipsets[name] = { entries: dict(), ...(comment === undefined ? {} : { comment }) };
    return null;
  },
  [`GET ${base}/ipset/{name}`]: (call) =>
    Object.entries(setOf(call, file(call)).entries).map(([cidr, entry]) => ({
      cidr,
      ...entry,
      digest: digestOf(file(call)),
    })),
  [`POST ${base}/ipset/{name}`]: (call) => {
    const set = setOf(call, file(call));
    const cidr = call.need("cidr");
    needLock(call.world, call.node, lock);
    if (set.entries[cidr] !== undefined) refuseParameters({ cidr: `address '${cidr}' already exists` });
    set.entries[cidr] = entryOf(call);
    return null;
  },
  [`DELETE ${base}/ipset/{name}`]: (call) => {
    const target = file(call);
    const name = call.need("name");
    const set = target.ipsets[name];
    needLock(call.world, call.node, lock);
    if (set !== undefined && Object.keys(set.entries).length > 0 && !call.flag("force"))
      fail(`IPSet '${name}' is not empty`);
    delete target.ipsets[name];
    return null;
  },
  [`GET ${base}/ipset/{name}/{cidr}`]: (call) => {
    const cidr = call.need("cidr");
    const entry = setOf(call, file(call)).entries[cidr] ?? refuseParameters({ cidr: "no such IP/Network" });
    return { cidr, ...entry, digest: digestOf(file(call)) };
  },
  [`PUT ${base}/ipset/{name}/{cidr}`]: (call) => {
    const cidr = call.need("cidr");
    const set = setOf(call, file(call));
    needLock(call.world, call.node, lock);
    needDigest(call.text("digest"), digestOf(file(call)));
    if (set.entries[cidr] === undefined) refuseParameters({ cidr: "no such IP/Network" });
    set.entries[cidr] = entryOf(call);
    return null;
  },
  [`DELETE ${base}/ipset/{name}/{cidr}`]: (call) => {
    needLock(call.world, call.node, lock);
    needDigest(call.text("digest"), digestOf(file(call)));
    delete setOf(call, file(call)).entries[call.need("cidr")];
    return null;
  },
});

const entryOf = (call: Call): Config => {
  const entry = configOf(call, "name", "cidr", "digest", "node", "vmid");
  if (entry.nomatch === 0) delete entry.nomatch;
  return entry;
};

const refs =
  (scope: Scope): Handler =>
  (call) => {
    const type = call.text("type");
    const files: [string, FirewallFile][] = [["dc", call.world.cluster.firewall]];
    if (scope.base.includes("{vmid}")) files.push(["guest", scope.file(call)]);
    return files.flatMap(([name, file]) => [
      ...(type === undefined || type === "alias" ? Object.entries(file.aliases) : []).map(([alias, entry]) => ({
        type: "alias",
        name: alias,
        ref: `${name}/${alias}`,
        scope: name,
        ...(entry.comment === undefined ? {} : { comment: entry.comment }),
      })),
      ...(type === undefined || type === "ipset" ? Object.entries(file.ipsets) : []).map(([set, entry]) => ({
        type: "ipset",
        name: set,
        ref: `+${name}/${set}`,
        scope: name,
        ...(entry.comment === undefined ? {} : { comment: entry.comment }),
      })),
    ]);
  };

const noLog: Handler = (call) => {
  call.total = 1;
  return [{ n: 1, t: "unable to open file - No such file or directory" }];
};

const cluster: Scope = { base: "/cluster/firewall", lock: "cluster.fw", file: (call) => call.world.cluster.firewall };
const node: Scope = {
  base: "/nodes/{node}/firewall",
  lock: "host.fw",
  file: (call) => call.world.nodes[call.node]?.firewall ?? emptyFirewall(),
};
const guestScope = (kind: "qemu" | "lxc"): Scope => ({
  base: `/nodes/{node}/${kind}/{vmid}/firewall`,
  lock: "guest.fw",
  file: (call) => {
    // The file lies in the cluster's file system: whichever node was asked reads it, whatever node the path names.
    const guest = call.world.guests[call.need("vmid")];
    return (guest?.kind === kind ? guest : guestOfCall(call, kind)).firewall;
  },
});

const groupOf = (call: Call) =>
  call.world.cluster.firewall.groups[call.need("group")] ?? fail(`no such security group '${call.need("group")}'`);

const groupHandlers: Handlers = {
  "GET /cluster/firewall/groups": (call) =>
    Object.entries(call.world.cluster.firewall.groups).map(([group, entry]) => ({
      group,
      digest: digestOf(call.world.cluster.firewall),
      ...(entry.comment === undefined ? {} : { comment: entry.comment }),
    })),
  "POST /cluster/firewall/groups": (call) => {
    const { groups } = call.world.cluster.firewall;
    const group = call.need("group");
    const comment = call.text("comment");
    const rename = call.text("rename");
    needLock(call.world, call.node, "cluster.fw");
    if (rename !== undefined) {
      const entry = groups[rename] ?? refuseParameters({ group: `Security group '${rename}' does not exist` });
      if (rename !== group && groups[group] !== undefined)
        refuseParameters({ group: `Security group '${group}' already exists` });
      delete groups[rename];
      groups[group] = { ...entry, ...(comment === undefined ? {} : { comment }) };
      return null;
    }
    if (groups[group] !== undefined) refuseParameters({ group: `Security group '${group}' already exists` });
    groups[group] = { rules: [], ...(comment === undefined ? {} : { comment }) };
    return null;
  },
  "DELETE /cluster/firewall/groups/{group}": (call) => {
    const { groups } = call.world.cluster.firewall;
    const group = call.need("group");
    needLock(call.world, call.node, "cluster.fw");
    if ((groups[group]?.rules.length ?? 0) > 0) fail(`Security group '${group}' is not empty`);
    delete groups[group];
    return null;
  },
};

const guestHandlers = (kind: "qemu" | "lxc"): Handlers => {
  const scope = guestScope(kind);
  return {
    ...ruleHandlers(`${scope.base}/rules`, scope.lock, (call) => ({
      rules: scope.file(call).rules,
      file: scope.file(call),
    })),
    ...optionHandlers(scope),
    ...aliasHandlers(scope),
    ...setHandlers(scope),
    [`GET ${scope.base}/refs`]: refs(scope),
    [`GET ${scope.base}/log`]: noLog,
  };
};

export const firewall: Handlers = {
  ...ruleHandlers("/cluster/firewall/rules", cluster.lock, (call) => ({
    rules: cluster.file(call).rules,
    file: cluster.file(call),
  })),
  ...ruleHandlers("/cluster/firewall/groups/{group}", cluster.lock, (call) => ({
    rules: groupOf(call).rules,
    file: cluster.file(call),
  })),
  ...ruleHandlers("/nodes/{node}/firewall/rules", node.lock, (call) => ({
    rules: node.file(call).rules,
    file: node.file(call),
  })),
  ...groupHandlers,
  ...optionHandlers(cluster),
  ...aliasHandlers(cluster),
  ...setHandlers(cluster),
  "GET /cluster/firewall/macros": () => Object.entries(macros).map(([macro, descr]) => ({ macro, descr })),
  "GET /cluster/firewall/refs": refs(cluster),
  ...optionHandlers(node),
  "GET /nodes/{node}/firewall/log": noLog,
  ...guestHandlers("qemu"),
  ...guestHandlers("lxc"),
};
