import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { clusterRoute } from "../../routes/cluster-route.ts";
import { tableSearch } from "../../table/table-search.ts";

export const incidentsRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "incidents",
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import("./incidents.tsx"), "Incidents"),
  staticData: {
    page: { title: "Incidents", icon: "incidents", order: 75, key: "i", words: ["response", "procedure", "outage"] },
  },
});
