import { backupsRoute } from "./pages/backups/backups-route.ts";
import { guestsRoute } from "./pages/guests/guests-route.ts";
import { overviewRoute } from "./pages/overview/overview-route.ts";

/** Every page of a cluster. A page adds itself by one line here and one import; its route says the rest. */
export const pageRoutes = [overviewRoute, guestsRoute, backupsRoute] as const;
