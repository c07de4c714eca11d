import type { AlertRule, Example } from "./alert-rule.ts";
import { firingOf } from "./example.ts";
import type { Expression } from "./expression/expression.ts";

/** Whether an expression joins or aggregates, which is where clusters could mix. */
const isJoined = (expression: Expression): boolean => {
  switch (expression.kind) {
    case "aggregate":
      return true;
    case "arithmetic":
    case "comparison":
      return expression.pairing !== undefined || isJoined(expression.left) || isJoined(expression.right);
    case "set":
      return expression.on !== undefined || isJoined(expression.left) || isJoined(expression.right);
    case "label":
      return isJoined(expression.of);
    case "select":
    case "number":
    case "now":
    case "constant":
    case "window":
    case "growth":
    case "forecast":
    case "absent":
      return false;
  }
};

const inCluster = (example: Example, cluster: string): Example => ({
  ...example,
  series: example.series.map((series) => ({ ...series, labels: { ...series.labels, cluster } })),
  fires: example.fires.map((labels) => ({ ...labels, cluster })),
});

/**
 * Clusters in one Prometheus whose nodes and guests have the same names and numbers: in two of them a rule fires, in a third
 * it does not. None
 * where nothing of a rule is joined or aggregated, or its own examples are of several clusters.
 */
export const sideBySide = (rule: AlertRule): readonly Example[] => {
  const isOfClusters = rule.examples.some(({ series }) => series.some(({ labels }) => labels.cluster !== undefined));
  const [fires] = rule.examples
    .filter((example) => example.fires.length > 0 && example.series.length > 0)
    .toSorted((one, other) => one.at / one.step - other.at / other.step);
  if (isOfClusters || fires === undefined || !isJoined(rule.expression)) return [];
  const well = rule.examples.find(
    (example) =>
      example.fires.length === 0 &&
      example.step === fires.step &&
      firingOf([rule], { ...example, at: fires.at }).length === 0,
  );
  const [east, west] = [inCluster(fires, "east"), inCluster(fires, "west")];
  const south = well === undefined ? [] : inCluster(well, "south").series;
  return [
    {
      title: `clusters side by side, with ${fires.title} in two of them`,
      step: fires.step,
      at: fires.at,
      series: [...east.series, ...south, ...west.series],
      fires: [...east.fires, ...west.fires],
    },
  ];
};
