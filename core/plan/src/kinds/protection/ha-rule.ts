import { valueIn } from "@orrery/state";
import type { Change } from "../../compare/comparison.ts";
import { isMarked } from "../../compare/mark.ts";
import type { DeclaredObject, ObservedObject } from "../../compare/object.ts";
import type { Properties } from "../../compare/value.ts";
import type { Step } from "../../plan/step.ts";
import type { Kind, Planning } from "../kind.ts";
import { optionTables } from "../option.ts";
import { sectionSteps } from "../section-steps.ts";
import { textOf } from "../text.ts";
import { movesBy } from "./ha-moves.ts";
import { groupProperties, has, readGroup, readRule, ruledBy, ruleProperties } from "./ha-rule-form.ts";

const ruleTable = optionTables(["POST", "/cluster/ha/rules"]);
const groupTable = optionTables(["POST", "/cluster/ha/groups"]);

const sidsOf = ({ resources }: Properties): readonly string[] => (Array.isArray(resources) ? resources : []);

const propertiesOf = (change: Change): Properties =>
  change.kind === "surplus" ? change.observed.properties : change.declared.properties;

const told = (steps: readonly Step[], change: Change, sids: readonly string[], planning: Planning): Step[] => {
  if (change.kind === "surplus") return [...steps];
  const { because, risk } = movesBy(propertiesOf(change), sids, planning);
  return steps.map((step) => ({ ...step, because: `${step.because}; ${because}`, risk }));
};

const unknownNumbers = (missing: readonly string[]): { open?: Record<string, string>; incomplete?: string } => {
  if (missing.length === 0) return {};
  const why = `nobody knows the number of ${missing.join(", ")}`;
  return { open: { resources: why }, incomplete: why };
};

/** A rule of 9. What 8.4 has no group for is told there as well. */
export const haRule: Kind = {
  noun: "HA rule",
  declared: (declaring) =>
    Object.entries(declaring.inventory.lab.ha?.rules ?? {}).flatMap(([id, rule]): DeclaredObject[] => {
      const common = { kind: "ha rule", id, path: ["ha", "rules", id] } as const;
      if (has(declaring.contract) === "groups") {
        if (rule.kind === "node affinity" && rule.enabled) return [];
        const why =
          rule.kind === "node affinity"
            ? "8.4 has groups in the place of rules, and none that is switched off"
            : "8.4 has no rules about which guests run together: it takes 9";
        return [{ ...common, properties: {}, open: {}, incomplete: why, needs: [] }];
      }
      const { sids, missing } = ruledBy(rule, declaring);
      const { resources, ...others } = ruleProperties(rule, sids, declaring.mark);
      const properties: Properties = missing.length > 0 || resources === undefined ? others : { ...others, resources };
      return [
        {
          ...common,
          properties,
          open: {},
          ...unknownNumbers(missing),
          ...(sids.length === 0 && missing.length === 0 ? { incomplete: "a rule of 9 names a guest at least" } : {}),
          needs: sids.map((sid) => ({ kind: "ha resource", id: sid })),
        },
      ];
    }),
  observed: ({ haRules, contract, at }, mark) => {
    if (has(contract) === "groups") return { objects: [], blind: [] };
    if (haRules.kind !== "observed") return { objects: [], blind: [{ kind: "ha rule", why: haRules.why }] };
    const objects = (valueIn(haRules) ?? []).map((entry): ObservedObject => {
      const properties = readRule(mark, entry);
      return {
        kind: "ha rule",
        id: entry.id,
        properties,
        hidden: {},
        marked: isMarked(mark, textOf(entry.options.comment)),
        builtIn: false,
        at: haRules.at ?? at,
        needs: sidsOf(properties).map((sid) => ({ kind: "ha resource", id: sid })),
      };
    });
    return { objects, blind: [] };
  },
  sources: () => [{ of: "cluster", part: "haRules" }],
  steps: (change, planning) => {
    const calls = {
      noun: "HA rule",
      create: "/cluster/ha/rules",
      at: "/cluster/ha/rules/{rule}",
      idKey: "rule",
      table: ruleTable(planning.contract),
    };
    const sids = sidsOf(propertiesOf(change));
    if (change.kind !== "changed") return told(sectionSteps(change, calls, planning), change, sids, planning);
    const { declared, observed } = change;
    if (change.properties.some(({ property }) => property === "type")) {
      const gone: Change = { kind: "surplus", observed };
      const made: Change = { kind: "missing", declared };
      const because = "a rule's type cannot be changed: it is made anew";
      return [
        ...sectionSteps(gone, calls, planning).map((step) => ({ ...step, because })),
        ...told(sectionSteps(made, calls, planning), made, sids, planning),
      ];
    }
    const type = { type: textOf(declared.properties.type) };
    return told(sectionSteps(change, { ...calls, always: type }, planning), change, sids, planning);
  },
};

/** A group of 8.4, in which a guest says that it is. */
export const haGroup: Kind = {
  noun: "HA group",
  declared: (declaring) => {
    if (has(declaring.contract) === "rules") return [];
    return Object.entries(declaring.inventory.lab.ha?.rules ?? {}).flatMap(([id, rule]): DeclaredObject[] =>
      rule.kind === "node affinity" && rule.enabled
        ? [
            {
              kind: "ha group",
              id,
              properties: groupProperties(rule, declaring.mark),
              open: {},
              path: ["ha", "rules", id],
              needs: [],
            },
          ]
        : [],
    );
  },
  observed: ({ haGroups, contract, at }, mark) => {
    if (has(contract) === "rules") return { objects: [], blind: [] };
    if (haGroups.kind !== "observed") return { objects: [], blind: [{ kind: "ha group", why: haGroups.why }] };
    const objects = (valueIn(haGroups) ?? []).map(
      (entry): ObservedObject => ({
        kind: "ha group",
        id: entry.id,
        properties: readGroup(mark, entry),
        hidden: {},
        marked: isMarked(mark, textOf(entry.options.comment)),
        builtIn: false,
        at: haGroups.at ?? at,
        needs: [],
      }),
    );
    return { objects, blind: [] };
  },
  sources: () => [{ of: "cluster", part: "haGroups" }],
  steps: (change, planning) => {
    const { state } = planning;
    const steps = sectionSteps(
      change,
      {
        noun: "HA group",
        create: "/cluster/ha/groups",
        at: "/cluster/ha/groups/{group}",
        idKey: "group",
        table: groupTable(planning.contract),
      },
      planning,
    );
    const id = change.kind === "surplus" ? change.observed.id : change.declared.id;
    const inside = (valueIn(state.haResources) ?? []).filter(({ options }) => textOf(options.group) === id);
    return told(
      steps,
      change,
      inside.map((resource) => resource.id),
      planning,
    );
  },
};
