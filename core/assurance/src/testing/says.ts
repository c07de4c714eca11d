import { type Instant, inventoryOf, type Lab } from "@orrery/model";
import type { Draft, Severity, Verdict } from "../finding.ts";
import { contextOf } from "../rule.ts";
import { rules } from "../rules/index.ts";
import { aDay } from "./a-lab.ts";

type Said = Draft & { readonly severity: Severity; readonly verdict: Verdict };

/** What one rule finds in a lab, sorted by subject. Other rules and the objectives are left alone. */
export const says = (id: string, lab: Lab, at: Instant = aDay): readonly Said[] => {
  const rule = rules.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`there is no rule ${id}`);
  return [...rule.check(contextOf(inventoryOf(lab), at))]
    .map(
      (draft): Said => ({ ...draft, severity: draft.severity ?? rule.severity, verdict: draft.verdict ?? "violated" }),
    )
    .sort((a, b) => (a.subject < b.subject ? -1 : 1));
};

/** The same, where one finding is expected. */
export const says1 = (id: string, lab: Lab, at: Instant = aDay): Said => {
  const [finding, ...more] = says(id, lab, at);
  if (finding === undefined || more.length > 0)
    throw new Error(`${id} found ${finding === undefined ? "nothing" : `${more.length + 1} things`}`);
  return finding;
};
