export { type Checked, type CheckOptions, checkLab } from "./check.ts";
export { type FailureDomain, failureDomains } from "./failure-domains.ts";
export type { Draft, Finding, Objective, Place, Severity, Verdict } from "./finding.ts";
export { severities } from "./finding.ts";
export type { Context, Rule } from "./rule.ts";
export { rules } from "./rules/index.ts";
export { type Turn, type Turns, turnsBetween } from "./turns.ts";
