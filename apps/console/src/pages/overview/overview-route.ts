import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { clusterRoute } from "../../routes/cluster-route.ts";

export const overviewRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./overview.tsx"), "Overview"),
  staticData: { page: { title: "Overview", icon: "overview", order: 10, key: "o", words: ["home", "objectives"] } },
});
