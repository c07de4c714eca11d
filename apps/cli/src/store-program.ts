import type { Command } from "commander";
import type { ExitCode } from "./exit-code.ts";

/** `orrery store`: what the server keeps, as a whole. */
export const declareStore = (orrery: Command, end: (code: ExitCode) => void): void => {
  const store = orrery
    .command("store")
    .summary("back up what the server keeps, and restore it")
    .description(
      "What the server keeps: accounts, sessions, tokens, the audit trail, history. It lies below ORRERY_HOME, or in the database of DATABASE_URL.",
    )
    .helpCommand(false)
    .showHelpAfterError("`orrery store --help` tells what there is.");
  store
    .command("backup")
    .summary("write everything of one moment into a file")
    .description(
      "Writes everything of one moment into a file, which is there whole or not at all; the server may run meanwhile. It holds hashes of passwords and tokens: only you may read it.",
    )
    .argument("<file>", "where to; a file that is there is left alone")
    .option("--json", "print {file, place, tables, rows} as JSON")
    .addHelpText("after", "\nExamples:\n  orrery store backup /mnt/elsewhere/orrery-$(date +%F).backup")
    .action(async (file: string, options: { json?: boolean }) => {
      const { backup } = await import("./commands/store.ts");
      end(await backup(file, options));
    });
  store
    .command("restore")
    .summary("fill an empty store from a backup")
    .description(
      "Fills an empty store from a backup, all of it or nothing; it is made where there is none. One that holds something is never written over.",
    )
    .argument("<file>", "a backup")
    .option("--json", "print {place, at, tables, rows} as JSON")
    .addHelpText(
      "after",
      `
Examples:
  ORRERY_HOME=/var/lib/orrery-restored orrery store restore orrery-2026-11-22.backup
  ORRERY_HOME=/var/lib/orrery-restored orrery audit verify`,
    )
    .action(async (file: string, options: { json?: boolean }) => {
      const { restoreFrom } = await import("./commands/store.ts");
      end(await restoreFrom(file, options));
    });
};
