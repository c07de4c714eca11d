import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { clusterRoute } from "../../routes/cluster-route.ts";

export const incidentRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "incidents/$incident",
  component: lazyRouteComponent(() => import("./incident.tsx"), "Incident"),
  staticData: { page: { title: "Incident", icon: "incidents" } },
});
