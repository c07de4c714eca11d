import { alertsRoute } from "./pages/alerts/alerts-route.ts";
import { auditRoute } from "./pages/audit/audit-route.ts";
import { backupsRoute } from "./pages/backups/backups-route.ts";
import { findingsRoute } from "./pages/findings/findings-route.ts";
import { guestRoute } from "./pages/guests/guest-route.ts";
import { guestsRoute } from "./pages/guests/guests-route.ts";
import { incidentRoute } from "./pages/incidents/incident-route.ts";
import { incidentsRoute } from "./pages/incidents/incidents-route.ts";
import { nodeRoute } from "./pages/nodes/node-route.ts";
import { nodesRoute } from "./pages/nodes/nodes-route.ts";
import { overviewRoute } from "./pages/overview/overview-route.ts";
import { settingsRoute } from "./pages/settings/settings-route.ts";
import { storageRoute, storagesRoute } from "./pages/storage/storage-routes.ts";
import { tasksRoute } from "./pages/tasks/tasks-route.ts";
import { topologyRoute } from "./pages/topology/topology-route.ts";

/** Every page of a cluster. A page adds itself by one line here and one import; its route says the rest. */
export const pageRoutes = [
  overviewRoute,
  nodesRoute,
  nodeRoute,
  guestsRoute,
  guestRoute,
  storagesRoute,
  storageRoute,
  backupsRoute,
  topologyRoute,
  alertsRoute,
  incidentsRoute,
  incidentRoute,
  findingsRoute,
  tasksRoute,
  settingsRoute,
  auditRoute,
] as const;
