import type { Command } from "commander";
import { connectionHelp, withConnection } from "./connection-options.ts";
import type { ExitCode } from "./exit-code.ts";

/** `orrery adopt`: a declaration of a cluster that is there. */
export const declareAdopt = (orrery: Command, end: (code: ExitCode) => void): void => {
  withConnection(orrery.command("adopt"))
    .showHelpAfterError("`orrery adopt --help` tells what there is.")
    .summary("write the declaration of a cluster that is there")
    .description(
      "Reads a Proxmox VE cluster, real or twin, and writes its declaration: TypeScript, a file a chapter, such that a plan right after has nothing to do. What the API does not tell is unknown(…); secrets are named, never written. Changes nothing on the cluster.",
    )
    .option("--out <folder>", "where to write; must not hold a declaration yet", ".")
    .option("--force", "write over the files of a declaration that is there")
    .option("--json", "print {cluster, files, …} as JSON")
    .addHelpText(
      "after",
      `
${connectionHelp}

Examples:
  orrery adopt --url https://pve1:8006 --ca pve-root-ca.pem --out lab
  orrery check lab
  orrery plan lab`,
    )
    .action(async (given: import("./commands/adopt.ts").AdoptArguments) => {
      const { adopt } = await import("./commands/adopt.ts");
      end(await adopt(given));
    });
};
