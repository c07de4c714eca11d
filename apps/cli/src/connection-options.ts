import type { Command } from "commander";

export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** The options of every command that speaks with a cluster, real or twin. */
export const withConnection = (command: Command): Command =>
  withCredentials(
    command.option("--url <url>", "the address of a node, https://pve1:8006; may be repeated (ORRERY_URL)", collect),
  );

/** Who asks, and what makes the other side believed. */
export const withCredentials = (command: Command): Command =>
  command
    .option("--token <id=secret>", "an API token: root@pam!ci=s3cret (ORRERY_TOKEN keeps it off the command line)")
    .option("--user <userid>", "a user instead: root@pam (ORRERY_USER), with ORRERY_PASSWORD or --password-file")
    .option("--password-file <file>", "a file whose first line is the password; - is standard input")
    .option("--otp <code>", "a one-time code, where the user has a second factor")
    .option("--fingerprint <sha256>", "of the certificate, as `pvenode cert info` prints it (ORRERY_FINGERPRINT)")
    .option("--ca <file>", "the authority that issued the certificate, PEM (ORRERY_CA)");

export const connectionHelp =
  "The other side is believed by --fingerprint or --ca, or else by the public authorities; there is no way round that.";
