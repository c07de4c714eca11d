import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { clusterRoute } from "../../routes/cluster-route.ts";
import { tableSearch } from "../../table/table-search.ts";

export const backupsRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "backups",
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import("./backups.tsx"), "Backups"),
  staticData: {
    page: {
      title: "Backups",
      icon: "backups",
      order: 60,
      key: "b",
      words: ["copies", "freshness", "restore", "vzdump", "pbs", "rpo"],
    },
  },
});
