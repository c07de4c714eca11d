import { Command, CommanderError } from "commander";
import manifest from "../package.json" with { type: "json" };
import { declareAdopt } from "./adopt-program.ts";
import { declareAudit } from "./audit-program.ts";
import { collect } from "./connection-options.ts";
import { CommandError, type ExitCode, exitCode, exitCodeHelp } from "./exit-code.ts";
import { declareExporter } from "./exporter-program.ts";
import { declareMonitoring } from "./monitoring-program.ts";
import { printError } from "./output.ts";
import { declarePlacement } from "./placement-program.ts";
import { declarePlan } from "./plan-program.ts";
import { declareRehearse } from "./rehearse-program.ts";
import { declareServe } from "./serve-program.ts";
import { declareStatus } from "./status-program.ts";
import { declareStore } from "./store-program.ts";
import { declareTwin } from "./twin-program.ts";

type CheckArguments = import("./commands/check.ts").CheckArguments;
type FailuresArguments = import("./commands/failures.ts").FailuresArguments;

/** Every command; what a command does is imported when it is called. */
const program = (end: (code: ExitCode) => void, cacheFolder: string, faults: readonly string[]): Command => {
  const orrery = new Command("orrery")
    .description(
      "A working model of a Proxmox VE cluster: declare the lab, prove the declaration, rehearse on its twin.",
    )
    .version(manifest.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: printError })
    .showHelpAfterError("`orrery --help` tells what there is.")
    .addHelpText(
      "after",
      `\n${exitCodeHelp}\n\nORRERY_DEBUG=1 shows where in Orrery an error came from. What makes the next run quicker is kept in\n$XDG_CACHE_HOME/orrery (~/.cache/orrery) and may be deleted at any time.`,
    );

  orrery
    .command("check")
    .showHelpAfterError("`orrery check --help` tells what there is.")
    .summary("prove a declaration against itself")
    .description(
      "Proves a declaration against itself: says which of its claims cannot be true, where they stand, why, and what mends them.",
    )
    .argument("[path]", "a declaration file, or a folder with an orrery.config.ts", ".")
    .option("--json", "print {objectives, findings, …} as JSON")
    .option("--sarif", "print the findings as SARIF 2.1.0, for code scanning")
    .option("--rule <id>", "only this rule, or this family of rules; may be repeated", collect)
    .option("--at <date>", "check as of a day (2026-04-22, its start in UTC) or a moment (2026-04-22T09:00:00Z)")
    .option("--severity <least>", "only findings of this severity or a graver one: error, warning or note")
    .addHelpText(
      "after",
      `
Examples:
  orrery check                                  the declaration in this folder
  orrery check examples/astronomy-lab           one in another
  orrery check --rule addresses --severity error
  orrery check --json | jq '.findings[].rule'

What counts: errors and warnings end with 3, violated and unproven alike, since what cannot be shown is not
known to hold. Notes never do, nor does what a waiver takes; and only what --rule and --severity let through counts.

${exitCodeHelp}`,
    )
    .action(async (path: string, options: Omit<CheckArguments, "path" | "cacheFolder">) => {
      const { check } = await import("./commands/check.ts");
      end(await check({ ...options, path, cacheFolder }));
    });

  orrery
    .command("failures")
    .showHelpAfterError("`orrery failures --help` tells what there is.")
    .summary("say what each single failure takes with it")
    .description(
      "For each node, switch, cable, disk, firewall, uplink and serving guest: whether quorum outlives its loss, which guests lose data, run no longer or are cut off, which copies are left, and which objectives fall.",
    )
    .argument("[path]", "a declaration file, or a folder with an orrery.config.ts", ".")
    .option("--of <component>", 'one component, such as "node node05" or labswitch01, in full')
    .option("--json", "print as JSON")
    .option("--at <date>", "work it out as of a day or a moment")
    .addHelpText(
      "after",
      `
Examples:
  orrery failures examples/astronomy-lab
  orrery failures examples/astronomy-lab --of labswitch01
  orrery failures --json | jq '.failures[] | select(.quorum.survives | not)'`,
    )
    .action(async (path: string, options: Omit<FailuresArguments, "path" | "cacheFolder">) => {
      const { failures } = await import("./commands/failures.ts");
      end(await failures({ ...options, path, cacheFolder }));
    });

  orrery
    .command("explain")
    .showHelpAfterError("`orrery explain --help` tells what there is.")
    .summary("say what a rule holds, why, and what mends it")
    .description(
      "Says what a rule holds, why it matters, how it is shown and what mends it. Without a rule: lists all.",
    )
    .argument("[rule]", "a rule, or a family of rules")
    .option("--json", "print as JSON")
    .addHelpText("after", "\nExamples:\n  orrery explain\n  orrery explain waivers\n  orrery explain waivers/expired")
    .action(async (rule: string | undefined, options: { json?: boolean }) => {
      const { explain } = await import("./commands/explain.ts");
      await explain(rule, options);
      end(exitCode.done);
    });

  declareStatus(orrery, end);
  declareExporter(orrery, cacheFolder, end);
  declareAdopt(orrery, end);
  declarePlacement(orrery, cacheFolder, end);
  declarePlan(orrery, cacheFolder, end);
  declareServe(orrery, cacheFolder, end);
  declareAudit(orrery, end);
  declareStore(orrery, end);
  declareTwin(orrery, faults, cacheFolder, end);
  declareRehearse(orrery, cacheFolder, end);
  declareMonitoring(orrery, cacheFolder, end);

  orrery
    .command("completion")
    .showHelpAfterError("`orrery completion --help` tells what there is.")
    .summary("print a completion script for a shell")
    .description("Prints a script that makes a shell complete Orrery's commands, options and rules.")
    .argument("<shell>", "bash, zsh or fish")
    .addHelpText(
      "after",
      `
Examples:
  source <(orrery completion bash)              in ~/.bashrc
  source <(orrery completion zsh)               in ~/.zshrc, after compinit
  orrery completion fish | source               in ~/.config/fish/config.fish`,
    )
    .action(async (shell: string) => {
      const { completion } = await import("./commands/completion.ts");
      await completion(shell, orrery);
      end(exitCode.done);
    });

  return orrery;
};

/** What a shell gives to a process that SIGINT ended. */
const interrupted = 130;

const fail = (error: unknown): ExitCode => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  const debug = Boolean(process.env.ORRERY_DEBUG);
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CommandError) {
    printError(message);
  } else {
    printError(
      `Orrery failed: ${message}\nThis is a fault in Orrery or in the machine it runs on, not in your declaration.`,
    );
    if (!debug) printError("ORRERY_DEBUG=1 shows where it came from.");
  }
  if (debug && error instanceof Error) printError(error.stack ?? message);
  return error instanceof CommandError ? error.exitCode : exitCode.failed;
};

/**
 * Runs one command line and sets the process's exit code. Nothing that goes wrong shows a stack trace.
 *
 * @param cacheFolder where declarations may keep what was found in their files
 */
export const run = async (args: readonly string[], cacheFolder: string): Promise<void> => {
  let ended: ExitCode | undefined;
  const endNow = (code: number): never => {
    ended = exitCode.failed;
    return process.exit(code);
  };
  // A reader that went away (`orrery check | head`) is no failure of ours, and there is nobody left to tell.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") endNow(fail(error));
  });
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error) => endNow(fail(error)));
  }
  process.on("SIGINT", () => endNow(interrupted));
  process.on("exit", () => {
    if (ended !== undefined) return;
    // The declaration is code, and may have called process.exit itself: that must not pass for a result.
    process.exitCode = fail(
      new CommandError("The declaration ended the process before it was checked.", exitCode.usage),
    );
  });
  let code: ExitCode = exitCode.failed;
  try {
    // Only the help about faults needs the twin, and only there is it worth its loading.
    const faults = args[0] === "twin" && args[1] === "fault" ? (await import("@orrery/twin-server")).faultHelp() : [];
    await program(
      (given) => {
        code = given;
      },
      cacheFolder,
      faults,
    ).parseAsync(args, { from: "user" });
  } catch (error) {
    code = fail(error);
  }
  ended = code;
  process.exitCode = code;
};
