import type { Instant, Lab } from "@orrery/model";
import { checkLab } from "../check.ts";
import type { Finding } from "../finding.ts";
import { rules } from "../rules/index.ts";
import { aDay } from "./a-lab.ts";

/** What one rule finds in a lab. */
export const says = (rule: string, lab: Lab, at: Instant = aDay): readonly Finding[] => {
  const asked = rules.filter(({ id }) => id === rule);
  if (asked.length === 0) throw new Error(`there is no rule ${rule}`);
  return checkLab(lab, { at, rules: asked }).findings;
};

/** The same, where one finding is expected. */
export const says1 = (rule: string, lab: Lab, at: Instant = aDay): Finding => {
  const [finding, ...more] = says(rule, lab, at);
  if (finding === undefined || more.length > 0)
    throw new Error(`${rule} found ${finding === undefined ? "nothing" : `${more.length + 1} things`}`);
  return finding;
};
