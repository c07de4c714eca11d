import type { Column } from "./column.ts";

/** By which column rows are sorted, and which way. */
export type Sorting = { readonly column: string; readonly order: "asc" | "desc" };

/** `cpu`, or `-cpu` for the largest first. */
export const sortingText = ({ column, order }: Sorting): string => (order === "asc" ? column : `-${column}`);

export const sortingOf = (text: string): Sorting =>
  text.startsWith("-") ? { column: text.slice(1), order: "desc" } : { column: text, order: "asc" };

type Keyed<T> = { readonly row: T; readonly key: string | number | undefined };

const compared = <T>(one: Keyed<T>, other: Keyed<T>, turn: number): number => {
  if (one.key === other.key) return 0;
  if (one.key === undefined) return 1;
  if (other.key === undefined) return -1;
  return one.key < other.key ? -turn : turn;
};

/** Rows sorted; those that are alike keep their order, and what is not known stands last whichever way. */
export const sorted = <T>(rows: readonly T[], columns: readonly Column<T>[], by: Sorting | undefined): readonly T[] => {
  const sort = columns.find(({ id }) => id === by?.column)?.sort;
  if (by === undefined || sort === undefined) return rows;
  const turn = by.order === "asc" ? 1 : -1;
  const keyed = rows.map((row): Keyed<T> => {
    const key = sort(row);
    return { row, key: typeof key === "string" ? key.toLowerCase() : key };
  });
  return keyed.sort((one, other) => compared(one, other, turn)).map(({ row }) => row);
};
