import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { clusterRoute } from "../../routes/cluster-route.ts";

/** What the address remembers: the number below which entries are shown, where it is not the newest. */
type AuditSearch = { readonly before?: number };

export const auditRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "audit",
  validateSearch: ({ before }: Record<string, unknown>): AuditSearch => {
    const number = Number(before);
    return Number.isInteger(number) && number > 0 ? { before: number } : {};
  },
  component: lazyRouteComponent(() => import("./audit.tsx"), "Audit"),
  staticData: {
    page: {
      title: "Audit",
      icon: "audit",
      order: 110,
      key: "d",
      words: ["trail", "who did what", "log", "refused", "history"],
    },
  },
});
