import { useRouter } from "@tanstack/react-router";
import { useMemo } from "react";
import type { PageData } from "../routes/page-data.ts";

export type KnownPage = {
  readonly id: string;
  readonly page: PageData;
  /** Its address within a cluster; undefined where it needs to know of what. */
  readonly href: ((cluster: string) => string) | undefined;
};

/** All pages that the console has, those of the navigation first, in its order. */
export const useKnownPages = (): readonly KnownPage[] => {
  const router = useRouter();
  return useMemo(
    () =>
      Object.values(router.routesById)
        .flatMap(({ id, fullPath, options }): KnownPage[] => {
          const { page } = options.staticData ?? {};
          if (page === undefined) return [];
          const rest = String(fullPath).replace("/c/$cluster", "").replace(/\/$/, "");
          const href = rest.includes("$") ? undefined : (cluster: string) => `/c/${encodeURIComponent(cluster)}${rest}`;
          return [{ id, page, href }];
        })
        .toSorted((one, other) => (one.page.order ?? 1000) - (other.page.order ?? 1000)),
    [router],
  );
};
