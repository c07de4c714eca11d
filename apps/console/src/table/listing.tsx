import { useMediaQuery } from "@mantine/hooks";
import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import type { Field } from "../filter/field.ts";
import { readFilter } from "../filter/filter.ts";
import { FilterBar } from "../filter/filter-bar.tsx";
import { matching } from "../filter/matching.ts";
import type { Column, RowNames } from "./column.ts";
import { ColumnChoice, shownColumns } from "./column-choice.tsx";
import { DataTable } from "./data-table.tsx";
import classes from "./listing.module.css";
import { sorted, sortingOf, sortingText } from "./sorting.ts";
import { type TableSearch, useTableSearch } from "./table-search.ts";
import { ViewChoice } from "./view-choice.tsx";

type Listing<T> = RowNames<T> & {
  /** What it lists, in small letters and as many: "guests". Views are kept under it. */
  readonly noun: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly fields: readonly Field<T>[];
  /** `name`, `-cpu`: how it is sorted where the address says nothing. */
  readonly sort: string;
  /** What it shows while there is nothing to list, whatever the filter. */
  readonly empty: ReactNode;
  /** Filters worth a name, for the help. */
  readonly examples?: readonly (readonly [filter: string, about: string])[];
  readonly room?: "page" | "part";
};

/** So long after the last letter the address learns of a filter. Milliseconds. */
const patienceMs = 250;

/** The filter as it is typed; the address follows, and leads when it changes by itself. */
export const useTyped = (
  told: string,
  tell: (filter: string | undefined) => void,
): [string, (text: string) => void] => {
  const [text, setText] = useState(told);
  const sent = useRef(told);
  useEffect(() => {
    if (told === sent.current) return;
    sent.current = told;
    setText(told);
  }, [told]);
  useEffect(() => {
    if (text === sent.current) return undefined;
    const waiting = setTimeout(() => {
      sent.current = text;
      tell(text === "" ? undefined : text);
    }, patienceMs);
    return () => clearTimeout(waiting);
  }, [text, tell]);
  return [text, setText];
};

const plural = new Intl.NumberFormat("en");

/** A table with its filter, columns and views, all of which the address remembers. */
export const Listing = <T,>({
  noun,
  rows,
  columns,
  fields,
  sort,
  empty,
  examples,
  room,
  keyOf,
  hrefOf,
}: Listing<T>) => {
  const [search, change] = useTableSearch();
  const narrow = useMediaQuery("(max-width: 48rem)", false, { getInitialValueInEffect: false }) ?? false;
  const [tell] = useState(() => (filter: string | undefined) => change({ filter }));
  const [text, setText] = useTyped(search.filter ?? "", tell);
  const asked = useDeferredValue(text);
  const filter = useMemo(() => readFilter(asked, fields), [asked, fields]);
  const sorting = sortingOf(search.sort ?? sort);
  const found = useMemo(() => rows.filter(matching(filter, fields)), [rows, filter, fields]);
  const by = sortingText(sorting);
  const listed = useMemo(() => sorted(found, columns, sortingOf(by)), [found, columns, by]);
  const { columns: chosen } = search;
  const shown = useMemo(() => shownColumns(columns, { rows, chosen, narrow }), [columns, rows, chosen, narrow]);
  if (rows.length === 0) return empty;
  const choose = ({ filter: wanted, sort: order, columns: names }: TableSearch): void => {
    setText(wanted ?? "");
    change({ filter: wanted, sort: order, columns: names });
  };
  return (
    <div className={classes.listing}>
      <div className={classes.bar}>
        <FilterBar text={text} onText={setText} fields={fields} rows={rows} noun={noun} examples={examples ?? []} />
        <span className={classes.count} role="status">
          {found.length === rows.length
            ? `${plural.format(rows.length)} ${noun}`
            : `${plural.format(found.length)} of ${plural.format(rows.length)} ${noun}`}
        </span>
        <div className={classes.choices}>
          <ColumnChoice columns={columns} shown={shown} choose={(names) => change({ columns: names })} />
          <ViewChoice table={noun} search={search} choose={choose} />
        </div>
      </div>
      {listed.length === 0 ? (
        <div className={classes.none}>
          <p>No {noun} are like that.</p>
          <button type="button" className={classes.clear} onClick={() => setText("")}>
            Show all
          </button>
        </div>
      ) : (
        <DataTable
          label={noun}
          rows={listed}
          columns={shown}
          sorting={sorting}
          onSort={(next) => change({ sort: sortingText(next) === sort ? undefined : sortingText(next) })}
          keyOf={keyOf}
          {...(hrefOf === undefined ? {} : { hrefOf })}
          {...(room === undefined ? {} : { room })}
        />
      )}
    </div>
  );
};
