import { type Rule, rules } from "@orrery/assurance";
import { nearest } from "@orrery/model";
import { CommandError } from "./exit-code.ts";

export const familyOf = (rule: Rule): string => rule.id.slice(0, rule.id.indexOf("/"));

export const families: readonly string[] = [...new Set(rules.map(familyOf))];

/** The sentence on a name that no rule or family has, with the one that was probably meant. */
export const noSuchRule = (name: string): string => {
  const meant = nearest(name, [...rules.map((rule) => rule.id), ...families]);
  return `${JSON.stringify(name)}, and there is no such rule. ${
    meant === undefined ? "`orrery explain` lists all." : `Did you mean ${meant}? \`orrery explain\` lists all.`
  }`;
};

/** The rule of an id, or all of a family. */
export const rulesNamed = (name: string): readonly Rule[] => {
  const named = rules.filter((rule) => rule.id === name || familyOf(rule) === name);
  if (named.length === 0) throw new CommandError(`You named ${noSuchRule(name)}`);
  return named;
};
