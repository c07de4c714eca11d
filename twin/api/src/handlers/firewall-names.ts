import { type Config, dict, type FirewallFile } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { needDigest } from "../digest.ts";
import { fail, refuseParameters } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { digestOf, ipVersion, type Scope } from "./firewall-rules.ts";
import { configOf } from "./values.ts";

const shownAlias = (name: string, alias: Config): Record<string, unknown> => ({
  name,
  ...alias,
  ipversion: ipVersion(alias.cidr) ?? 4,
});

export const aliasHandlers = ({ base, file, lock }: Scope): Handlers => ({
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

export const setHandlers = ({ base, file, lock }: Scope): Handlers => ({
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
