import type { Seconds } from "@orrery/model";
import type { AlertRule, Example, ExampleSeries } from "./alert-rule.ts";
import { type Point, type Series, seriesIn } from "./series.ts";
import { type Alert, alertsOf, nothingYet, type Watch, watch } from "./watch.ts";

/** The points of an example's series; the first at 1970. */
const pointsOf = ({ runs }: ExampleSeries, step: Seconds): readonly Point[] => {
  const points: Point[] = [];
  let place = 0;
  for (const [value, times] of runs)
    for (let count = 0; count < times; count++, place++)
      if (value !== "gap") points.push({ at: place * step * 1_000, value });
  return points;
};

export const seriesOf = ({ series, step }: Pick<Example, "series" | "step">): readonly Series[] =>
  series.map((one) => ({ metric: one.metric, labels: one.labels, points: pointsOf(one, step) }));

/** What a set of rules makes of an example at its moment, evaluated every so often from 1970 on. */
const tried = (rules: readonly AlertRule[], example: Example, every: Seconds): Watch => {
  const source = seriesIn(seriesOf(example));
  let state = nothingYet;
  for (let at = 0; at <= example.at; at += every) state = watch(rules, source, state, at * 1_000).watch;
  return state;
};

/** The alerts that fire at the moment of an example, evaluated once for each of its steps. */
export const firingOf = (rules: readonly AlertRule[], example: Example): readonly Alert[] =>
  alertsOf(tried(rules, example, example.step)).filter(({ state }) => state.kind === "firing");
