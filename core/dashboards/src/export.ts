import type { ExportedFile } from "@orrery/alerting";
import type { Lab } from "@orrery/model";
import { dashboardsOf } from "./dashboards-of.ts";
import { composeFile, secretFiles } from "./stack/compose.ts";
import { dashboardProviderFile, dataSourcesFile } from "./stack/provisioning.ts";
import { alertmanagersFile, prometheusFile, targetsFile } from "./stack/scrape.ts";

/** Dashboards of a lab, what has Grafana show them and Prometheus scrape for them, and a composition of all of it. */
export const stackOf = (lab: Lab): { readonly files: readonly ExportedFile[]; readonly notes: readonly string[] } => {
  const targets = (folder: string, exporter: string, alertmanager: string): ExportedFile[] => [
    { path: `${folder}orrery.yml`, about: `the exporter at ${exporter}`, text: targetsFile(lab, exporter) },
    {
      path: `${folder}alertmanager.yml`,
      about: `Alertmanager at ${alertmanager}`,
      text: alertmanagersFile(alertmanager),
    },
  ];
  return {
    files: [
      { path: "prometheus.yml", about: "what Prometheus scrapes, evaluates and tells", text: prometheusFile() },
      ...targets("targets/", "127.0.0.1:9221", "127.0.0.1:9093"),
      ...dashboardsOf(lab).map(
        ({ uid, title, panels, dashboard }): ExportedFile => ({
          path: `grafana/dashboards/${uid}.json`,
          about: `dashboard ${title}, ${panels} panels`,
          text: `${JSON.stringify(dashboard, null, 2)}\n`,
        }),
      ),
      {
        path: "grafana/provisioning/datasources/orrery.yml",
        about: "Prometheus and Alertmanager, as Grafana asks them",
        text: dataSourcesFile(),
      },
      {
        path: "grafana/provisioning/dashboards/orrery.yml",
        about: "where Grafana finds the dashboards",
        text: dashboardProviderFile(),
      },
      { path: "compose.yaml", about: "Orrery, PostgreSQL, Prometheus, Alertmanager, Grafana", text: composeFile() },
      ...targets("compose/targets/", "exporter:9221", "alertmanager:9093"),
    ],
    notes: [
      "Grafana takes PROMETHEUS_URL and ALERTMANAGER_URL from its environment; compose.yaml sets them.",
      `compose.yaml asks for ORRERY_SOURCE (a checkout of Orrery), ORRERY_LAB (the folder of the declaration), ORRERY_URL (the nodes), and for the files ${secretFiles.map((name) => `secrets/${name}`).join(", ")}.`,
    ],
  };
};
