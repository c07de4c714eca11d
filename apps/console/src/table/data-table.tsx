import { useRouter } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, useId, useMemo, useRef, useState } from "react";
import type { Column, RowNames } from "./column.ts";
import classes from "./data-table.module.css";
import { Head } from "./head.tsx";
import { Row } from "./row.tsx";
import type { Sorting } from "./sorting.ts";

type DataTable<T> = RowNames<T> & {
  /** What it lists: "Guests". */
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly sorting?: Sorting | undefined;
  readonly onSort?: (sorting: Sorting) => void;
  /** `page`: as high as the window leaves room for. `part`: a part of a page, as high as some rows. */
  readonly room?: "page" | "part";
};

/** Of a row, in rem; `data-table.module.css` has the same. */
const rowRem = 2.1;

/** Rows that are there though not in sight, above and below. */
const overscan = 4;

const remPixels = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

const templateOf = (columns: readonly { readonly width: number; readonly grow?: number }[]): string =>
  columns.map(({ width, grow }) => (grow === undefined ? `${width}rem` : `minmax(${width}rem, ${grow}fr)`)).join(" ");

/** Where the keyboard goes from a row. */
const step = (key: string, at: number, count: number, page: number): number | undefined => {
  switch (key) {
    case "ArrowDown":
      return Math.min(count - 1, at + 1);
    case "ArrowUp":
      return Math.max(0, at - 1);
    case "PageDown":
      return Math.min(count - 1, at + page);
    case "PageUp":
      return Math.max(0, at - page);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
};

/** Rows by the thousand: those in sight are there. Arrows go from row to row, Enter opens the page of one. */
export const DataTable = <T,>({
  label,
  rows,
  columns,
  sorting,
  onSort,
  keyOf,
  hrefOf,
  room = "page",
}: DataTable<T>) => {
  const scroller = useRef<HTMLDivElement>(null);
  const router = useRouter();
  const id = useId();
  const [rowPixels] = useState(() => Math.round(rowRem * remPixels()));
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const at = useMemo(
    () => (cursor === undefined ? -1 : rows.findIndex((row) => keyOf(row) === cursor)),
    [cursor, rows, keyOf],
  );
  // oxlint-disable-next-line react/incompatible-library -- nothing memoises what it gives; it stays within this component
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    overscan,
    // The head stands above the rows, and stays in sight.
    scrollPaddingEnd: rowPixels,
    useFlushSync: false,
  });
  const go = (index: number): void => {
    const row = rows[index];
    if (row === undefined) return;
    setCursor(keyOf(row));
    virtualizer.scrollToIndex(index);
  };
  const open = (row: T | undefined): void => {
    if (row !== undefined && hrefOf !== undefined) void router.navigate({ href: hrefOf(row) });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowPixels) - 2);
    const next = step(event.key, at, rows.length, page);
    if (next !== undefined) go(next);
    else if (event.key === "Enter") open(rows[at]);
    else return;
    event.preventDefault();
  };
  const rowAt = (event: MouseEvent): number =>
    event.target instanceof Element ? Number(event.target.closest("tr")?.dataset.index ?? -1) : -1;
  /** Links of rows lead on without the page being loaded anew. */
  const onClick = (event: MouseEvent): void => {
    const clicked = rows[rowAt(event)];
    if (clicked !== undefined) setCursor(keyOf(clicked));
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    const href = link?.getAttribute("href");
    if (href === null || href === undefined || !href.startsWith("/")) return;
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void router.navigate({ href });
  };
  const template = templateOf(columns);
  const width = columns.reduce((sum, one) => sum + one.width, 0);
  const items = virtualizer.getVirtualItems();
  // Rows that leave the sight lend what they are made of to those that come.
  const pool = Math.ceil((virtualizer.scrollRect?.height ?? 0) / rowPixels) + 2 * overscan + 4;
  const inSight = items.some(({ index }) => index === at);
  return (
    <div ref={scroller} className={classes.scroller} data-room={room}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: arrows go from row to row, which is what a grid is
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={inSight ? `${id}-${at}` : undefined}
        tabIndex={0}
        className={classes.table}
        style={{ minWidth: `${width}rem` }}
        data-table
        onKeyDown={onKeyDown}
        onClick={onClick}
        onDoubleClick={(event) => open(rows[rowAt(event)])}
        onFocus={(event) => {
          if (event.target === event.currentTarget && at < 0 && rows.length > 0) go(items.at(0)?.index ?? 0);
        }}
      >
        <Head columns={columns} template={template} sorting={sorting} onSort={onSort} />
        <tbody className={classes.body} style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <Row
                key={index % Math.max(pool, items.length)}
                id={`${id}-${index}`}
                row={row}
                index={index}
                top={start}
                columns={columns}
                template={template}
                here={index === at}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
};
