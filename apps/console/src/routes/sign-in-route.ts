import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "./root-route.ts";

/** Where to go on to: a path of this console, and nothing that could lead out of it. */
const ownPath = (given: unknown): string | undefined =>
  typeof given === "string" && /^\/(?![/\\])/.test(given) ? given : undefined;

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { to?: string } => {
    const to = ownPath(search.to);
    return to === undefined ? {} : { to };
  },
  component: lazyRouteComponent(() => import("../entry/sign-in.tsx"), "SignIn"),
});
