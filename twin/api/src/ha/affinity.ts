import { type Section, vmidOfSid, type World } from "@orrery/twin-world";
import { splitList } from "../validation/word-list.ts";

export const resourcesOf = (rule: Section): string[] => splitList(String(rule.options.resources ?? ""));

/** Names and priorities of a list such as `pve1:2,pve2`. */
export const nodesOf = (rule: Section): { name: string; priority: number }[] =>
  splitList(String(rule.options.nodes ?? "")).map((text) => {
    const [name = "", priority] = text.split(":");
    return { name, priority: Number(priority ?? 0) };
  });

const enabled = (rule: Section): boolean => `${rule.options.disable ?? 0}` !== "1";

const rulesOn = (world: World, sid: string, type: string): Section[] =>
  Object.values(world.ha.rules).filter(
    (rule) => rule.type === type && enabled(rule) && resourcesOf(rule).includes(sid),
  );

const nodeOf = (world: World, sid: string): string | undefined =>
  world.ha.services[sid]?.node ?? world.guests[vmidOfSid(sid) ?? -1]?.node;

const othersWith = (world: World, sid: string, affinity: "positive" | "negative"): string[] => {
  const rules = rulesOn(world, sid, "resource-affinity").filter((rule) => rule.options.affinity === affinity);
  return [...new Set(rules.flatMap(resourcesOf))].filter((other) => other !== sid).toSorted();
};

export type Motion = {
  comigrated: string[];
  blocking: { sid: string; cause: "resource-affinity" | "node-affinity" }[];
};

/** What goes along when a resource is moved to a node, and what is in the way there. */
export const motionOf = (world: World, sid: string, node: string): Motion => {
  const together = othersWith(world, sid, "positive");
  const comigrated = together.filter((other) => nodeOf(world, other) !== node);
  const blocking: Motion["blocking"] = [];
  for (const one of [sid, ...together]) {
    for (const other of othersWith(world, one, "negative")) {
      if (nodeOf(world, other) === node) blocking.push({ sid: other, cause: "resource-affinity" });
    }
    const strict = rulesOn(world, one, "node-affinity").filter((rule) => `${rule.options.strict ?? 0}` === "1");
    if (strict.some((rule) => !nodesOf(rule).some(({ name }) => name === node)))
      blocking.push({ sid: one, cause: "node-affinity" });
  }
  return { comigrated, blocking };
};

/** Why rules cannot hold as they are: texts for `resources`, by rule. Mirrors the checks of pve-ha-manager's Rules. */
export const rulesAgainstSense = (world: World, rules: readonly Section[]): Map<string, string[]> => {
  const found = new Map<string, string[]>();
  const tell = (rule: Section, why: string) => found.set(rule.id, [...(found.get(rule.id) ?? []), why]);
  const active = rules.filter(enabled);
  const members = Object.keys(world.nodes).length;
  const byNode = active.filter((rule) => rule.type === "node-affinity");
  const byResource = active.filter((rule) => rule.type === "resource-affinity");
  const listed = new Map(active.map((rule) => [rule, resourcesOf(rule)]));
  const uses = new Map<string, Set<Section>>();
  for (const rule of byNode)
    for (const sid of listed.get(rule) ?? []) uses.set(sid, (uses.get(sid) ?? new Set()).add(rule));
  for (const rule of byNode) {
    for (const sid of (listed.get(rule) ?? []).toSorted()) {
      const twice = (uses.get(sid)?.size ?? 0) > 1;
      if (twice) tell(rule, `resource '${sid}' is already used in another node affinity rule`);
    }
  }
  for (const rule of byResource) {
    const resources = listed.get(rule) ?? [];
    if (resources.length < 2) tell(rule, "rule is ineffective as there are less than two resources");
    if (rule.options.affinity === "negative" && resources.length > members)
      tell(rule, "rule defines more resources than available nodes");
    const opposite = rule.options.affinity === "negative" ? "positive" : "negative";
    const clash = byResource.some(
      (other) =>
        other.options.affinity === opposite &&
        (listed.get(other) ?? []).filter((sid) => resources.includes(sid)).length >= 2,
    );
    if (clash) tell(rule, `rule shares two or more resources with a ${opposite} resource affinity rule`);
  }
  return found;
};
