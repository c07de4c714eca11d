import type { Instant } from "@orrery/model";
import { type AlertRule, ownLabels, ruleKey, wordingsOf } from "./alert-rule.ts";
import { Ambiguous, type Element, evaluate } from "./expression/evaluate.ts";
import { type Labels, labelKey } from "./labels.ts";
import type { SeriesSource } from "./series.ts";
import { worded } from "./wording.ts";

/** Where an alert is in its life. */
export type AlertState =
  /** Its series is there, not yet for as long as its rule wants. */
  | { readonly kind: "pending"; readonly since: Instant }
  /** `gone`: since when its series is not there, where the rule keeps it firing nevertheless. */
  | { readonly kind: "firing"; readonly since: Instant; readonly fired: Instant; readonly gone?: Instant }
  | { readonly kind: "resolved"; readonly since: Instant; readonly fired: Instant; readonly resolved: Instant };

export type Alert = {
  readonly name: string;
  /** With those of its rule: what tells it from all others. */
  readonly labels: Labels;
  readonly annotations: Labels;
  /** When its series was last there. */
  readonly value: number;
  readonly state: AlertState;
};

export type Transition = {
  readonly at: Instant;
  readonly alert: Alert;
  readonly from: "inactive" | AlertState["kind"];
  readonly to: "inactive" | AlertState["kind"];
};

/** Every alert that is pending, fires, or was resolved a short while ago, by rule and labels. Plain JSON. */
export type Watch = { readonly [rule: string]: { readonly [labels: string]: Alert } };

/** A rule that could not be evaluated. Its alerts stay as they were. */
export type RuleFailure = { readonly rule: string; readonly why: string };

export type Watched = {
  readonly watch: Watch;
  readonly transitions: readonly Transition[];
  readonly failures: readonly RuleFailure[];
};

export const nothingYet: Watch = {};

/** How long a resolved alert is still told of, so that whoever missed it hears. */
const resolvedFor = 15 * 60_000;

const alertOf = (rule: AlertRule, { labels, value }: Element, state: AlertState): Alert => ({
  name: rule.name,
  labels: {
    ...Object.fromEntries(Object.entries(labels).filter(([, one]) => one !== "")),
    ...ownLabels(rule),
    alertname: rule.name,
  },
  annotations: Object.fromEntries(
    Object.entries(wordingsOf(rule)).map(([name, wording]) => [name, worded(wording, labels, value)]),
  ),
  value,
  state,
});

/** What becomes of an alert whose series is there. */
const present = (rule: AlertRule, before: AlertState | undefined, at: Instant): AlertState => {
  const since = before === undefined || before.kind === "resolved" ? at : before.since;
  if (before?.kind === "firing") return { kind: "firing", since, fired: before.fired };
  return at - since >= rule.for * 1_000 ? { kind: "firing", since, fired: at } : { kind: "pending", since };
};

/** What becomes of one whose series is gone. */
const missing = (rule: AlertRule, before: AlertState, at: Instant): AlertState | undefined => {
  switch (before.kind) {
    case "pending":
      return undefined;
    case "firing": {
      const gone = before.gone ?? at;
      if (at - gone < (rule.keepFiringFor ?? 0) * 1_000) return { ...before, gone };
      return { kind: "resolved", since: before.since, fired: before.fired, resolved: at };
    }
    case "resolved":
      return at - before.resolved > resolvedFor ? undefined : before;
  }
};

/**
 * Evaluates rules once, as Prometheus does: `for`, `keep_firing_for`, an end that is told, a rule that cannot be evaluated
 * stays as it was.
 *
 * @param before what the evaluation before this one left
 * @param at later than the one before
 * @param isBlind so little is seen of what a rule reads that what is not there says nothing: what was, stays as it was
 */
export const watch = (
  rules: readonly AlertRule[],
  source: SeriesSource,
  before: Watch,
  at: Instant,
  isBlind: (rule: AlertRule) => boolean = () => false,
): Watched => {
  const after: Record<string, Record<string, Alert>> = {};
  const transitions: Transition[] = [];
  const failures: RuleFailure[] = [];
  for (const rule of rules) {
    const key = ruleKey(rule);
    const known = before[key] ?? {};
    let found: readonly Element[];
    try {
      found = evaluate(rule.expression, source, at);
      if (new Set(found.map(({ labels }) => labelKey(labels))).size < found.length)
        throw new Ambiguous("several alerts would have the same labels");
    } catch (error) {
      if (!(error instanceof Ambiguous)) throw error;
      failures.push({ rule: key, why: error.message });
      if (Object.keys(known).length > 0) after[key] = known;
      continue;
    }
    const alerts: Record<string, Alert> = {};
    const move = (from: AlertState | undefined, alert: Alert, to: AlertState | undefined): void => {
      const was = from?.kind ?? "inactive";
      const is = to?.kind ?? "inactive";
      if (was !== is && !(was === "resolved" && is === "inactive")) transitions.push({ at, alert, from: was, to: is });
    };
    for (const element of found) {
      const id = labelKey(element.labels);
      const state = present(rule, known[id]?.state, at);
      const alert = alertOf(rule, element, state);
      alerts[id] = alert;
      move(known[id]?.state, alert, state);
    }
    for (const [id, alert] of Object.entries(known)) {
      if (alerts[id] !== undefined) continue;
      const state = isBlind(rule) && alert.state.kind !== "resolved" ? alert.state : missing(rule, alert.state, at);
      const last = state === undefined ? alert : { ...alert, state };
      if (state !== undefined) alerts[id] = last;
      move(alert.state, last, state);
    }
    if (Object.keys(alerts).length > 0) after[key] = alerts;
  }
  return { watch: after, transitions, failures };
};

/** Every alert of a watch that fires, or did a short while ago. */
export const alertsOf = (of: Watch): readonly Alert[] => Object.values(of).flatMap((alerts) => Object.values(alerts));
