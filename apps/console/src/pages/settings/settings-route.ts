import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { clusterRoute } from "../../routes/cluster-route.ts";

export const settingsRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "settings",
  component: lazyRouteComponent(() => import("./settings.tsx"), "Settings"),
  staticData: {
    page: {
      title: "Settings",
      icon: "settings",
      order: 120,
      key: ",",
      words: ["tokens", "accounts", "users", "notifications", "receivers", "theme", "version", "about", "connections"],
    },
  },
});
