import type { PveVersion } from "@orrery/contract";
import type { HaRule } from "@orrery/model";
import type { Entry } from "@orrery/state";
import { type Mark, unmarked } from "../../compare/mark.ts";
import type { Properties } from "../../compare/value.ts";
import type { Declaring } from "../kind.ts";
import { textOf } from "../text.ts";
import { sidOfListed } from "./sid.ts";

type NodeRule = Extract<HaRule, { kind: "node affinity" }>;

/** `node01:2`, and `node02` of the priority 0, in the order of their names. */
const nodeList = (nodes: readonly (readonly [string, number])[]): string[] =>
  nodes.map(([name, priority]) => (priority === 0 ? name : `${name}:${priority}`)).toSorted();

const declaredNodes = ({ nodes }: NodeRule): string[] => {
  if (Array.isArray(nodes)) return nodeList([...new Set(nodes)].map((name) => [name, 0]));
  return nodeList(Object.entries(nodes));
};

const words = (of: unknown): string[] =>
  textOf(of)
    .split(/[,;\s]+/)
    .filter((word) => word !== "");

/** Nodes with priorities, as a rule or a group of a cluster names them. */
export const nodesIn = (of: unknown): readonly (readonly [string, number])[] =>
  words(of).map((word) => {
    const [name = "", priority] = word.split(":");
    return [name, Number(priority ?? 0)] as const;
  });

const flag = (key: string, set: boolean): Properties => (set ? { [key]: "1" } : {});
const isSet = (of: unknown): boolean => textOf(of) === "1";

/** The resources that a rule names, and the guests of which nobody knows the number. */
export const ruledBy = (
  { guests }: HaRule,
  declaring: Declaring,
): { readonly sids: readonly string[]; readonly missing: readonly string[] } => {
  const found = guests.map((guest) => ({ guest, sid: sidOfListed(guest, declaring) }));
  return {
    sids: [...new Set(found.flatMap(({ sid }) => sid ?? []))].toSorted(),
    missing: found.filter(({ sid }) => sid === undefined).map(({ guest }) => String(guest)),
  };
};

/** A declared rule as 9 has it. */
export const ruleProperties = (rule: HaRule, sids: readonly string[], mark: Mark): Properties => ({
  type: rule.kind === "node affinity" ? "node-affinity" : "resource-affinity",
  resources: sids,
  ...(rule.kind === "node affinity"
    ? { nodes: declaredNodes(rule), ...flag("strict", rule.strict) }
    : { affinity: rule.affinity }),
  ...flag("disable", !rule.enabled),
  comment: unmarked(mark, rule.comment),
});

/** A rule of a cluster of 9. */
export const readRule = (mark: Mark, { type, options }: Entry): Properties => ({
  type,
  resources: [...new Set(words(options.resources))].toSorted(),
  ...(type === "node-affinity"
    ? { nodes: nodeList(nodesIn(options.nodes)), ...flag("strict", isSet(options.strict)) }
    : { affinity: textOf(options.affinity) }),
  ...flag("disable", isSet(options.disable)),
  comment: unmarked(mark, textOf(options.comment)),
});

/** A rule about nodes as the group that stands for it on 8.4; which guests are in it is said of them. */
export const groupProperties = (rule: NodeRule, mark: Mark): Properties => ({
  nodes: declaredNodes(rule),
  ...flag("restricted", rule.strict),
  ...flag("nofailback", !rule.failback),
  comment: unmarked(mark, rule.comment),
});

/** A group of a cluster of 8.4. */
export const readGroup = (mark: Mark, { options }: Entry): Properties => ({
  nodes: nodeList(nodesIn(options.nodes)),
  ...flag("restricted", isSet(options.restricted)),
  ...flag("nofailback", isSet(options.nofailback)),
  comment: unmarked(mark, textOf(options.comment)),
});

/** The group that a resource is in by the declared rules, on 8.4: a guest has one at most. */
export const groupOf = (
  sid: string,
  declaring: Declaring,
):
  | { readonly kind: "none" }
  | { readonly kind: "one"; readonly id: string }
  | { readonly kind: "several"; readonly why: string } => {
  if (declaring.contract !== "8.4") return { kind: "none" };
  const ids = Object.entries(declaring.inventory.lab.ha?.rules ?? {}).flatMap(([id, rule]) =>
    rule.kind === "node affinity" && rule.enabled && ruledBy(rule, declaring).sids.includes(sid) ? [id] : [],
  );
  const [first, ...others] = ids;
  if (first === undefined) return { kind: "none" };
  if (others.length === 0) return { kind: "one", id: first };
  return { kind: "several", why: `on 8.4 a guest is in one group, and ${ids.join(" and ")} name it` };
};

/** What each release has in the place of the other's. */
export const has = (contract: PveVersion): "rules" | "groups" => (contract === "8.4" ? "groups" : "rules");
