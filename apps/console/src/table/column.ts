import type { ReactNode } from "react";

/** A column of a table. */
export type Column<T> = {
  readonly id: string;
  readonly title: string;
  /** What the title has no room for. */
  readonly about?: string;
  /** Least width, in rem. */
  readonly width: number;
  /** Share of the room that is left; none, unless told. */
  readonly grow?: number;
  /** Figures stand at the right. */
  readonly end?: true;
  readonly cell: (row: T) => ReactNode;
  /** By what rows are sorted; undefined, of what is not known, comes last. Without it they are not sorted by this column. */
  readonly sort?: (row: T) => string | number | undefined;
  /** Cannot be left out. */
  readonly fixed?: true;
  /** Not shown until it is chosen. */
  readonly chosen?: true;
  /** Not shown while no row has it, unless it is chosen. */
  readonly rare?: true;
  /** Not shown where there is little room, unless it is chosen. */
  readonly wide?: true;
};

/** A row of a table, for the table: what it is called throughout, and where its page is. */
export type RowNames<T> = {
  readonly keyOf: (row: T) => string;
  readonly hrefOf?: (row: T) => string;
};
