import type { Chapter, Path } from "@orrery/model";

export const severities = ["error", "warning", "note"] as const;
/** `error`: the declaration cannot be true, or data or service is lost by it. `warning`: it will hurt. `note`: worth knowing. */
export type Severity = (typeof severities)[number];

/** `violated`: shown not to hold. `unproven`: something that it depends on is unknown. */
export type Verdict = "violated" | "unproven";

/** A file of the declaration and a line in it, 1-based. */
export type Place = { readonly file: string; readonly line: number; readonly column: number };

/** A claim that does not hold, or cannot be shown to. */
export type Finding = {
  readonly rule: string;
  readonly severity: Severity;
  readonly verdict: Verdict;
  readonly chapter: Chapter;
  /** What it is about: a guest, a node, a scenario, a policy. */
  readonly subject: string;
  readonly claim: { readonly text: string; readonly path: Path; readonly place?: Place };
  /** With the arithmetic shown. */
  readonly why: string;
  readonly remedy: string;
  /** Set where somebody took it upon themselves; it then counts for nothing but is still told. */
  readonly waived?: { readonly owner: string; readonly reason: string; readonly expires: string };
};

/** What a rule says; the rest of a finding follows from the rule. */
export type Draft = {
  readonly subject: string;
  /** Where the claim stands in the declaration. */
  readonly path: Path;
  /** The claim in the declaration's words. */
  readonly claim: string;
  readonly why: string;
  readonly remedy: string;
  /** `violated` where left out. */
  readonly verdict?: Verdict;
  /** The rule's own where left out. */
  readonly severity?: Severity;
};

/** The verdict on one number that the lab must meet. */
export type Objective = {
  readonly id: string;
  readonly chapter: Chapter;
  readonly path: Path;
  /** `Host Node Failure: RPO 24 h`. */
  readonly title: string;
  readonly verdict: "met" | "missed" | "unproven";
  /** What was worked out, in the objective's own unit; left out where nothing could be. */
  readonly figure?: string;
  /** The arithmetic in one line. */
  readonly why: string;
};
