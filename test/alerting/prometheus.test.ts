import {
  type AlertRule,
  alertsOf,
  type ExampleSeries,
  evaluate,
  inputSeries,
  type Labels,
  nothingYet,
  promql,
  ruleFile,
  seriesIn,
  seriesOf,
  watch,
  type Yaml,
  yaml,
} from "@orrery/alerting";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reasonToSkip } from "../others/debian.ts";
import { overFiles } from "./promtool.ts";
import { horizon, someRules, someSeries, step } from "./some-rules.ts";

const reason = reasonToSkip("alerting/prometheus.test.ts");

const named = (metric: string, labels: Labels): string =>
  `${metric}{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",")}}`;

type Tried = {
  readonly test: Yaml;
  readonly changes: number;
  readonly failures: number;
};

/** What Orrery says of rules over series at every evaluation, as a test for promtool to hold against Prometheus. */
const everyEvaluation = (rules: readonly AlertRule[], series: readonly ExampleSeries[], every: number): Tried => {
  const source = seriesIn(seriesOf({ series, step }));
  let state = nothingYet;
  let changes = 0;
  let failures = 0;
  const expected: Yaml[] = [];
  for (let at = 0; at <= horizon; at += every) {
    const watched = watch(rules, source, state, at * 1_000);
    state = watched.watch;
    changes += watched.transitions.length;
    failures += watched.failures.length;
    if (failures > 0) break;
    expected.push({
      expr: "ALERTS",
      eval_time: `${at}s`,
      exp_samples: alertsOf(state).flatMap(({ labels, state: { kind } }) =>
        kind === "resolved" ? [] : [{ labels: named("ALERTS", { ...labels, alertstate: kind }), value: 1 }],
      ),
    });
    for (const { expression } of rules) {
      const elements = evaluate(expression, source, at * 1_000);
      // promtool holds NaN to be unlike itself.
      if (elements.some(({ value }) => Number.isNaN(value))) continue;
      expected.push({
        // Orrery has no names of metrics in what comes of an expression.
        expr: `label_replace(${promql(expression)}, "__name__", "", "", "")`,
        eval_time: `${at}s`,
        exp_samples: elements.map(({ labels, value }) => ({ labels: named("", labels), value })),
      });
    }
  }
  return {
    test: { interval: `${step}s`, input_series: inputSeries(series), promql_expr_test: expected },
    changes,
    failures,
  };
};

describe.skipIf(reason !== undefined)(`Prometheus${reason === undefined ? "" : ` (${reason})`}`, () => {
  test("sees what the evaluation in process sees, in every transition over random rules and series", () => {
    // Another one each time; what fails says which.
    const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
    const files: Record<string, string> = {};
    const tests: string[] = [];
    let changes = 0;
    for (const [index, [rules, series, every]] of fc
      .sample(fc.tuple(someRules, someSeries, fc.constantFrom(30, 60, 90)), { numRuns: 60, seed })
      .entries()) {
      const tried = everyEvaluation(rules, series, every);
      if (tried.failures > 0) continue;
      changes += tried.changes;
      files[`rules-${index}.yml`] = ruleFile([{ name: "random", rules }]);
      files[`test-${index}.yml`] = yaml({
        rule_files: [`rules-${index}.yml`],
        evaluation_interval: `${every}s`,
        tests: [tried.test],
      });
      tests.push(`test-${index}.yml`);
    }
    const { status, output } = overFiles(files, "promtool", ["test", "rules", ...tests]);
    expect({ status, seed, output: output.trim().slice(0, 6_000) }).toMatchObject({ status: 0 });
    expect(tests.length).toBeGreaterThan(20);
    expect(changes).toBeGreaterThan(100);
  });
});
