import type { Command } from "commander";
import { collect } from "./connection-options.ts";
import type { ExitCode } from "./exit-code.ts";

type VerifyArguments = import("./commands/audit.ts").VerifyArguments;

/** `orrery audit`: the trail of what was asked of the server. */
export const declareAudit = (orrery: Command, end: (code: ExitCode) => void): void => {
  const audit = orrery
    .command("audit")
    .summary("show that the audit trail is whole")
    .description("Looks at the audit trail that the server keeps: every change, and every refusal.")
    .helpCommand(false)
    .showHelpAfterError("`orrery audit --help` tells what there is.");
  audit
    .command("verify")
    .summary("walk the chain of the audit trail, entry by entry")
    .description(
      "Each entry holds the hash of the one before it. Walks them all, and tells the first that was changed, removed or put there by hand. Prints where the chain ends: kept elsewhere and given another time, that shows also whether somebody with every right in the database wrote the whole chain anew.",
    )
    .option("--head <number:hash>", "an end of the chain that was kept; may be repeated", collect)
    .option("--json", "print {kind, place, head} or {kind, place, number, why} as JSON")
    .addHelpText(
      "after",
      `
Examples:
  orrery audit verify
  orrery audit verify --json | jq -r '"\\(.head.number):\\(.head.hash)"' >> /mnt/elsewhere/heads
  orrery audit verify --head 1042:3f0c…

What is kept below ORRERY_HOME, or in the database of DATABASE_URL, is looked at; the server may run meanwhile.

Exit codes:
  0  the chain is whole
  1  it cannot be read
  2  wrong usage
  3  the chain is broken`,
    )
    .action(async (options: VerifyArguments) => {
      const { verify } = await import("./commands/audit.ts");
      end(await verify(options));
    });
};
