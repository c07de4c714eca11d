import type { Command } from "commander";
import { connectionHelp, withConnection } from "./connection-options.ts";
import type { ExitCode } from "./exit-code.ts";
import { keepHeapSmall } from "./small-heap.ts";

/** `orrery serve`: the server, for one cluster or those of a file of settings. */
export const declareServe = (orrery: Command, cacheFolder: string, end: (code: ExitCode) => void): void => {
  withConnection(orrery.command("serve"))
    .showHelpAfterError("`orrery serve --help` tells what there is.")
    .summary("watch clusters, and answer for them over HTTPS")
    .description(
      "Watches one cluster, or those of a file of settings, and serves the JSON API over HTTPS until it is interrupted. On this machine alone unless told. Changes nothing on a cluster.",
    )
    .argument("[lab]", "the declaration of the cluster: a file, or a folder with an orrery.config.ts")
    .option("--settings <file>", "clusters, address and certificate from a file, JSON, for several clusters")
    .option("--twin <lab>", "watch the twin of a lab in the place of a cluster")
    .option("--speed <times>", "of the twin, by --twin or at --url: times as fast as real time", "1")
    .option("--listen <address>", "where to listen; port 0 is any that is free (127.0.0.1:7443)")
    .option("--certificate <file>", "PEM, with --key; one is made for this run unless told")
    .option("--key <file>", "the private key of the certificate, PEM")
    .option("--memory", "keep accounts, tokens, the audit trail and history in this process alone")
    .option("--log <level>", "error, warn, info, debug or silent; lines of JSON on standard error", "warn")
    .option("--json", "print one line of JSON: url, fingerprint, certificate, setupLink, clusters")
    .addHelpText(
      "after",
      `
Examples:
  orrery serve --twin examples/astronomy-lab --speed 60
  ORRERY_TOKEN=orrery@pve!watch=s3cret orrery serve my-lab --url https://pve1:8006 --ca pve-root-ca.pem
  orrery serve --settings /etc/orrery/server.json --listen 0.0.0.0:7443

The first start prints a link that makes the first account; it is good once, and for an hour. What there is to ask:
https://127.0.0.1:7443/api/docs. Accounts, tokens, the audit trail and history are kept by a PostgreSQL of Orrery's own
below ORRERY_HOME (~/.local/share/orrery; of root /var/lib/orrery), or in the one of DATABASE_URL, 15 or newer, which
several servers may share; with --memory they end with the process.

Settings name secrets by their places, env:NAME, file:/path or credential:NAME (systemd's LoadCredential=):
  { "clusters": [ { "id": "lab", "lab": "../my-lab", "connection": {
      "urls": ["https://pve1:8006"], "ca": "/etc/orrery/pve-root-ca.pem",
      "credentials": { "token": "orrery@pve!watch", "secret": "credential:pve-token" } } } ] }

People sign in at a provider of identities too where ORRERY_OIDC_ISSUER, ORRERY_OIDC_CLIENT and ORRERY_OIDC_ROLES are set;
docs/guides/server.md tells all of them, and how several servers share a database.

${connectionHelp}`,
    )
    .action(
      async (
        lab: string | undefined,
        given: Omit<import("./commands/serve/serve.ts").ServeArguments, "lab" | "cacheFolder">,
      ) => {
        keepHeapSmall();
        const { serve } = await import("./commands/serve/serve.ts");
        end(await serve({ ...given, lab, cacheFolder }));
      },
    );
};
