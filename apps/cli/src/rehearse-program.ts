import type { Command } from "commander";
import type { ExitCode } from "./exit-code.ts";

const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** `orrery rehearse`: run a procedure on the twin before it is run for real. */
export const declareRehearse = (orrery: Command, cacheFolder: string, end: (code: ExitCode) => void): void => {
  orrery
    .command("rehearse")
    .showHelpAfterError("`orrery rehearse --help` tells what there is.")
    .summary("run a procedure on the twin, with what may fail")
    .description(
      "Runs a procedure, the same that runs on a real cluster, on the twin in virtual time: prints when what happened, which link or disk held it up, the highest load, the smallest quorum margin, and the objectives met or missed.",
    )
    .argument("[what...]", "drain [NODE …], or nothing: only look at what a failure does")
    .option("--twin <lab>", "a declaration file, or a folder with an orrery.config.ts (this folder unless told)")
    .option("--fail <what>", "what fails and when: node05@2026-12-06T01:00, labswitch01; may be repeated", collect)
    .option("--reboot", "each drained node is rebooted before its guests come back")
    .option("--stay", "guests do not go back to a node that was drained")
    .option("--stop <guest>", "a guest that stops with its node instead of moving; may be repeated", collect)
    .option("--seed <number>", "the same seed, the same rehearsal", "1")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
Examples:
  orrery rehearse drain node01 --twin examples/astronomy-lab
  orrery rehearse drain --reboot --twin examples/tidy-lab
  orrery rehearse --fail pve2@2026-12-06T01:00 --twin examples/tidy-lab

It ends with 3 where the procedure stopped, or an objective was missed.`,
    )
    .action(
      async (
        what: string[],
        given: Omit<import("./commands/rehearse/rehearse.ts").RehearseArguments, "what" | "cacheFolder">,
      ) => {
        const { rehearse } = await import("./commands/rehearse/rehearse.ts");
        end(await rehearse({ ...given, what, cacheFolder }));
      },
    );
};
