import type { Entry } from "@orrery/state";
import { isOn, wordsOf } from "./property.ts";

export const sidsOf = (rule: Entry): string[] => wordsOf(rule.options.resources);

/** `node1:2,node2` as nodes and priorities; 0 where none is given. */
export const prioritiesOf = (text: Entry["options"][string] | undefined): Map<string, number> =>
  new Map(
    wordsOf(text).map((word) => {
      const [node = "", priority = "0"] = word.split(":");
      return [node, Number(priority)];
    }),
  );

const shared = (one: Entry, other: Entry): string[] => sidsOf(one).filter((sid) => sidsOf(other).includes(sid));

/** Positive rules that reach each other through resources, as sets of rules. */
const connected = (rules: readonly Entry[]): Entry[][] => {
  const sets: Entry[][] = [];
  for (const rule of rules) {
    const touching = sets.filter((set) => set.some((other) => shared(rule, other).length > 0));
    for (const set of touching) sets.splice(sets.indexOf(set), 1);
    sets.push([...touching.flat(), rule]);
  }
  return sets;
};

/**
 * The rules that are on and hold together, and why the others are not in force: HA drops every rule of a contradiction.
 * Mirrors check_feasibility and the checks of Rules.pm, Rules/NodeAffinity.pm and Rules/ResourceAffinity.pm in
 * pve-ha-manager.
 */
export const rulesInForce = (
  all: readonly Entry[],
  members: number,
): { rules: Entry[]; dropped: ReadonlyMap<string, string> } => {
  const on = all.filter(({ options }) => !isOn(options.disable ?? 0));
  const byNode = on.filter(({ type }) => type === "node-affinity");
  const byResource = on.filter(({ type }) => type === "resource-affinity");
  const positive = byResource.filter(({ options }) => options.affinity === "positive");
  const negative = byResource.filter(({ options }) => options.affinity === "negative");
  const dropped = new Map<string, string>();
  const drop = (rules: readonly Entry[], why: string): void => {
    for (const { id } of rules) if (!dropped.has(id)) dropped.set(id, why);
  };
  for (const rule of byNode)
    for (const other of byNode)
      if (other !== rule && shared(rule, other).length > 0)
        drop([rule], `${shared(rule, other)[0]} is in ${other.id} too`);
  drop(
    byResource.filter((rule) => sidsOf(rule).length < 2),
    "it names less than two resources",
  );
  drop(
    negative.filter((rule) => sidsOf(rule).length > members),
    "it names more resources than there are nodes",
  );
  for (const one of positive)
    for (const other of negative)
      if (shared(one, other).length > 1) drop([one, other], `${one.id} and ${other.id} contradict each other`);
  for (const rule of byResource) {
    const paired = byNode.filter((other) => shared(rule, other).length > 0);
    if (paired.some((other) => new Set(prioritiesOf(other.options.nodes).values()).size > 1))
      drop([rule, ...paired], "nodes of several priorities do not go with a rule for resources");
  }
  for (const set of connected(positive)) {
    const paired = byNode.filter((other) => set.some((rule) => shared(rule, other).length > 0));
    if (paired.length > 1) drop([...set, ...paired], "resources that are kept together have several rules for nodes");
  }
  for (const rule of negative) {
    const paired = byNode.filter((other) => shared(rule, other).length > 0);
    const located = new Set(paired.flatMap((other) => shared(rule, other)));
    const nodes = new Set(paired.flatMap((other) => [...prioritiesOf(other.options.nodes).keys()]));
    if (nodes.size < located.size)
      drop([rule, ...paired], "resources that are kept apart have fewer nodes than they are");
  }
  return { rules: on.filter(({ id }) => !dropped.has(id)), dropped };
};
