import { type LabInput, localName } from "@orrery/model";
import { type ClusterState, type Entry, valueIn } from "@orrery/state";
import { guestNamesOf } from "../../adopt/guest-names.ts";
import type { Mark } from "../../compare/mark.ts";
import { listOf, type Properties } from "../../compare/value.ts";
import { textOf } from "../text.ts";
import { has, nodesIn, readGroup, readRule } from "./ha-rule-form.ts";
import { vmidOfSid } from "./sid.ts";

type Rule = NonNullable<NonNullable<LabInput["ha"]>["rules"]>[string];

const nodesOf = (properties: Properties): Extract<Rule, { kind: "node affinity" }>["nodes"] => {
  const nodes = nodesIn(listOf(properties.nodes).join(","));
  return nodes.every(([, priority]) => priority === 0) ? nodes.map(([name]) => name) : Object.fromEntries(nodes);
};

const plain = (properties: Properties): Pick<Rule, "comment" | "enabled"> => ({
  ...(textOf(properties.comment) === "" ? {} : { comment: textOf(properties.comment) }),
  ...(properties.disable === "1" ? { enabled: false } : {}),
});

/** The rules that a declaration can say: their nodes are there, and their names are names. */
const isSayable = ({ nodes }: ClusterState, { id, options }: Entry): boolean =>
  localName.safeParse(id, { jitless: true }).success &&
  nodesIn(options.nodes).every(([name]) => nodes[name] !== undefined);

/** HA rules, and the groups of 8.4 as the rules that they are. */
export const adoptRules = (state: ClusterState, mark: Mark): Record<string, Rule> => {
  const names = guestNamesOf(state);
  const guestOf = (sid: string): string | number => names.get(vmidOfSid(sid)) ?? vmidOfSid(sid);
  if (has(state.contract) === "groups") {
    const resources = valueIn(state.haResources) ?? [];
    return Object.fromEntries(
      (valueIn(state.haGroups) ?? [])
        .filter((group) => isSayable(state, group))
        .map((group) => {
          const properties = readGroup(mark, group);
          const inside = resources.filter(({ options }) => textOf(options.group) === group.id);
          const rule: Rule = {
            kind: "node affinity",
            guests: inside.map(({ id }) => guestOf(id)),
            nodes: nodesOf(properties),
            ...(properties.restricted === "1" ? { strict: true } : {}),
            ...(properties.nofailback === "1" ? { failback: false } : {}),
            ...plain(properties),
          };
          return [group.id, rule];
        }),
    );
  }
  return Object.fromEntries(
    (valueIn(state.haRules) ?? [])
      .filter((rule) => isSayable(state, rule))
      .map((entry) => {
        const properties = readRule(mark, entry);
        const guests = listOf(properties.resources).map(guestOf);
        const rule: Rule =
          entry.type === "node-affinity"
            ? {
                kind: "node affinity",
                guests,
                nodes: nodesOf(properties),
                ...(properties.strict === "1" ? { strict: true } : {}),
                ...plain(properties),
              }
            : {
                kind: "resource affinity",
                guests,
                affinity: properties.affinity === "negative" ? "negative" : "positive",
                ...plain(properties),
              };
        return [entry.id, rule];
      }),
  );
};
