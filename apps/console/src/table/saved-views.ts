import { useSyncExternalStore } from "react";
import { type TableSearch, tableSearch } from "./table-search.ts";

/** A way to look at a table, under a name that its reader gave it. This browser keeps it. */
export type SavedView = { readonly name: string; readonly search: TableSearch };

const placeOf = (table: string): string => `orrery.views.${table}`;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const parsed = (text: string | null): readonly SavedView[] => {
  try {
    const given: unknown = JSON.parse(text ?? "[]");
    if (!Array.isArray(given)) return [];
    return given.flatMap((one: unknown) =>
      isObject(one) && typeof one.name === "string" && isObject(one.search)
        ? [{ name: one.name, search: tableSearch(one.search) }]
        : [],
    );
  } catch {
    // Written by something else: as good as nothing.
    return [];
  }
};

const listeners = new Set<() => void>();
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
};

const keep = (table: string, views: readonly SavedView[]): void => {
  localStorage.setItem(placeOf(table), JSON.stringify(views));
  for (const listener of listeners) listener();
};

/** The views that are kept of a table, by name. */
export const useSavedViews = (table: string) => {
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(placeOf(table)));
  const views = parsed(text);
  return {
    views,
    /** Puts a view in the place of the one of that name. */
    save: (view: SavedView): void =>
      keep(
        table,
        [...views.filter(({ name }) => name !== view.name), view].toSorted((one, other) =>
          one.name < other.name ? -1 : 1,
        ),
      ),
    forget: (name: string): void =>
      keep(
        table,
        views.filter((one) => one.name !== name),
      ),
  };
};
