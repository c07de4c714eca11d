import { useMatches } from "@tanstack/react-router";
import { useEffect } from "react";

/** Keeps the window's title at the page and the cluster that it shows. */
export const useTitle = (cluster: string): void => {
  const title = useMatches({
    select: (matches) => matches.map(({ staticData }) => staticData.page?.title).findLast((one) => one !== undefined),
  });
  useEffect(() => {
    document.title = `${title ?? "Console"} · ${cluster} · Orrery`;
  }, [title, cluster]);
};
