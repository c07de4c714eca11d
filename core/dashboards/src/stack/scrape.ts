import { type Yaml, yaml } from "@orrery/alerting";
import type { Lab } from "@orrery/model";

/** How often the exporter has something new. */
export const scrapeInterval = "10s";

/**
 * Prometheus 2.42 or newer. Whom it asks and tells is in files of their own, so that the same configuration serves on a
 * machine and in a composition.
 */
export const prometheusFile = (): string =>
  yaml({
    global: { scrape_interval: scrapeInterval, evaluation_interval: "30s" },
    rule_files: ["rules/*.rules.yml"],
    alerting: { alertmanagers: [{ file_sd_configs: [{ files: ["targets/alertmanager.yml"] }] }] },
    scrape_configs: [
      {
        // The alert rules ask whether this job can be read, by this name.
        job_name: "orrery",
        file_sd_configs: [{ files: ["targets/orrery.yml"] }],
      },
    ],
  });

const target = (address: string, labels: { readonly [name: string]: Yaml }): Yaml => ({ targets: [address], labels });

/** Both pages of the exporter. Dashboards tell clusters apart by the label `cluster`. */
export const targetsFile = ({ cluster }: Lab, exporter: string): string =>
  yaml([
    // Without names of their own both pages would be one target to whoever counts them.
    target(exporter, { __metrics_path__: "/pve", cluster: cluster.name, instance: cluster.name }),
    target(exporter, { __metrics_path__: "/metrics", cluster: cluster.name, instance: "exporter" }),
  ]);

export const alertmanagersFile = (address: string): string => yaml([{ targets: [address] }]);
