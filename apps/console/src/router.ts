import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { pageRoutes } from "./pages.ts";
import { clusterRoute } from "./routes/cluster-route.ts";
import { doorRoute } from "./routes/door-route.ts";
import { rootRoute } from "./routes/root-route.ts";
import { setupRoute } from "./routes/setup-route.ts";
import { signInRoute } from "./routes/sign-in-route.ts";
import { NoSuchPage } from "./states/no-such-page.tsx";
import { PageFailed } from "./states/page-failed.tsx";

const routeTree = rootRoute.addChildren([doorRoute, signInRoute, setupRoute, clusterRoute.addChildren(pageRoutes)]);

export const newRouter = (queries: QueryClient) =>
  createRouter({
    routeTree,
    context: { queries },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: NoSuchPage,
    scrollRestoration: true,
    defaultStructuralSharing: true,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
}
