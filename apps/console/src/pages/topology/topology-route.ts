import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { clusterRoute } from "../../routes/cluster-route.ts";

/** What the address remembers: the component that fails. */
type TopologySearch = { readonly fails?: string };

export const topologyRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "topology",
  validateSearch: ({ fails }: Record<string, unknown>): TopologySearch =>
    typeof fails === "string" && fails !== "" ? { fails } : {},
  component: lazyRouteComponent(() => import("./topology.tsx"), "Topology"),
  staticData: {
    page: {
      title: "Topology",
      icon: "topology",
      order: 20,
      key: "y",
      words: ["network", "switches", "vlans", "what if", "failures", "bonds", "cables"],
    },
  },
});
