import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { lastCluster } from "./last-cluster.ts";
import { rootRoute } from "./root-route.ts";
import { signedIn } from "./signed-in.ts";

/** All pages of a cluster stand under it, in the frame. */
export const clusterRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/c/$cluster",
  beforeLoad: async ({ context: { queries }, location, params: { cluster } }) => {
    await signedIn(queries, location.href);
    lastCluster.set(cluster);
  },
  component: lazyRouteComponent(() => import("../shell/frame.tsx"), "Frame"),
});
