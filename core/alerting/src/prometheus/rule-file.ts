import type { Seconds } from "@orrery/model";
import { type AlertRule, ownLabels, type RecordingRule, wordingsOf } from "../alert-rule.ts";
import { promql, promSpan } from "../expression/promql.ts";
import { goTemplate } from "../wording.ts";
import { type Yaml, yaml } from "./yaml.ts";

/** Rules that Prometheus evaluates one after another. */
export type RuleGroup = {
  readonly name: string;
  readonly interval?: Seconds;
  readonly rules: readonly (AlertRule | RecordingRule)[];
};

const alerting = (rule: AlertRule): Yaml => ({
  alert: rule.name,
  expr: promql(rule.expression),
  ...(rule.for === 0 ? {} : { for: promSpan(rule.for) }),
  ...(rule.keepFiringFor === undefined ? {} : { keep_firing_for: promSpan(rule.keepFiringFor) }),
  labels: { ...ownLabels(rule) },
  annotations: Object.fromEntries(Object.entries(wordingsOf(rule)).map(([name, text]) => [name, goTemplate(text)])),
});

/** A rule file of Prometheus 2.42 or newer. */
export const ruleFile = (groups: readonly RuleGroup[]): string =>
  yaml({
    groups: groups.map(({ name, interval, rules }) => ({
      name,
      ...(interval === undefined ? {} : { interval: promSpan(interval) }),
      rules: rules.map(
        (rule): Yaml => ("record" in rule ? { record: rule.record, expr: promql(rule.expression) } : alerting(rule)),
      ),
    })),
  });
