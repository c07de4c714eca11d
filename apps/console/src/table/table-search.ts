import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

/** What the address remembers of a table: its filter, `-cpu` for its sorting, and its columns by their names. */
export type TableSearch = { readonly filter?: string; readonly sort?: string; readonly columns?: string };

const names = ["filter", "sort", "columns"] as const;

/** For `validateSearch` of a page with a table. */
export const tableSearch = (search: Record<string, unknown>): TableSearch =>
  Object.fromEntries(
    names.flatMap((name) => {
      const given = search[name];
      const text = typeof given === "number" || typeof given === "boolean" ? String(given) : given;
      return typeof text === "string" && text !== "" ? [[name, text]] : [];
    }),
  );

/** What the address remembers of the page beside its table. */
const beside = (search: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(search).filter(([name]) => !names.some((one) => one === name)));

/** What the address says of the page's table, and what changes that. What becomes undefined is forgotten. */
export const useTableSearch = (): readonly [
  search: TableSearch,
  change: (changed: { readonly [N in keyof TableSearch]?: TableSearch[N] | undefined }) => void,
] => {
  const search = tableSearch(useSearch({ strict: false, structuralSharing: false }));
  const navigate = useNavigate();
  const change = useCallback(
    (changed: { readonly [N in keyof TableSearch]?: TableSearch[N] | undefined }) =>
      void navigate({
        to: ".",
        search: (before) => ({ ...beside(before), ...tableSearch({ ...before, ...changed }) }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return [search, change];
};
