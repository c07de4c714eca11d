import { openApi } from "../http/open-api.ts";
import type { Route } from "../http/route.ts";
import { accountRoutes } from "./accounts.ts";
import { assuranceRoutes } from "./assurance.ts";
import { auditRoutes } from "./audit.ts";
import { clusterRoutes } from "./clusters.ts";
import { documentsOf } from "./documents.ts";
import { eventRoutes } from "./events.ts";
import { guestRoutes } from "./guests.ts";
import { healthRoutes } from "./health.ts";
import { historyRoutes } from "./history.ts";
import { metricsRoutes } from "./metrics.ts";
import { nodeRoutes } from "./nodes.ts";
import { overviewRoutes } from "./overview.ts";
import { partRoutes } from "./parts.ts";
import { placementRoutes } from "./placement.ts";
import { planRoutes } from "./plan.ts";
import { providerRoutes } from "./provider.ts";
import { rehearsalRoutes } from "./rehearsals.ts";
import { sessionRoutes } from "./session.ts";
import { setupPage } from "./setup-page.ts";
import { storageRoutes } from "./storages.ts";
import { taskRoutes } from "./tasks.ts";
import { tokenRoutes } from "./tokens.ts";

/** Every route of the server, the documents about them included. */
export const routes: readonly Route[] = documentsOf([
  ...clusterRoutes,
  ...nodeRoutes,
  ...guestRoutes,
  ...storageRoutes,
  ...taskRoutes,
  ...partRoutes,
  ...historyRoutes,
  ...overviewRoutes,
  ...assuranceRoutes,
  ...planRoutes,
  ...placementRoutes,
  ...rehearsalRoutes,
  ...eventRoutes,
  ...auditRoutes,
  ...sessionRoutes,
  ...providerRoutes,
  ...accountRoutes,
  ...tokenRoutes,
  ...healthRoutes,
  ...metricsRoutes,
  ...setupPage,
]);

/** The description of all that may be asked, OpenAPI 3.1. */
export const apiDocument = (version: string) => openApi(routes, version);
