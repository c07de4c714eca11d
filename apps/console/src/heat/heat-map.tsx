import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import classes from "./heat-map.module.css";
import { Hint } from "./hint.tsx";
import { cellAfter, type Place } from "./place.ts";

/** What a cell is, for its colour and its sign. */
export type Heat = "none" | "faint" | "good" | "proven" | "busy" | "warn" | "bad" | "dim";

type HeatColumn = { readonly key: string; readonly label: string; readonly strong?: boolean };

type HeatMap<T> = {
  /** What it shows: "Backups by guest and day". */
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly HeatColumn[];
  readonly keyOf: (row: T) => string;
  readonly head: string;
  readonly headOf: (row: T) => ReactNode;
  readonly heatOf: (row: T, column: number) => Heat;
  /** What a cell is, in a few words. */
  readonly nameOf: (row: T, column: number) => string;
  /** All that is known of a cell. */
  readonly detailOf: (row: T, column: number) => ReactNode;
};

/** Of a row, in rem; `heat-map.module.css` has the same. */
const rowRem = 2.9;
const overscan = 4;

const remPixels = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

const placeOf = (target: EventTarget): Place | undefined => {
  const cell = target instanceof Element ? target.closest<HTMLElement>("[data-column]") : null;
  const [row, column] = [Number(cell?.dataset.row), Number(cell?.dataset.column)];
  return cell === null || Number.isNaN(row) || Number.isNaN(column) ? undefined : { row, column };
};

/**
 * Rows by columns, each cell a colour and a sign. Rows out of sight are not there. One stop of the tab key: arrows go from
 * cell to cell, and what a cell is stands beside it.
 */
export const HeatMap = <T,>(map: HeatMap<T>) => {
  const { rows, columns, keyOf, headOf, heatOf, nameOf, detailOf } = map;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const [rowPixels] = useState(() => Math.round(rowRem * remPixels()));
  const [here, setHere] = useState<Place | undefined>(undefined);
  const [pointed, setPointed] = useState<Place | undefined>(undefined);
  const [focused, setFocused] = useState(false);
  // oxlint-disable-next-line react/incompatible-library -- nothing memoises what it gives; it stays within this component
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    overscan,
    scrollPaddingEnd: rowPixels,
    useFlushSync: false,
  });
  const last = { row: rows.length - 1, column: columns.length - 1 };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const next = cellAfter(event.key, here ?? { row: 0, column: last.column }, last);
    if (next === undefined) {
      if (event.key === "Escape") setHere(undefined);
      return;
    }
    event.preventDefault();
    setPointed(undefined);
    setHere(next);
    virtualizer.scrollToIndex(next.row);
  };
  const items = virtualizer.getVirtualItems();
  const told = pointed ?? (focused ? here : undefined);
  const toldRow = told === undefined ? undefined : rows[told.row];
  const cellId = ({ row, column }: Place): string => `${id}-${row}-${column}`;
  const template = `var(--heat-head) repeat(${columns.length}, minmax(1.25rem, 1fr))`;
  return (
    <div ref={scroller} className={classes.scroller}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: arrows go from cell to cell, which is what a grid is
        role="grid"
        aria-label={map.label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + 1}
        aria-activedescendant={
          here !== undefined && items.some(({ index }) => index === here.row) ? cellId(here) : undefined
        }
        tabIndex={0}
        className={classes.grid}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          if (event.target !== event.currentTarget) return;
          setFocused(true);
          if (here === undefined) setHere({ row: items.at(0)?.index ?? 0, column: last.column });
        }}
        onBlur={() => setFocused(false)}
        onPointerMove={(event) => {
          const next = placeOf(event.target);
          if (next?.row !== pointed?.row || next?.column !== pointed?.column) setPointed(next);
        }}
        onPointerLeave={() => setPointed(undefined)}
        onClick={(event) => {
          const next = placeOf(event.target);
          if (next !== undefined) setHere(next);
        }}
      >
        <thead className={classes.heads}>
          <tr aria-rowindex={1} className={classes.head} style={{ gridTemplateColumns: template }}>
            <th scope="col" className={classes.corner}>
              {map.head}
            </th>
            {columns.map(({ key, label, strong }) => (
              <th key={key} scope="col" className={classes.column} data-strong={strong}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className={classes.body} style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <tr
                key={keyOf(row)}
                aria-rowindex={index + 2}
                className={classes.row}
                style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
              >
                <th scope="row" className={classes.rowHead}>
                  {headOf(row)}
                </th>
                {columns.map(({ key }, column) => (
                  <td
                    key={key}
                    id={cellId({ row: index, column })}
                    aria-label={nameOf(row, column)}
                    data-row={index}
                    data-column={column}
                    data-heat={heatOf(row, column)}
                    data-here={focused && here?.row === index && here.column === column}
                    className={classes.cell}
                  />
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {told === undefined || toldRow === undefined ? null : (
        <Hint of={cellId(told)} key={cellId(told)}>
          {detailOf(toldRow, told.column)}
        </Hint>
      )}
    </div>
  );
};
