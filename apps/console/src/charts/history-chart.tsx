import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { serverNow } from "../api/server-time.ts";
import { useCluster } from "../routes/use-cluster.ts";
import { Failed } from "../states/failed.tsx";
import { Loading } from "../states/loading.tsx";
import { Standing } from "../states/standing.tsx";
import { Chart } from "./chart.tsx";
import { historyOf } from "./history-query.ts";
import { type Line, linesOf, type Reading } from "./line.ts";
import type { Threshold } from "./plot.ts";
import { chosen, isRunning, rangeOf, type TimeSearch } from "./time-range.ts";
import type { Unit } from "./unit.ts";

/** What is drawn: a metric, of it the series with these labels. */
export type Drawn = {
  readonly metric: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** What its line is called; of several series, by what tells them apart. */
  readonly name: string | ((labels: Readonly<Record<string, string>>) => string);
  readonly reading?: Reading;
  /** What its values are divided by: the size of what is used, to draw a share. */
  readonly per?: number;
};

type HistoryChart = {
  readonly title: string;
  /** Made once, outside of what is drawn, or remembered: it says what is asked. */
  readonly drawn: readonly Drawn[];
  readonly unit: Unit;
  readonly time: TimeSearch;
  readonly onTime: (time: TimeSearch) => void;
  readonly thresholds?: readonly Threshold[];
  readonly height?: number;
};

const divided = (line: Line, per: number): Line => {
  const part = (points: Line["values"]) => points.map((value) => (value === null ? null : value / per));
  return {
    ...line,
    values: part(line.values),
    ...(line.low === undefined ? {} : { low: part(line.low) }),
    ...(line.high === undefined ? {} : { high: part(line.high) }),
  };
};

/** Metrics over time, in the stretch that the address has; dragging over it changes the address. */
export const HistoryChart = ({ title, drawn, unit, time, onTime, thresholds, height = 170 }: HistoryChart) => {
  const cluster = useCluster();
  const { compare = false } = time;
  const asked = useMemo(() => {
    const which = compare ? (["this", "before"] as const) : (["this"] as const);
    return which.flatMap((one) => drawn.map((each) => ({ each, one })));
  }, [drawn, compare]);
  const { data, error, isPending, retry } = useQueries({
    queries: asked.map(({ each, one }) => historyOf({ cluster, ...each }, time, one)),
    combine: (results) => ({
      data: results.map((result) => result.data),
      error: results.find((result) => result.isError && result.data === undefined)?.error,
      isPending: results.some((result) => result.isPending),
      retry: () => {
        for (const result of results) void result.refetch();
      },
    }),
  });
  const newest = data.reduce((most, one) => Math.max(most, one?.to ?? 0), 0);
  const running = isRunning(time);
  // It ends with the last point that is there, not between two of them.
  const range = useMemo(() => rangeOf(time, running && newest > 0 ? newest : serverNow()), [time, running, newest]);
  const lines = useMemo(
    () =>
      asked.flatMap(({ each, one }, index): readonly Line[] => {
        const found = data[index];
        if (found === undefined) return [];
        const { name, reading = "value", per } = each;
        const length = range.to - range.from;
        const ahead = one === "before" ? length : 0;
        const made = linesOf(found, typeof name === "string" ? () => name : name, reading, ahead);
        return per === undefined ? made : made.map((line) => divided(line, per));
      }),
    [asked, data, range],
  );
  if (error !== undefined && error !== null) return <Failed error={error} again={retry} />;
  if (isPending) return <Loading lines={Math.round(height / 24)} label={`Loading ${title}`} />;
  if (lines.length === 0)
    return (
      <Standing icon="clock" title={`${title}: nothing was measured`}>
        In this stretch of time no values were kept.
      </Standing>
    );
  return (
    <Chart
      title={title}
      lines={lines}
      unit={unit}
      range={range}
      height={height}
      {...(thresholds === undefined ? {} : { thresholds })}
      onChosen={(one) => onTime({ ...chosen(one), ...(time.compare === true ? { compare: true } : {}) })}
    />
  );
};
