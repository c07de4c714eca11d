import type { Lab } from "@orrery/model";
import { checkLab } from "../check.ts";
import type { Finding } from "../finding.ts";
import { rules } from "../rules/index.ts";
import { aDay } from "./a-lab.ts";

/** The ids of the rules of some families (`recovery`, `offsite`) that speak of a lab, each once, sorted. */
export const rulesThatSpeak = (lab: Lab, families: readonly string[]): readonly string[] =>
  [
    ...new Set(
      checkLab(lab, {
        at: aDay,
        rules: rules.filter(({ id }) => families.includes(id.split("/")[0] ?? "")),
      }).findings.map(({ rule }) => rule),
    ),
  ].sort();

/** What one rule says of a lab. */
export const saidBy = (rule: string, lab: Lab): readonly Finding[] =>
  checkLab(lab, { at: aDay, rules: rules.filter(({ id }) => id === rule) }).findings;

/** `met`, `missed` or `unproven`, by the objective's id. */
export const verdictOn = (id: string, lab: Lab): string | undefined =>
  checkLab(lab, { at: aDay, rules: [] }).objectives.find((objective) => objective.id === id)?.verdict;
