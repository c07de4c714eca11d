import type { Lab } from "@orrery/model";
import { dashboardOf, type Page } from "./dashboard.ts";
import { clusterPage } from "./dashboards/cluster.ts";
import { exporterPage } from "./dashboards/exporter.ts";
import { guestPage } from "./dashboards/guest.ts";
import { maintenancePage } from "./dashboards/maintenance.ts";
import { nodePage } from "./dashboards/node.ts";
import { objectivesPage } from "./dashboards/objectives.ts";
import { storagePage } from "./dashboards/storage.ts";

const pagesOf = (lab: Lab): readonly Page[] => [
  clusterPage(lab),
  nodePage(lab),
  guestPage,
  storagePage(lab),
  objectivesPage,
  maintenancePage,
  exporterPage,
];

/** A dashboard in the form in which Grafana 9 and newer take it from a file. */
export type ExportedDashboard = {
  readonly uid: string;
  readonly title: string;
  readonly panels: number;
  readonly dashboard: ReturnType<typeof dashboardOf>;
};

/** The dashboards of a lab: the same for every lab but for the thresholds that it declares. */
export const dashboardsOf = (lab: Lab): readonly ExportedDashboard[] =>
  pagesOf(lab).map((page) => ({
    uid: page.uid,
    title: page.title,
    panels: page.rows.reduce((sum, { panels }) => sum + panels.length, 0),
    dashboard: dashboardOf(page),
  }));
