import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { read } from "../api/read.ts";
import { lastCluster } from "./last-cluster.ts";
import { rootRoute } from "./root-route.ts";
import { signedIn } from "./signed-in.ts";

/** `/`: on to the cluster that was looked at last, or to the only one. */
export const doorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: async ({ context: { queries }, location }) => {
    await signedIn(queries, location.href);
    const { clusters } = await queries.query({ ...read("listClusters", {}), staleTime: "static" });
    const last = lastCluster.get();
    const found = clusters.find(({ id }) => id === last) ?? clusters[0];
    if (found !== undefined) redirect({ to: "/c/$cluster", params: { cluster: found.id }, replace: true, throw: true });
  },
  component: lazyRouteComponent(() => import("../entry/no-cluster.tsx"), "NoCluster"),
});
