import { Icon } from "../shell/icon.tsx";
import type { Column } from "./column.ts";
import classes from "./data-table.module.css";
import type { Sorting } from "./sorting.ts";

type HeadOf<T> = {
  readonly columns: readonly Column<T>[];
  readonly template: string;
  readonly sorting: Sorting | undefined;
  readonly onSort: ((sorting: Sorting) => void) | undefined;
};

/** What pressing a column's title asks for: of figures the largest first. */
const nextOrder = (order: Sorting["order"] | undefined, isFigure: boolean): Sorting["order"] => {
  if (order !== undefined) return order === "asc" ? "desc" : "asc";
  return isFigure ? "desc" : "asc";
};

export const Head = <T,>({ columns, template, sorting, onSort }: HeadOf<T>) => (
  <thead className={classes.head}>
    <tr aria-rowindex={1} className={classes.row} style={{ gridTemplateColumns: template }}>
      {columns.map(({ id, title, about, sort, end }) => {
        const order = sorting?.column === id ? sorting.order : undefined;
        return (
          <th
            key={id}
            scope="col"
            className={classes.cell}
            data-end={end}
            title={about}
            aria-sort={order === undefined ? undefined : order === "asc" ? "ascending" : "descending"}
          >
            {sort === undefined || onSort === undefined ? (
              <span className={classes.title}>{title}</span>
            ) : (
              <button
                type="button"
                className={classes.title}
                data-end={end}
                data-sorted={order !== undefined}
                onClick={() => onSort({ column: id, order: nextOrder(order, end === true) })}
              >
                {title}
                <span className={classes.sort} data-order={order ?? "none"}>
                  <Icon name="down" size={12} />
                </span>
              </button>
            )}
          </th>
        );
      })}
    </tr>
  </thead>
);
