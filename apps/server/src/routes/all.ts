import { openApi } from "../http/open-api.ts";
import type { Route } from "../http/route.ts";
import { accountRoutes } from "./accounts.ts";
import { alertRoutes } from "./alerts.ts";
import { assuranceRoutes } from "./assurance.ts";
import { auditRoutes } from "./audit.ts";
import { backupRoutes } from "./backups.ts";
import { clusterRoutes } from "./clusters.ts";
import { documentsOf } from "./documents.ts";
import { eventRoutes } from "./events.ts";
import { guestRoutes } from "./guests.ts";
import { healthRoutes } from "./health.ts";
import { historyRoutes } from "./history.ts";
import { incidentRoutes } from "./incidents.ts";
import { measuredRoutes } from "./measured.ts";
import { metricsRoutes } from "./metrics.ts";
import { nodeRoutes } from "./nodes.ts";
import { notificationRoutes } from "./notifications.ts";
import { overviewRoutes } from "./overview.ts";
import { partRoutes } from "./parts.ts";
import { placementRoutes } from "./placement.ts";
import { planRoutes } from "./plan.ts";
import { providerRoutes } from "./provider.ts";
import { rehearsalRoutes } from "./rehearsals.ts";
import { sessionRoutes } from "./session.ts";
import { setupPage } from "./setup-page.ts";
import { silenceRoutes } from "./silences.ts";
import { storageRoutes } from "./storages.ts";
import { taskRoutes } from "./tasks.ts";
import { timelineRoutes } from "./timeline.ts";
import { tokenRoutes } from "./tokens.ts";
import { topologyRoutes } from "./topology.ts";

/** Every route of the server, the documents about them included. */
export const routes: readonly Route[] = documentsOf([
  ...clusterRoutes,
  ...nodeRoutes,
  ...guestRoutes,
  ...storageRoutes,
  ...backupRoutes,
  ...taskRoutes,
  ...partRoutes,
  ...topologyRoutes,
  ...overviewRoutes,
  ...historyRoutes,
  ...measuredRoutes,
  ...assuranceRoutes,
  ...planRoutes,
  ...placementRoutes,
  ...rehearsalRoutes,
  ...alertRoutes,
  ...silenceRoutes,
  ...incidentRoutes,
  ...timelineRoutes,
  ...notificationRoutes,
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
