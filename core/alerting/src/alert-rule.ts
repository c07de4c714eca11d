import type { ProcedureId, Seconds } from "@orrery/model";
import type { Expression } from "./expression/expression.ts";
import { type Labels, labelKey } from "./labels.ts";
import type { Wording } from "./wording.ts";

const severities = ["critical", "warning", "info"] as const;
/**
 * `critical`: an objective, data or quorum is lost or about to be. `warning`: somebody should act on duty. `info`: worth
 * knowing. `none`: no alert at all but a statement that others are silenced by, or a sign of life.
 */
export type AlertSeverity = (typeof severities)[number] | "none";

/** What an alert is about, which tells what silences it: everything on a node is silent when the node is down. */
export type AlertScope = "cluster" | "node" | "storage" | "guest" | "collector";

/** What is to be done, in the declaration's own words. */
export type Response = { readonly procedure?: ProcedureId; readonly document?: string };

/** When somebody is to be told of what. Two rules may have one name and differ in severity. */
export type AlertRule = {
  /** `NodeDown`: what alerts of it are called. */
  readonly name: string;
  readonly severity: AlertSeverity;
  readonly scope: AlertScope;
  /** Each series of it is an alert, told apart by its labels. */
  readonly expression: Expression;
  /** How long a series must be there before anybody is told. */
  readonly for: Seconds;
  /** How long an alert goes on when its series is gone: keeps what comes and goes from being told again and again. */
  readonly keepFiringFor?: Seconds;
  /** Beside the severity: what tells this rule from another of its name, such as `policy`. */
  readonly labels?: Labels;
  readonly summary: Wording;
  readonly description: Wording;
  readonly response: Response;
  /** Where in the declaration its numbers come from, or why they are as they are. */
  readonly because: string;
  /** What the declaration leaves open and was assumed. */
  readonly assumed?: string;
  /** A maintenance window of the cluster brings it about: it is not told of while one is open. */
  readonly expectedInWindow?: true;
  /** What shows that it fires and that it does not. */
  readonly examples: readonly Example[];
};

/** A figure that dashboards ask for often, worked out ahead. */
export type RecordingRule = {
  /** `cluster:memory_usage:ratio`. */
  readonly record: string;
  readonly expression: Expression;
};

/** Values one step apart: `[0.5, 3]` is 0.5 three times; `"gap"` is no value, `"stale"` the end of the series. */
export type Run = readonly [value: number | "gap" | "stale", times: number];

export type ExampleSeries = { readonly metric: string; readonly labels: Labels; readonly runs: readonly Run[] };

/** Series that a rule is tried on. */
export type Example = {
  /** A true sentence: `a node over the threshold for long enough`. */
  readonly title: string;
  readonly step: Seconds;
  readonly series: readonly ExampleSeries[];
  /** When to look, and the alerts that fire then by what tells them apart; none where it must be quiet. */
  readonly at: Seconds;
  readonly fires: readonly Labels[];
};

/** The labels that every alert of a rule has. */
export const ownLabels = ({ severity, scope, labels = {}, expectedInWindow }: AlertRule): Labels => ({
  ...labels,
  severity,
  scope,
  ...(expectedInWindow ? { window: "expected" } : {}),
});

/** What tells a rule from all others of a set. */
export const ruleKey = (rule: AlertRule): string => `${rule.name} ${labelKey(ownLabels(rule))}`;

/** What an alert of a rule says beside its labels. */
export const wordingsOf = ({ summary, description, response, because, assumed }: AlertRule): Labels => ({
  summary,
  description,
  because: assumed === undefined ? because : `${because} Assumed: ${assumed}`,
  ...(response.procedure === undefined ? {} : { procedure: response.procedure }),
  ...(response.document === undefined ? {} : { runbook_url: response.document }),
});
