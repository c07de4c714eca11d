import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { readTimeSearch } from "../../charts/time-range.ts";
import { clusterRoute } from "../../routes/cluster-route.ts";

export const guestRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "guests/$vmid",
  validateSearch: readTimeSearch,
  component: lazyRouteComponent(() => import("./guest.tsx"), "Guest"),
  staticData: { page: { title: "Guest", icon: "guests" } },
});
