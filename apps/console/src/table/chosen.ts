import { useLocation, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

/** What the address remembers of a table whose rows are told beside it: the one that is. */
export type ChosenSearch = { readonly of?: string };

/** For `validateSearch` of a page with such a table. */
export const chosenSearch = ({ of }: Record<string, unknown>): ChosenSearch => {
  const text = typeof of === "number" ? String(of) : of;
  return typeof text === "string" && text !== "" ? { of: text } : {};
};

type Choosing = {
  readonly chosen: string | undefined;
  /** The address of the page as it is, with a row of this key told beside its table. */
  readonly hrefOf: (key: string) => string;
  readonly close: () => void;
};

/** Which row of the page's table is told beside it. */
export const useChosen = (): Choosing => {
  const { of } = chosenSearch(useSearch({ strict: false, structuralSharing: false }));
  const navigate = useNavigate();
  const { pathname, searchStr } = useLocation();
  const hrefOf = useCallback(
    (key: string) => {
      const search = new URLSearchParams(searchStr);
      search.set("of", key);
      return `${pathname}?${search.toString()}`;
    },
    [pathname, searchStr],
  );
  const close = useCallback(
    () => void navigate({ to: ".", search: ({ of: _of, ...rest }) => rest, resetScroll: false }),
    [navigate],
  );
  return { chosen: of, hrefOf, close };
};
