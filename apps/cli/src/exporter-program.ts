import type { Command } from "commander";
import { collect, connectionHelp, withConnection } from "./connection-options.ts";
import type { ExitCode } from "./exit-code.ts";

/** `orrery exporter`: metrics for Prometheus. */
export const declareExporter = (orrery: Command, cacheFolder: string, end: (code: ExitCode) => void): void => {
  withConnection(orrery.command("exporter"))
    .showHelpAfterError("`orrery exporter --help` tells what there is.")
    .summary("serve metrics of clusters to Prometheus")
    .description(
      "Watches clusters, real or twin, with few requests, and answers Prometheus by the names of prometheus-pve-exporter, and by more. Changes nothing.",
    )
    .option("--config <file>", "modules as prometheus-pve-exporter's pve.yml has them, in the place of --url")
    .option("--target <address>", "what modules may ask that list no targets; may be repeated", collect)
    .option("--listen <address>", "where to answer", "127.0.0.1:9221")
    .option("--lab <path>", "a declaration: adds findings, objectives, how fresh backups are by policy, and drift")
    .option("--no-guests", "do not read guests' configurations: one request a guest and hour")
    .option("--no-backups", "do not list backups: one request a backup storage and ten minutes")
    .addHelpText(
      "after",
      `
${connectionHelp}

A module of --config has user, token_name and token_value or password, targets (the addresses it may ask, and no others),
and ca or fingerprint. Secrets are env:NAME, file:/path or credential:NAME; in clear only where nobody else can read the
file. verify_ssl: false is refused.

Examples:
  ORRERY_TOKEN=prometheus@pve!exporter=s3cret orrery exporter --url https://pve1:8006 --ca pve-root-ca.pem
  orrery exporter --config pve.yml --target pve1.lab --listen 0.0.0.0:9221
  curl http://127.0.0.1:9221/pve                the whole cluster
  curl 'http://127.0.0.1:9221/pve?node=0'       without what is asked node by node
  curl http://127.0.0.1:9221/metrics            the exporter itself`,
    )
    .action(async (given: Omit<import("./commands/exporter/exporter.ts").ExporterArguments, "cacheFolder">) => {
      const { exporter } = await import("./commands/exporter/exporter.ts");
      end(await exporter({ ...given, cacheFolder }));
    });
};
