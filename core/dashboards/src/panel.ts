import { PanelBuilder as Bars } from "@grafana/grafana-foundation-sdk/bargauge";
import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type Panel,
  type ValueMapping,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as Stat } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as Timeline } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as Trend } from "@grafana/grafana-foundation-sdk/timeseries";
import { type Levels, neutral, thresholdsOf } from "./level.ts";
import { filledIn } from "./query.ts";

/** A panel, and how much of the 24 columns and how many rows of the grid it takes. */
export type Sized = { readonly panel: Builder<Panel>; readonly width: number; readonly height: number };

export type Query = { readonly expr: string; readonly legend?: string };

/** Where the figures come from: whatever the reader chose. */
export const source = { type: "prometheus", uid: filledIn("datasource") };

/** What is said in the place of numbers. */
export type Wording = Readonly<Record<string, { readonly text: string; readonly colour: string }>>;

export const wordsFor = (words: Wording): ValueMapping[] => [
  {
    type: MappingType.ValueToText,
    options: Object.fromEntries(
      Object.entries(words).map(([value, { text, colour }], index) => [value, { text, color: colour, index }]),
    ),
  },
];

const queryOf = ({ expr, legend }: Query, place: number, instant: boolean): DataqueryBuilder => {
  const query = new DataqueryBuilder()
    .datasource(source)
    .refId(String.fromCharCode(65 + place))
    .expr(expr)
    .legendFormat(legend ?? "__auto");
  return instant ? query.instant() : query.range();
};

type About = {
  readonly title: string;
  /** What it tells and what to think of it, for who hovers over its title. */
  readonly description: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly levels?: Levels;
  readonly words?: Wording;
  readonly width: number;
  readonly height?: number;
};

const last = new ReduceDataOptionsBuilder().calcs(["lastNotNull"]);

/** One number, or one for each series. */
export const stat = (
  about: About & { readonly query: Query; readonly spark?: true; readonly none?: string; readonly names?: true },
): Sized => {
  const { title, description, query, unit, decimals, levels, words, width, height = 4, spark, none, names } = about;
  const panel = new Stat()
    .title(title)
    .description(description)
    .datasource(source)
    .withTarget(queryOf(query, 0, spark !== true))
    .reduceOptions(last)
    .graphMode(spark ? BigValueGraphMode.Area : BigValueGraphMode.None)
    .colorMode(levels === undefined && words === undefined ? BigValueColorMode.None : BigValueColorMode.Value)
    .textMode(names ? BigValueTextMode.Name : BigValueTextMode.Auto)
    .thresholds(thresholdsOf(levels ?? neutral));
  if (unit !== undefined) panel.unit(unit);
  if (decimals !== undefined) panel.decimals(decimals);
  if (words !== undefined) panel.mappings(wordsFor(words));
  if (none !== undefined) panel.noValue(none);
  return { panel, width, height };
};

/** Lines over time; levels are drawn across where they are given. */
export const trend = (
  about: About & {
    readonly queries: readonly Query[];
    readonly stacked?: true;
    readonly max?: number;
    readonly min?: number;
  },
): Sized => {
  const { title, description, queries, unit, decimals, levels, width, height = 8, stacked, max, min = 0 } = about;
  const panel = new Trend()
    .title(title)
    .description(description)
    .datasource(source)
    .targets(queries.map((query, place) => queryOf(query, place, false)))
    .lineWidth(1)
    .fillOpacity(stacked ? 25 : 8)
    .showPoints(VisibilityMode.Never)
    .axisSoftMin(min)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.Table)
        .placement(width > 12 ? LegendPlacement.Right : LegendPlacement.Bottom)
        .calcs(["lastNotNull", "max"]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (unit !== undefined) panel.unit(unit);
  if (decimals !== undefined) panel.decimals(decimals);
  if (max !== undefined) panel.max(max);
  if (stacked) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group("A"));
  if (levels !== undefined)
    panel
      .thresholds(thresholdsOf(levels))
      .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  return { panel, width, height };
};

/** What state something was in when: a bar for each series. */
export const timeline = (about: About & { readonly queries: readonly Query[] }): Sized => {
  const { title, description, queries, levels = neutral, words, width, height = 8 } = about;
  const panel = new Timeline()
    .title(title)
    .description(description)
    .datasource(source)
    .targets(queries.map((query, place) => queryOf(query, place, false)))
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .rowHeight(0.8)
    .fillOpacity(80)
    .lineWidth(0)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single).sort(SortOrder.None))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .thresholds(thresholdsOf(levels));
  if (words !== undefined) panel.mappings(wordsFor(words));
  return { panel, width, height };
};

/** A bar for each series, the fullest to see at a glance. */
export const bars = (about: About & { readonly query: Query; readonly max?: number }): Sized => {
  const { title, description, query, unit, decimals, levels = neutral, width, height = 8, max } = about;
  const panel = new Bars()
    .title(title)
    .description(description)
    .datasource(source)
    .withTarget(queryOf(query, 0, true))
    .reduceOptions(last)
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Gradient)
    .showUnfilled(true)
    .min(0)
    .thresholds(thresholdsOf(levels));
  if (unit !== undefined) panel.unit(unit);
  if (decimals !== undefined) panel.decimals(decimals);
  if (max !== undefined) panel.max(max);
  return { panel, width, height };
};
