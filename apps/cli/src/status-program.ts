import type { Command } from "commander";
import type { ExitCode } from "./exit-code.ts";

const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** `orrery status`: what a cluster is now. */
export const declareStatus = (orrery: Command, end: (code: ExitCode) => void): void => {
  orrery
    .command("status")
    .showHelpAfterError("`orrery status --help` tells what there is.")
    .summary("tell what a cluster is now")
    .description(
      "Asks a Proxmox VE cluster, real or twin, what it is now: nodes, quorum, guests, storages, HA, running tasks. Changes nothing.",
    )
    .option("--url <url>", "the address of a node, https://pve1:8006; may be repeated (ORRERY_URL)", collect)
    .option("--token <id=secret>", "an API token: root@pam!ci=s3cret (ORRERY_TOKEN keeps it off the command line)")
    .option("--user <userid>", "a user instead: root@pam (ORRERY_USER), with ORRERY_PASSWORD or --password-file")
    .option("--password-file <file>", "a file whose first line is the password; - is standard input")
    .option("--otp <code>", "a one-time code, where the user has a second factor")
    .option("--fingerprint <sha256>", "of the certificate, as `pvenode cert info` prints it (ORRERY_FINGERPRINT)")
    .option("--ca <file>", "the authority that issued the certificate, PEM (ORRERY_CA)")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
The other side is believed by --fingerprint or --ca, or else by the public authorities; there is no way round that.

Examples:
  ORRERY_TOKEN=root@pam!ci=s3cret orrery status --url https://pve1:8006 --ca pve-root-ca.pem
  orrery status --url https://127.0.0.1:8006 --user root@pam --password-file secret --fingerprint AA:BB:…`,
    )
    .action(async (given: import("./commands/status.ts").StatusArguments) => {
      const { status } = await import("./commands/status.ts");
      end(await status(given));
    });
};
