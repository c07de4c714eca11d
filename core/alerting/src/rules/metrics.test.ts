import astronomy from "@orrery/example-astronomy-lab/decided";
import tidy from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import { expect, test } from "vitest";
import { selections } from "../expression/expression.ts";
import { metrics } from "../metrics.ts";
import { recordingRules } from "./recording.ts";
import { rulesOf } from "./rules-of.ts";
import { undeclaredRules } from "./undeclared.ts";

const at = Date.UTC(2026, 11, 1);
const offered: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(metrics).map(([name, { labels }]) => [name, labels]),
);

const rules = [
  ...[tidy, astronomy].flatMap((input) => {
    const parsed = parseLab(input);
    return parsed.kind === "problems" ? [] : Object.values(rulesOf(parsed.lab, at)).flat();
  }),
  ...undeclaredRules(at),
];

test("rules ask for metrics and labels of the table alone, and for all of it", () => {
  const asked = [...rules, ...recordingRules].flatMap(({ expression }) => selections(expression));
  const unknown = asked.flatMap(({ select: { metric, where } }) => {
    const labels = offered.get(metric);
    if (labels === undefined) return [metric];
    return where.flatMap(({ label }) => (label === "cluster" || labels.includes(label) ? [] : [`${metric}{${label}}`]));
  });
  expect(unknown).toEqual([]);
  const never = [...offered.keys()].filter((name) => !asked.some(({ select }) => select.metric === name));
  expect(never).toEqual([]);
});

test("examples bring what is offered, with every label that rules lean on", () => {
  const wrong = rules.flatMap(({ name, examples }) =>
    examples.flatMap(({ series }) =>
      series.flatMap(({ metric, labels }) =>
        (offered.get(metric) ?? ["unknown"]).every((label) => labels[label] !== undefined) ? [] : [`${name} ${metric}`],
      ),
    ),
  );
  expect(wrong).toEqual([]);
});

test("every rule says in its own words what is wrong, why it is told of, and no label that is not there", () => {
  for (const rule of rules) {
    expect(rule.because).not.toBe("");
    const told = new Set(rule.examples.flatMap(({ fires }) => fires).flatMap((labels) => Object.keys(labels)));
    const spoken = [...`${rule.summary} ${rule.description}`.matchAll(/\{([a-z_]+)\}/g)].map(([, label]) => label);
    expect([rule.name, spoken.filter((label) => !told.has(label ?? ""))]).toEqual([rule.name, []]);
  }
});

test("no two rules of a lab tell of the same thing", () => {
  const keys = Object.values(rulesOf(labOf(tidy), at))
    .flat()
    .map(({ name, severity, labels }) => `${name} ${severity} ${JSON.stringify(labels ?? {})}`);
  expect(new Set(keys).size).toBe(keys.length);
});

function labOf(input: unknown) {
  const parsed = parseLab(input);
  if (parsed.kind === "problems") throw new Error("no lab");
  return parsed.lab;
}
