import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { readTimeSearch } from "../../charts/time-range.ts";
import { clusterRoute } from "../../routes/cluster-route.ts";

export const alertsRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "alerts",
  validateSearch: readTimeSearch,
  component: lazyRouteComponent(() => import("./alerts.tsx"), "Alerts"),
  staticData: {
    page: {
      title: "Alerts",
      icon: "alerts",
      order: 70,
      key: "a",
      words: ["silence", "firing", "pending", "inhibited", "notifications"],
    },
  },
});
