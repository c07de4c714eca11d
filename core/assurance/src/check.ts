import { type Chapter, chapters, type Instant, inventoryOf, type Lab, type Path } from "@orrery/model";
import { type Finding, type Objective, type Place, severities } from "./finding.ts";
import { objectivesOf } from "./objectives.ts";
import { contextOf, type Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";
import { applyWaivers } from "./waivers.ts";

export type Checked = { readonly objectives: readonly Objective[]; readonly findings: readonly Finding[] };

export type CheckOptions = {
  /** The moment that the check is made for; reviews and waivers age against it. */
  readonly at: Instant;
  /** All where left out. */
  readonly rules?: readonly Rule[];
  /** Where a path of the declaration stands in its files. */
  readonly locate?: (path: Path) => Place | undefined;
};

/** A claim belongs to the chapter it stands in, whichever chapter its rule is mostly about. */
const chapterOf = (path: Path): Chapter | undefined => chapters.find((chapter) => chapter === path[0]);

/** Ordered by code unit, not by locale: the same everywhere. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byImportance = (a: Finding, b: Finding): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
  compare(a.subject, b.subject) ||
  compare(a.rule, b.rule) ||
  compare(a.claim.path.join("/"), b.claim.path.join("/")) ||
  compare(a.why, b.why);

/**
 * Proves a declaration against itself.
 *
 * @returns the verdict on each objective in declared order, and the findings by severity, then subject. The same lab,
 * moment and rules give the same result to the byte.
 */
export const checkLab = (lab: Lab, options: CheckOptions): Checked => {
  const context = contextOf(inventoryOf(lab), options.at);
  const findings: Finding[] = [];
  for (const rule of options.rules ?? rules) {
    for (const draft of rule.check(context)) {
      const place = options.locate?.(draft.path);
      findings.push({
        rule: rule.id,
        severity: draft.severity ?? rule.severity,
        verdict: draft.verdict ?? "violated",
        chapter: chapterOf(draft.path) ?? rule.chapter,
        subject: draft.subject,
        claim: { text: draft.claim, path: draft.path, ...(place === undefined ? {} : { place }) },
        why: draft.why,
        remedy: draft.remedy,
      });
    }
  }
  return { objectives: objectivesOf(context), findings: applyWaivers(findings, context).sort(byImportance) };
};
