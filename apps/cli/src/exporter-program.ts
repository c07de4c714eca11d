import type { Command } from "commander";
import { connectionHelp, withConnection } from "./connection-options.ts";
import type { ExitCode } from "./exit-code.ts";

/** `orrery exporter`: metrics for Prometheus. */
export const declareExporter = (orrery: Command, cacheFolder: string, end: (code: ExitCode) => void): void => {
  withConnection(orrery.command("exporter"))
    .showHelpAfterError("`orrery exporter --help` tells what there is.")
    .summary("serve metrics of clusters to Prometheus")
    .description(
      "Watches clusters, real or twin, with few requests, and answers Prometheus by the names of prometheus-pve-exporter, and by more. Changes nothing.",
    )
    .option("--listen <address>", "where to answer", "127.0.0.1:9221")
    .option("--no-guests", "do not read guests' configurations: one request a guest and hour")
    .option("--no-backups", "do not list backups: one request a backup storage and ten minutes")
    .addHelpText(
      "after",
      `
${connectionHelp}

Examples:
  ORRERY_TOKEN=prometheus@pve!exporter=s3cret orrery exporter --url https://pve1:8006 --ca pve-root-ca.pem
  curl http://127.0.0.1:9221/pve                the whole cluster
  curl 'http://127.0.0.1:9221/pve?node=0'       without what is asked node by node
  curl http://127.0.0.1:9221/metrics            the exporter itself`,
    )
    .action(async (given: Omit<import("./commands/exporter/exporter.ts").ExporterArguments, "cacheFolder">) => {
      const { exporter } = await import("./commands/exporter/exporter.ts");
      end(await exporter({ ...given, cacheFolder }));
    });
};
