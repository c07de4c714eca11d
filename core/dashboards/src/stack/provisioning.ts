import { yaml } from "@orrery/alerting";
import { scrapeInterval } from "./scrape.ts";

/** Where Grafana is to find the dashboards. */
export const dashboardsFolder = "/etc/grafana/orrery";

/** Grafana takes addresses from its environment. */
export const dataSourcesFile = (): string =>
  yaml({
    apiVersion: 1,
    datasources: [
      {
        name: "Prometheus",
        uid: "orrery-prometheus",
        type: "prometheus",
        access: "proxy",
        url: "$PROMETHEUS_URL",
        isDefault: true,
        editable: false,
        jsonData: { timeInterval: scrapeInterval, httpMethod: "POST", alertmanagerUid: "orrery-alertmanager" },
      },
      {
        name: "Alertmanager",
        uid: "orrery-alertmanager",
        type: "alertmanager",
        access: "proxy",
        url: "$ALERTMANAGER_URL",
        editable: false,
        jsonData: { implementation: "prometheus", handleGrafanaManagedAlerts: false },
      },
    ],
  });

export const dashboardProviderFile = (): string =>
  yaml({
    apiVersion: 1,
    providers: [
      {
        name: "orrery",
        folder: "Orrery",
        type: "file",
        // What is changed in the browser would be gone with the next export.
        allowUiUpdates: false,
        updateIntervalSeconds: 60,
        options: { path: dashboardsFolder },
      },
    ],
  });
