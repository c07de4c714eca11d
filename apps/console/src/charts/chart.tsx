import { useComputedColorScheme } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import { serverNow } from "../api/server-time.ts";
import { moment } from "../figures/moment.ts";
import classes from "./chart.module.css";
import { seriesColour } from "./colours.ts";
import { aligned, huesOf, type Line, placesOf, summary } from "./line.ts";
import { plotOptions, type Threshold } from "./plot.ts";
import type { TimeRange } from "./time-range.ts";
import { type Unit, unitText } from "./unit.ts";

type Chart = {
  /** What the figures are of: `CPU of node01`. */
  readonly title: string;
  readonly lines: readonly Line[];
  readonly unit: Unit;
  readonly range: TimeRange;
  readonly thresholds?: readonly Threshold[];
  readonly height?: number;
  readonly onChosen: (range: TimeRange) => void;
};

/** uPlot takes lists that may be changed; nobody changes these. */
const dataOf = (data: readonly (readonly (number | null)[])[]): uPlot.AlignedData => {
  const [at = [], ...values] = data;
  return [at.map((one) => one ?? 0), ...values.map((line) => [...line])];
};

const none: readonly Threshold[] = [];

const sentence = ({ title, lines, unit }: Chart): string => {
  const said = lines
    .filter(({ isBefore }) => isBefore !== true)
    .map((line) => {
      const of = summary(line);
      return of === undefined
        ? `${line.name}: nothing was measured`
        : `${line.name}: ${unitText(unit, of.last)} at the end, between ${unitText(unit, of.least)} and ${unitText(unit, of.most)}`;
    });
  return `${title}. ${said.join(". ")}`;
};

/** What each line is at the moment that is pointed at, or else at its end. */
const Legend = ({
  lines,
  unit,
  data,
  pointed,
}: {
  readonly lines: readonly Line[];
  readonly unit: Unit;
  readonly data: readonly (readonly (number | null)[])[];
  readonly pointed: number | undefined;
}) => {
  const [hues, places] = [huesOf(lines), placesOf(lines)];
  const at = pointed === undefined ? undefined : data[0]?.[pointed];
  return (
    <ul className={classes.legend}>
      {lines.map((line, index) => {
        const values = data[places[index] ?? 0] ?? [];
        const value = pointed === undefined ? summary(line)?.last : (values[pointed] ?? undefined);
        return (
          <li key={`${line.name} ${line.isBefore === true ? "before" : ""}`}>
            <span
              className={classes.swatch}
              data-before={line.isBefore === true}
              style={{ borderColor: seriesColour(hues[index] ?? 0) }}
            />
            {line.name}
            {line.isBefore === true ? " before" : ""}
            <b className={classes.value}>{value === undefined ? "–" : unitText(unit, value)}</b>
          </li>
        );
      })}
      {typeof at === "number" ? <li className={classes.at}>{moment(at * 1000, serverNow())}</li> : null}
    </ul>
  );
};

/** Lines over time. What is dragged over is chosen; all charts of a page point at the same moment. */
export const Chart = (given: Chart) => {
  const { title, lines, unit, range, thresholds = none, height = 170, onChosen } = given;
  const { ref, width } = useElementSize<HTMLDivElement>();
  const place = useRef<HTMLDivElement>(null);
  const measured = useMergedRef(ref, place);
  const scheme = useComputedColorScheme();
  const [pointed, setPointed] = useState<number>();
  const data = useMemo(() => aligned(lines), [lines]);
  const plot = useRef<uPlot>(undefined);
  // The names and forms of the lines; their values come and go without a new chart.
  const form = lines.map(({ name, low, isBefore }) => [name, low === undefined, isBefore === true].join()).join();
  const latest = useRef({ data, lines, range, onChosen });
  useLayoutEffect(() => {
    latest.current = { data, lines, range, onChosen };
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `form` stands for the lines, `scheme` for the colours
  useEffect(() => {
    const element = place.current;
    if (element === null || width === 0) return;
    const options = plotOptions({
      lines: latest.current.lines,
      unit,
      thresholds,
      width,
      height,
      range: () => latest.current.range,
      onChosen: (one) => latest.current.onChosen(one),
      onPointed: setPointed,
    });
    const made = new uPlot(options, dataOf(latest.current.data), element);
    plot.current = made;
    return () => {
      plot.current = undefined;
      made.destroy();
    };
  }, [form, unit, thresholds, width, height, scheme]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the range is asked for when it is drawn
  useEffect(() => {
    plot.current?.setData(dataOf(data));
  }, [data, range]);
  return (
    <figure className={classes.chart}>
      <figcaption className={classes.title}>{title}</figcaption>
      <div ref={measured} className={classes.plot} style={{ height }} role="img" aria-label={sentence(given)} />
      <Legend lines={lines} unit={unit} data={data} pointed={pointed} />
    </figure>
  );
};
