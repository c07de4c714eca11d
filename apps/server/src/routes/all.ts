import type { Route } from "../http/route.ts";
import { auditRoutes } from "./audit.ts";
import { clusterRoutes } from "./clusters.ts";
import { documentsOf } from "./documents.ts";
import { eventRoutes } from "./events.ts";
import { healthRoutes } from "./health.ts";
import { sessionRoutes } from "./session.ts";
import { tokenRoutes } from "./tokens.ts";

/** Every route of the server, the documents about them included. */
export const routes: readonly Route[] = documentsOf([
  ...healthRoutes,
  ...sessionRoutes,
  ...tokenRoutes,
  ...clusterRoutes,
  ...eventRoutes,
  ...auditRoutes,
]);
