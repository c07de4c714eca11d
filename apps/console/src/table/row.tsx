import { memo } from "react";
import type { Column } from "./column.ts";
import classes from "./data-table.module.css";

type RowOf<T> = {
  readonly id: string;
  readonly row: T;
  readonly index: number;
  /** Pixels from the top of all rows. */
  readonly top: number;
  readonly columns: readonly Column<T>[];
  readonly template: string;
  /** The keyboard is on it. */
  readonly here: boolean;
};

const PlainRow = <T,>({ id, row, index, top, columns, template, here }: RowOf<T>) => (
  <tr
    id={id}
    aria-rowindex={index + 2}
    aria-selected={here}
    className={classes.row}
    data-index={index}
    style={{ gridTemplateColumns: template, transform: `translateY(${top}px)` }}
  >
    {columns.map(({ id: column, cell, end }) => (
      <td key={column} className={classes.cell} data-end={end}>
        {cell(row)}
      </td>
    ))}
  </tr>
);

/** A row that is drawn anew when it changed itself, not when the table around it moved. */
export const Row = memo(PlainRow) as typeof PlainRow;
