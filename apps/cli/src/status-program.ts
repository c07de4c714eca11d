import type { Command } from "commander";
import { connectionHelp, withConnection } from "./connection-options.ts";
import type { ExitCode } from "./exit-code.ts";

/** `orrery status`: what a cluster is now. */
export const declareStatus = (orrery: Command, end: (code: ExitCode) => void): void => {
  withConnection(orrery.command("status"))
    .showHelpAfterError("`orrery status --help` tells what there is.")
    .summary("tell what a cluster is now")
    .description(
      "Asks a Proxmox VE cluster, real or twin, what it is now: nodes, quorum, guests, storages, HA, running tasks. Changes nothing.",
    )
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
${connectionHelp}

Examples:
  ORRERY_TOKEN=root@pam!ci=s3cret orrery status --url https://pve1:8006 --ca pve-root-ca.pem
  orrery status --url https://127.0.0.1:8006 --user root@pam --password-file secret --fingerprint AA:BB:…`,
    )
    .action(async (given: import("./commands/status.ts").StatusArguments) => {
      const { status } = await import("./commands/status.ts");
      end(await status(given));
    });
};
