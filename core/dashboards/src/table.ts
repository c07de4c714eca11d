import {
  BarGaugeDisplayMode,
  TableCellBackgroundDisplayMode,
  TableCellDisplayMode,
  type TableCellOptions,
} from "@grafana/grafana-foundation-sdk/common";
import type { DynamicConfigValue } from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/table";
import type { Levels } from "./level.ts";
import { type Sized, source, type Wording, wordsFor } from "./panel.ts";

/** A label that is a column, and where its cells lead. */
export type KeyColumn = { readonly label: string; readonly link?: string; readonly words?: Wording };

export type ValueColumn = {
  readonly as: string;
  readonly expr: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly levels?: Levels;
  readonly words?: Wording;
  /** Drawn as a bar up to this. */
  readonly full?: number;
};

const coloured: TableCellOptions = {
  type: TableCellDisplayMode.ColorBackground,
  mode: TableCellBackgroundDisplayMode.Basic,
};
const text: TableCellOptions = { type: TableCellDisplayMode.ColorText };
const gauge: TableCellOptions = { type: TableCellDisplayMode.Gauge, mode: BarGaugeDisplayMode.Basic };

const cellOf = ({ full, words, levels }: ValueColumn): TableCellOptions | undefined => {
  if (full !== undefined) return gauge;
  if (words !== undefined) return coloured;
  return levels === undefined ? undefined : text;
};

const valueProperties = (column: ValueColumn): DynamicConfigValue[] => {
  const { unit, decimals, levels, words, full } = column;
  const cell = cellOf(column);
  return [
    ...(unit === undefined ? [] : [{ id: "unit", value: unit }]),
    ...(decimals === undefined ? [] : [{ id: "decimals", value: decimals }]),
    ...(levels === undefined
      ? []
      : [
          {
            id: "thresholds",
            value: { mode: "absolute", steps: levels.map(({ from, colour }) => ({ value: from, color: colour })) },
          },
          { id: "color", value: { mode: "thresholds" } },
        ]),
    ...(words === undefined ? [] : [{ id: "mappings", value: wordsFor(words) }]),
    ...(full === undefined
      ? []
      : [
          { id: "min", value: 0 },
          { id: "max", value: full },
        ]),
    ...(cell === undefined ? [] : [{ id: "custom.cellOptions", value: cell }]),
  ];
};

const keyProperties = ({ link, words }: KeyColumn): DynamicConfigValue[] => [
  ...(link === undefined ? [] : [{ id: "links", value: [{ title: "Open", url: link }] }]),
  ...(words === undefined
    ? []
    : [
        { id: "mappings", value: wordsFor(words) },
        { id: "custom.cellOptions", value: coloured },
      ]),
];

/** A line for each set of labels, with what each expression says of it. Every expression must have just these labels. */
export const table = (about: {
  readonly title: string;
  readonly description: string;
  readonly keys: readonly KeyColumn[];
  readonly columns: readonly ValueColumn[];
  /** The column to sort by, the largest first unless told. */
  readonly sort?: { readonly by: string; readonly ascending?: true };
  readonly none?: string;
  readonly width: number;
  readonly height?: number;
}): Sized => {
  const { title, description, keys, columns, sort, none, width, height = 8 } = about;
  const refOf = (place: number): string => String.fromCharCode(65 + place);
  // One query alone has no letter at its value.
  const fieldOf = (place: number): string => (columns.length === 1 ? "Value" : `Value #${refOf(place)}`);
  const named = columns.map(({ as }, place) => [fieldOf(place), as] as const);
  const order = [...keys.map(({ label }) => label), ...named.map(([field]) => field)];
  const panel = new PanelBuilder()
    .title(title)
    .description(description)
    .datasource(source)
    .targets(
      columns.map(({ expr }, place) =>
        new DataqueryBuilder()
          .datasource(source)
          .refId(refOf(place))
          .expr(expr)
          .format(PromQueryFormat.Table)
          .instant(),
      ),
    )
    .transformations([
      ...(columns.length > 1 ? [{ id: "merge", options: {} }] : []),
      {
        id: "organize",
        options: {
          excludeByName: { Time: true },
          indexByName: Object.fromEntries(order.map((field, index) => [field, index])),
          renameByName: Object.fromEntries(named),
        },
      },
      ...(sort === undefined
        ? []
        : [{ id: "sortBy", options: { sort: [{ field: sort.by, desc: sort.ascending !== true }] } }]),
    ])
    .filterable(true);
  if (none !== undefined) panel.noValue(none);
  for (const key of keys) if (keyProperties(key).length > 0) panel.overrideByName(key.label, keyProperties(key));
  for (const column of columns) panel.overrideByName(column.as, valueProperties(column));
  return { panel, width, height };
};
