import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { readTimeSearch } from "../../charts/time-range.ts";
import { clusterRoute } from "../../routes/cluster-route.ts";

export const nodeRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "nodes/$node",
  validateSearch: readTimeSearch,
  component: lazyRouteComponent(() => import("./node.tsx"), "Node"),
  staticData: { page: { title: "Node", icon: "nodes" } },
});
