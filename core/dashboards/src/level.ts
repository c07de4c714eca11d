import { ThresholdsConfigBuilder, ThresholdsMode } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Lab, Ratio } from "@orrery/model";

/** From which value on a figure is coloured how. The first has no value: it is below all others. */
export type Levels = readonly { readonly from: number | null; readonly colour: string }[];

export const good = "green";
export const watchOut = "orange";
export const bad = "red";
export const plain = "text";

export const thresholdsOf = (levels: Levels): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(levels.map(({ from, colour }) => ({ value: from, color: colour })));

/** Good until it is too much. */
export const above = (warning: number, critical?: number): Levels => [
  { from: null, colour: good },
  { from: warning, colour: critical === undefined ? bad : watchOut },
  ...(critical === undefined ? [] : [{ from: critical, colour: bad }]),
];

/** Bad until it is enough. */
export const atLeast = (enough: number, plenty?: number): Levels => [
  { from: null, colour: bad },
  { from: enough, colour: plenty === undefined ? good : watchOut },
  ...(plenty === undefined ? [] : [{ from: plenty, colour: good }]),
];

/** Neither good nor bad. */
export const neutral: Levels = [{ from: null, colour: plain }];

type Load = "node cpu" | "node memory" | "storage";

/** The levels that a lab declares of a load, as shares of one; neither good nor bad where it declares none. */
export const declaredLevels = ({ monitoring }: Lab, subject: Load): Levels => {
  const found = monitoring.thresholds.find((threshold) => threshold.subject === subject);
  if (found === undefined || found.subject === "quorum") return neutral;
  const ratio = (value: Ratio): number => value;
  return above(ratio(found.warning.above), ratio(found.critical.above));
};
