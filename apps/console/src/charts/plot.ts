import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colours } from "./colours.ts";
import { huesOf, type Line, placesOf } from "./line.ts";
import type { TimeRange } from "./time-range.ts";
import { stepsOf, type Unit, unitText } from "./unit.ts";

/** A value that means something: drawn across the chart. */
export type Threshold = { readonly value: number; readonly tone: "warn" | "bad"; readonly name: string };

export type Plot = {
  readonly lines: readonly Line[];
  readonly unit: Unit;
  readonly thresholds: readonly Threshold[];
  readonly width: number;
  readonly height: number;
  /** What is shown, asked for at each drawing: it goes on without a new chart. */
  readonly range: () => TimeRange;
  /** A stretch was chosen with the pointer. */
  readonly onChosen: (range: TimeRange) => void;
  /** The pointer is over a moment: the place of its values; undefined where it left. */
  readonly onPointed: (index: number | undefined) => void;
};

/** Pixels beside the plotting area, the same in all charts: so moments stand below each other. */
export const margins = { left: 66, right: 14 } as const;

/** What of a colour is seen where the values of a step lay apart: the band around its line. */
const faint = (colour: string): string => `${colour}29`;

/** Values with none beside them, which no line could show. */
const lonely = ({ data }: uPlot, series: number): number[] => {
  const values = data[series] ?? [];
  const isThere = (index: number): boolean => values[index] !== null && values[index] !== undefined;
  return [...values.keys()].filter((index) => isThere(index) && !isThere(index - 1) && !isThere(index + 1));
};

const day = "\n{D} {MMM}";
/** How moments are written at an axis: by how far they are apart, and what stands below where a day or year begins. */
const times: (number | string | null)[][] = [
  [365 * 86_400, "{YYYY}", null, null, null, null, null, null, 1],
  [28 * 86_400, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [86_400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [60, "{HH}:{mm}", day, null, day, null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", day, null, day, null, null, null, 1],
];

const seriesOf = (lines: readonly Line[], of: ReturnType<typeof colours>): uPlot.Series[] => {
  const hues = huesOf(lines);
  const edge: uPlot.Series = { show: true, width: 0, points: { show: false } };
  return lines.flatMap(({ low, isBefore }, index): uPlot.Series[] => [
    {
      stroke: of.series(hues[index] ?? 0),
      width: isBefore === true ? 1 : 1.5,
      ...(isBefore === true ? { dash: [4, 4] } : {}),
      points: { show: () => false, size: 4, filter: lonely },
      spanGaps: false,
    },
    ...(low === undefined ? [] : [edge, edge]),
  ]);
};

/** Between the least and the most of each step. */
const bandsOf = (lines: readonly Line[], of: ReturnType<typeof colours>): uPlot.Band[] => {
  const hues = huesOf(lines);
  const places = placesOf(lines);
  return lines.flatMap(({ low, isBefore }, index): uPlot.Band[] => {
    const place = places[index] ?? 0;
    if (low === undefined || isBefore === true) return [];
    return [{ series: [place + 2, place + 1], fill: faint(of.series(hues[index] ?? 0)) }];
  });
};

const drawThresholds = (plot: uPlot, thresholds: readonly Threshold[], of: ReturnType<typeof colours>): void => {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.setLineDash([6, 4]);
  ctx.lineWidth = 1;
  for (const { value, tone } of thresholds) {
    const y = Math.round(plot.valToPos(value, "y", true)) + 0.5;
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.strokeStyle = of[tone];
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
};

/** Charts of one page point at the same moment. */
const together = uPlot.sync("page");

const scaleOf = (unit: Unit): uPlot.Scale => ({
  range: (_plot, least, most) => {
    // Nothing is known: an empty chart of some height.
    if (least === null || most === null) return [0, 1];
    if (unit === "share") return [Math.min(0, least), Math.max(most * 1.1, most > 0.4 ? 1 : 0.01)];
    return [Math.min(0, least), most > 0 ? most * 1.1 : 1];
  },
});

/** What the chart is made with; anew when lines, colours or its unit change. */
export const plotOptions = (given: Plot): uPlot.Options => {
  const of = colours();
  const { lines, unit, thresholds, width, height, range, onChosen, onPointed } = given;
  const axis: uPlot.Axis = {
    stroke: of.ink,
    font: of.font,
    grid: { stroke: of.line, width: 1 },
    ticks: { stroke: of.line, width: 1, size: 4 },
  };
  const increments = stepsOf(unit);
  return {
    width,
    height,
    padding: [8, margins.right, 0, 0],
    legend: { show: false },
    scales: {
      x: {
        time: true,
        range: () => {
          const { from, to } = range();
          return [from / 1000, to / 1000];
        },
      },
      y: scaleOf(unit),
    },
    axes: [
      { ...axis, space: 70, values: times },
      {
        ...axis,
        size: margins.left,
        space: 34,
        values: (_plot, ticks) => ticks.map((tick) => unitText(unit, tick)),
        ...(increments === undefined ? {} : { incrs: increments }),
      },
    ],
    series: [{}, ...seriesOf(lines, of)],
    bands: bandsOf(lines, of),
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      sync: { key: together.key },
      points: { size: 6 },
    },
    hooks: {
      draw: [(plot) => drawThresholds(plot, thresholds, of)],
      setCursor: [({ cursor }) => onPointed(cursor.idx ?? undefined)],
      setSelect: [
        (plot) => {
          const { left, width: chosenWidth } = plot.select;
          if (chosenWidth < 4) return;
          onChosen({
            from: plot.posToVal(left, "x") * 1000,
            to: plot.posToVal(left + chosenWidth, "x") * 1000,
          });
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
};
