import tidy from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AlertRule, Example, ExampleSeries } from "../alert-rule.ts";
import { seriesOf } from "../example.ts";
import { Ambiguous, evaluate } from "../expression/evaluate.ts";
import { type Labels, labelKey } from "../labels.ts";
import { seriesIn } from "../series.ts";
import { alertsOf, nothingYet, watch } from "../watch.ts";
import { recordingRules } from "./recording.ts";
import { rulesOf } from "./rules-of.ts";
import { undeclaredRules } from "./undeclared.ts";

const at = Date.UTC(2026, 11, 1);
const parsed = parseLab(tidy);
if (parsed.kind === "problems") throw new Error("no lab");

/** Of the watchdog there is one for all clusters: it is of Prometheus itself. */
const ofClusters = (rules: readonly AlertRule[]): readonly AlertRule[] =>
  rules.filter(({ name }) => name !== "Watchdog");
const sets = [ofClusters(Object.values(rulesOf(parsed.lab, at)).flat()), ofClusters(undeclaredRules(at))];

const looks = 30;
/** Examples of a step that a look or thirty show whole. */
const byStep = (rules: readonly AlertRule[]): readonly (readonly [number, readonly Example[]])[] => [
  ...Map.groupBy(
    rules
      .flatMap(({ examples }) => examples)
      .filter(({ at: when, step, series }) => when / step < looks && series.every(({ labels }) => !labels.cluster)),
    ({ step }) => step,
  ),
];

type Cluster = readonly ExampleSeries[];

/** What several examples bring together, no series twice, and a target that was read. */
const clusterOf = (examples: readonly Example[]): Cluster => {
  const target: ExampleSeries = { metric: "up", labels: { job: "orrery" }, runs: [[1, looks]] };
  const all = [...examples.flatMap(({ series }) => series), target];
  return [...new Map(all.map((one) => [`${one.metric} ${labelKey(one.labels)}`, one])).values()];
};

const named = (cluster: Cluster, name: string): Cluster =>
  cluster.map((series) => ({ ...series, labels: { ...series.labels, cluster: name } }));

/** A set of rules, the step of their examples, and clusters in which some of these happen at once. */
const someClusters = fc.constantFrom(...sets).chain((rules) =>
  fc.constantFrom(...byStep(rules)).chain(([step, examples]) =>
    fc.record({
      rules: fc.constant(rules),
      step: fc.constant(step),
      clusters: fc.array(fc.array(fc.constantFrom(...examples), { maxLength: 4 }).map(clusterOf), {
        minLength: 2,
        maxLength: 3,
      }),
    }),
  ),
);

/** Every alert at every look, in its words, by a key that tells it from others; undefined where a rule cannot be evaluated. */
const told = (
  rules: readonly AlertRule[],
  series: Cluster,
  step: number,
  cluster?: string,
): readonly string[] | undefined => {
  const source = seriesIn(seriesOf({ series, step }));
  const all: string[] = [];
  let state = nothingYet;
  for (let look = 0; look < looks; look++) {
    const watched = watch(rules, source, state, look * step * 1_000);
    if (watched.failures.length > 0) return undefined;
    state = watched.watch;
    for (const { labels, ...rest } of alertsOf(state))
      all.push(`${look} ${labelKey(cluster === undefined ? labels : { ...labels, cluster })} ${JSON.stringify(rest)}`);
  }
  return all.toSorted();
};

test("the alerts of clusters in one Prometheus are those of each alone, with its name", () => {
  let fired = 0;
  fc.assert(
    fc.property(someClusters, ({ rules, step, clusters }) => {
      const alone = clusters.map((cluster, index) => told(rules, cluster, step, `c${index}`));
      // Where a guest has two names at once, or a storage two kinds, nobody can tell anything of it.
      fc.pre(alone.every((one) => one !== undefined));
      const together = clusters.flatMap((cluster, index) => named(cluster, `c${index}`));
      const expected = alone.flatMap((one) => one ?? []).toSorted();
      fired += expected.length;
      expect(told(rules, together, step)).toEqual(expected);
    }),
    { numRuns: 25 },
  );
  expect(fired).toBeGreaterThan(100);
});

/** What every recording rule makes of series; undefined where one cannot be evaluated. */
const recorded = (series: Cluster, step: number, more: Labels = {}): readonly string[] | undefined => {
  const source = seriesIn(seriesOf({ series, step }));
  try {
    return recordingRules.flatMap(({ record, expression }) =>
      evaluate(expression, source, 3 * step * 1_000).map(
        ({ labels, value }) => `${record} ${labelKey({ ...labels, ...more })} ${value}`,
      ),
    );
  } catch (error) {
    if (error instanceof Ambiguous) return undefined;
    throw error;
  }
};

test("what is recorded of clusters in one Prometheus is what is of each alone, with its name", () => {
  let values = 0;
  fc.assert(
    fc.property(someClusters, ({ step, clusters }) => {
      const alone = clusters.map((cluster, index) => recorded(cluster, step, { cluster: `c${index}` }));
      fc.pre(alone.every((one) => one !== undefined));
      const together = clusters.flatMap((cluster, index) => named(cluster, `c${index}`));
      const expected = alone.flatMap((one) => one ?? []).toSorted();
      values += expected.length;
      expect(recorded(together, step)?.toSorted()).toEqual(expected);
    }),
  );
  expect(values).toBeGreaterThan(20);
});
