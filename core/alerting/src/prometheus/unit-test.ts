import type { Seconds } from "@orrery/model";
import { type AlertRule, type Example, type ExampleSeries, ownLabels } from "../alert-rule.ts";
import { firingOf } from "../example.ts";
import { promql, promSpan } from "../expression/promql.ts";
import { type Labels, labelKey } from "../labels.ts";
import { sideBySide } from "../side-by-side.ts";
import { type Yaml, yaml } from "./yaml.ts";

/** In promtool's notation: `0.5+0x2 _x3 stale`. */
const notation = ({ runs }: ExampleSeries): string =>
  runs
    .filter(([, times]) => times > 0)
    .map(([value, times]) => {
      if (value === "gap") return `_x${times}`;
      if (value === "stale") return Array.from({ length: times }, () => "stale").join(" ");
      return times === 1 ? String(value) : `${value}+0x${times - 1}`;
    })
    .join(" ");

const selector = (metric: string, labels: Labels): string => {
  const inner = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${metric}{${inner.join(",")}}`;
};

export const inputSeries = (series: readonly ExampleSeries[]): Yaml =>
  series.map((one) => ({ series: selector(one.metric, one.labels), values: notation(one) }));

/** @param named every rule of its name: promtool looks at alerts by name */
const testOf = (rule: AlertRule, named: readonly AlertRule[], example: Example): Yaml => {
  const firing = firingOf(named, example);
  const own = firingOf([rule], example).length;
  return {
    name: `${rule.name} (${rule.severity}): ${example.title}`,
    interval: promSpan(example.step),
    input_series: inputSeries(example.series),
    promql_expr_test: [
      {
        expr: promql({
          kind: "aggregate",
          how: "count",
          by: [],
          of: {
            kind: "select",
            metric: "ALERTS",
            where: Object.entries({ ...ownLabels(rule), alertname: rule.name, alertstate: "firing" }).map(
              ([label, value]) => ({ label, kind: "=" as const, value }),
            ),
          },
        }),
        eval_time: promSpan(example.at),
        exp_samples: own === 0 ? [] : [{ labels: "{}", value: own }],
      },
    ],
    alert_rule_test: [
      {
        eval_time: promSpan(example.at),
        alertname: rule.name,
        exp_alerts: firing.map(({ labels, annotations }) => ({
          exp_labels: { ...labels, alertname: undefined },
          exp_annotations: { ...annotations },
        })),
      },
    ],
  };
};

/**
 * Test files of `promtool test rules`, by the step of their examples, for a file evaluates at one pace: every example of
 * every rule, and clusters side by side. What must fire is what Orrery itself says, in its words.
 */
export const unitTests = (
  ruleFiles: readonly string[],
  rules: readonly AlertRule[],
): ReadonlyMap<Seconds, { readonly text: string; readonly tests: number }> => {
  const byName = Map.groupBy(rules, ({ name }) => name);
  const tests = rules.flatMap((rule) =>
    [...rule.examples, ...sideBySide(rule)].map((example) => ({
      step: example.step,
      test: testOf(rule, byName.get(rule.name) ?? [], example),
    })),
  );
  return new Map(
    [...Map.groupBy(tests, ({ step }) => step)].map(([step, some]) => [
      step,
      {
        tests: some.length,
        text: yaml({ rule_files: ruleFiles, evaluation_interval: promSpan(step), tests: some.map(({ test }) => test) }),
      },
    ]),
  );
};

/** Examples whose rule does not do what they say; none, where all is well. */
export const examplesBroken = (rules: readonly AlertRule[]): readonly string[] =>
  rules.flatMap((rule) =>
    [...rule.examples, ...sideBySide(rule)].flatMap((example) => {
      const firing = firingOf([rule], example);
      const told = (labels: Labels): string => labelKey({ ...labels, ...ownLabels(rule), alertname: rule.name });
      const expected = example.fires.map(told).sort().join();
      const actual = firing
        .map(({ labels }) => labelKey(labels))
        .sort()
        .join();
      return expected === actual ? [] : [`${rule.name}: ${example.title}: expected ${expected}, got ${actual}`];
    }),
  );
