import { type Config, dict, type Section, sectionDigest, wakeHa } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { needSectionDigest } from "../digest.ts";
import { nodesOf, resourcesOf, rulesAgainstSense } from "../ha/affinity.ts";
import { parseSid } from "../ha/sid.ts";
import { fail, Problem } from "../problem.ts";
import { needLock, needQuorum } from "../quorum.ts";
import { deleteOptions, needOptions, type OptionTable } from "../section-options.ts";
import { splitList } from "../validation/word-list.ts";
import { within } from "../within.ts";
import { configOf } from "./values.ts";

const none: OptionTable = { required: [], optional: [] };

const tables: Readonly<Record<string, OptionTable>> = {
  "node-affinity": { required: ["resources", "nodes"], optional: ["affinity", "strict", "disable", "comment"] },
  "resource-affinity": { required: ["resources", "affinity"], optional: ["disable", "comment"] },
};

/** Rules as they are answered; what is about all of them is worked out once. */
const shown = (call: Call, those: readonly Section[]): Record<string, unknown>[] => {
  const { rules } = call.world.ha;
  const wrong = rulesAgainstSense(call.world, Object.values(rules));
  const places = new Map(Object.keys(rules).map((id, index) => [id, index + 1]));
  const digest = sectionDigest(rules);
  return those.map((rule) => {
    const errors = wrong.get(rule.id);
    return {
      rule: rule.id,
      type: rule.type,
      ...rule.options,
      order: places.get(rule.id) ?? 0,
      digest,
      ...(errors === undefined ? {} : { errors: { resources: errors } }),
    };
  });
};

const list = (call: Call): unknown => {
  const type = call.text("type");
  const resource = call.text("resource");
  const those = Object.values(call.world.ha.rules)
    .filter((rule) => type === undefined || rule.type === type)
    .filter((rule) => resource === undefined || resourcesOf(rule).includes(resource));
  return shown(call, those);
};

const read = (call: Call): unknown => {
  const id = call.need("rule");
  return shown(call, [call.world.ha.rules[id] ?? fail(`no such ha rule '${id}'`)])[0];
};

/** Lists in the order in which the file holds them: by name. */
const given = (call: Call): Config => {
  const config = configOf(call, "rule", "type", "delete", "digest");
  if (config.resources !== undefined) {
    const sids = splitList(String(config.resources)).map((text) => parseSid(call.world, text));
    config.resources = [...new Set(sids)].toSorted().join(",");
  }
  if (config.nodes !== undefined) config.nodes = splitList(String(config.nodes)).toSorted().join(",");
  return config;
};

const needKnown = (call: Call, rule: Section): void => {
  const { ha, nodes } = call.world;
  const unmanaged = resourcesOf(rule).filter((sid) => ha.resources[sid] === undefined);
  if (unmanaged.length > 0) fail(`cannot use unmanaged resource(s) ${unmanaged.join(", ")}.`);
  const missing = nodesOf(rule).flatMap(({ name }) => (nodes[name] === undefined ? [name] : []));
  if (missing.length > 0) fail(`cannot use non-existent node(s) ${missing.join(", ")}.`);
};

/** Refuses a rule that cannot hold beside the others. */
const needSense = (call: Call, rule: Section): void => {
  needKnown(call, rule);
  const others = Object.values(call.world.ha.rules).filter((other) => other.id !== rule.id);
  const errors = rulesAgainstSense(call.world, [...others, rule]).get(rule.id);
  if (errors !== undefined) throw new Problem(400, `Rule '${rule.id}' is invalid.\n`, { resources: errors.join(", ") });
};

const create = (call: Call): unknown => {
  const { rules } = call.world.ha;
  needQuorum(call.world, call.node);
  const type = call.need("type");
  const options = given(call);
  needOptions(tables[type] ?? none, options, true);
  return within("create ha rule failed", () => {
    needLock(call.world, call.node, "domain-ha");
    const id = call.need("rule");
    if (rules[id] !== undefined) fail(`HA rule '${id}' already defined`);
    const rule: Section = { type, id, options };
    needSense(call, rule);
    rules[id] = rule;
    wakeHa(call.world);
    return null;
  });
};

const update = (call: Call): unknown =>
  within("update HA rules failed", () => {
    const { rules } = call.world.ha;
    needLock(call.world, call.node, "domain-ha");
    needSectionDigest(call.text("digest"), rules);
    const id = call.need("rule");
    const rule = rules[id] ?? fail(`HA rule '${id}' does not exist`);
    const table = tables[rule.type] ?? none;
    const changed = given(call);
    needOptions(table, changed, false);
    const options = dict(Object.entries(rule.options));
    deleteOptions(table, options, changed, call.list("delete"));
    Object.assign(options, changed);
    needSense(call, { ...rule, options });
    rule.options = options;
    wakeHa(call.world);
    return null;
  });

const remove = (call: Call): unknown =>
  within("delete ha rule failed", () => {
    needLock(call.world, call.node, "domain-ha");
    delete call.world.ha.rules[call.need("rule")];
    wakeHa(call.world);
    return null;
  });

export const haRules: Handlers = {
  "GET /cluster/ha/rules": list,
  "POST /cluster/ha/rules": create,
  "GET /cluster/ha/rules/{rule}": read,
  "PUT /cluster/ha/rules/{rule}": update,
  "DELETE /cluster/ha/rules/{rule}": remove,
};
