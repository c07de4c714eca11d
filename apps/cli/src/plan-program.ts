import type { Command } from "commander";
import { collect, connectionHelp, withConnection } from "./connection-options.ts";
import type { ExitCode } from "./exit-code.ts";

type End = (code: ExitCode) => void;

/** The options that say which cluster, and how much of it. */
const reaching = (command: Command): Command =>
  withConnection(command)
    .option("--twin <lab>", "the twin of a lab in the place of a cluster, for the length of this command")
    .option("--quick", "take what no list and no task shows as changed as it was seen the last time")
    .option("--everything", "look also at parts of the cluster that the declaration says nothing about")
    .option("--target <kind/name>", "only this object, and what has to be done before; may be repeated", collect);

const exitCodes = (findings: string): string => `Exit codes:
  0  done
  1  failed
  2  wrong usage, a declaration that cannot be loaded, or a file that is no plan
  3  ${findings}`;

/** `orrery plan` and `orrery apply`: what would turn a cluster into the declaration, and doing it. */
export const declarePlan = (orrery: Command, cacheFolder: string, end: End): void => {
  reaching(
    orrery
      .command("plan")
      .showHelpAfterError("`orrery plan --help` tells what there is.")
      .summary("say what would turn a cluster into the declaration")
      .description(
        "Reads a cluster, compares it with the declaration, and says what differs, who changed it where the task log knows, and what would be done about it, why, in which order and at which risk. Changes nothing.",
      )
      .argument("[lab]", "a declaration file, or a folder with an orrery.config.ts (this folder unless told)"),
  )
    .option("--drain <node>", "in place of all that: guests leave this node; may be repeated", collect)
    .option("--spread", "in place of all that: load is evened out, where that is worth the moves")
    .option("--out <file>", "write the plan to a file, for `orrery apply`")
    .option("--json", "print the plan as JSON")
    .option("--rehearse", "apply it to the twin of the cluster as it is now, and tell how that went")
    .option("--detailed", "end with 3 where there is something to do")
    .addHelpText(
      "after",
      `
Examples:
  orrery plan examples/tidy-lab --url https://pve1:8006 --out plan.json
  orrery plan --target guest/dc01 --target pool/lab
  orrery plan --drain pve1 --out drain.json        then: orrery apply drain.json
  orrery plan --drain pve1 --rehearse              how long it takes, and what it loads
  orrery plan my-lab --twin examples/tidy-lab      against a twin, without any cluster

What was read is kept for --quick in $XDG_CACHE_HOME/orrery/states and may be deleted at any time. A change that leaves
no trace in a list or in the task log, as that of a guest's description, shows only without --quick.

${connectionHelp}

${exitCodes("with --detailed: there is something to do")}`,
    )
    .action(
      async (
        lab: string | undefined,
        given: Omit<import("./commands/plan.ts").PlanArguments, "lab" | "cacheFolder">,
      ) => {
        const { plan } = await import("./commands/plan.ts");
        end(await plan({ ...given, lab, cacheFolder }));
      },
    );

  reaching(
    orrery
      .command("apply")
      .showHelpAfterError("`orrery apply --help` tells what there is.")
      .summary("do what a plan says, and no more")
      .description(
        "Does what a plan says, as it was written to a file or as it is made now of a declaration: shows it, asks, looks at each object before and after, and records every change before it is sent. Refuses a plan whose base has moved.",
      )
      .argument("[plan]", "a plan file (.json), or a declaration (the one in this folder unless told)"),
  )
    .option("--yes", "do not ask")
    .option("--breaking", "do it with --yes although it breaks an objective or a rule that holds now")
    .option("--consent <object>", 'what may be lost, as the plan names it: "guest 101"; may be repeated', collect)
    .option("--now", "what is riskier than hot outside of the maintenance windows too")
    .option("--at-most <risk>", "leave what is riskier: none, hot, reboot, stop, network, quorum or data loss")
    .option("--rehearse", "apply it to the twin of the cluster first; what does not come to its end there is not done")
    .option("--resume", "go on where a run was cut off; without a plan, with the last one that was")
    .option("--keep-secrets <folder>", "where to keep what the cluster tells only once, such as a new token's secret")
    .option("--json", "print what happens as lines of JSON; needs --yes")
    .addHelpText(
      "after",
      `
Examples:
  orrery apply plan.json
  orrery apply examples/tidy-lab --url https://pve1:8006 --yes --at-most hot
  orrery apply --resume                            after a crash, or an interrupt

One interrupt lets what runs come to its end and begins nothing new. What was done is recorded in
$XDG_STATE_HOME/orrery/runs (~/.local/state/orrery/runs) before it is sent.

${connectionHelp}

${exitCodes("refused, stopped, or something was left undone")}`,
    )
    .action(
      async (
        what: string | undefined,
        given: Omit<import("./commands/apply.ts").ApplyArguments, "what" | "cacheFolder">,
      ) => {
        const { apply } = await import("./commands/apply.ts");
        end(await apply({ ...given, what, cacheFolder }));
      },
    );
};
