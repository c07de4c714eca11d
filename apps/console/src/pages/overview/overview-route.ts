import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { readTimeSearch } from "../../charts/time-range.ts";
import { clusterRoute } from "../../routes/cluster-route.ts";

export const overviewRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "/",
  validateSearch: readTimeSearch,
  component: lazyRouteComponent(() => import("./overview.tsx"), "Overview"),
  staticData: { page: { title: "Overview", icon: "overview", order: 10, key: "o", words: ["home", "objectives"] } },
});
