import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { clusterRoute } from "../../routes/cluster-route.ts";
import { type ChosenSearch, chosenSearch } from "../../table/chosen.ts";
import { type TableSearch, tableSearch } from "../../table/table-search.ts";

export const tasksRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "tasks",
  validateSearch: (search: Record<string, unknown>): TableSearch & ChosenSearch => ({
    ...tableSearch(search),
    ...chosenSearch(search),
  }),
  component: lazyRouteComponent(() => import("./tasks.tsx"), "Tasks"),
  staticData: {
    page: { title: "Tasks", icon: "tasks", order: 90, key: "t", words: ["upid", "log", "running", "failed", "jobs"] },
  },
});
