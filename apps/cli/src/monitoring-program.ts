import type { Command } from "commander";
import { type ExitCode, exitCodeHelp } from "./exit-code.ts";

type ExportArguments = import("./commands/monitoring.ts").ExportArguments;

/** `orrery monitoring`: what others are to be given to watch a lab. */
export const declareMonitoring = (orrery: Command, cacheFolder: string, end: (code: ExitCode) => void): void => {
  const monitoring = orrery
    .command("monitoring")
    .summary("write what Prometheus, Alertmanager and Grafana need to watch a lab")
    .description("Makes the files with which others watch a lab by its declaration.")
    .helpCommand(false)
    .showHelpAfterError("`orrery monitoring --help` tells what there is.");
  monitoring
    .command("export")
    .summary("write alert rules and their tests, configurations, dashboards and a composition")
    .description(
      "Writes alert and recording rules for Prometheus (2.42 or newer), unit tests of every alert rule for promtool, and a configuration for Alertmanager (0.25 or newer) with inhibition and maintenance windows; a configuration for Prometheus; dashboards for Grafana (12 or newer) and what provisions them; and a compose.yaml that runs all of it with Orrery and PostgreSQL: all from the declaration, without asking a cluster.",
    )
    .argument("[path]", "a declaration file, or a folder with an orrery.config.ts", ".")
    .requiredOption("--out <folder>", "where to write; files of the same names there are written over")
    .option("--at <date>", "look at schedules from this day or moment on")
    .option("--json", "print {folder, files, notes} as JSON")
    .addHelpText(
      "after",
      `
Examples:
  orrery monitoring export my-lab --out monitoring
  promtool check rules monitoring/rules/*.yml
  promtool test rules monitoring/tests/*.yml
  amtool check-config monitoring/alertmanager/alertmanager.yml
  prometheus --config.file monitoring/prometheus.yml
  cd monitoring && docker compose up -d

The metrics are those of prometheus-pve-exporter and what Orrery tells beyond them; the job that scrapes them is to be
called orrery, and gives them the label cluster. Secrets are not written: each is read from a file, which is named.

${exitCodeHelp}`,
    )
    .action(async (path: string, options: Omit<ExportArguments, "path" | "cacheFolder">) => {
      const { exportMonitoring } = await import("./commands/monitoring.ts");
      end(await exportMonitoring({ ...options, path, cacheFolder }));
    });
};
