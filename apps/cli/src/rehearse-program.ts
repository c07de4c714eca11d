import type { Command } from "commander";
import { collect, withCredentials } from "./connection-options.ts";
import type { ExitCode } from "./exit-code.ts";

/** `orrery rehearse`: run a procedure on the twin before it is run for real. */
export const declareRehearse = (orrery: Command, cacheFolder: string, end: (code: ExitCode) => void): void => {
  const rehearse = orrery
    .command("rehearse")
    .showHelpAfterError("`orrery rehearse --help` tells what there is.")
    .summary("run a procedure on the twin, with what may fail")
    .description(
      "Runs a procedure, the same that runs on a real cluster, on the twin in virtual time: prints when what happened, which link or disk held it up, the highest load, the smallest quorum margin, and the objectives met or missed.",
    )
    .argument("[what...]", "drain [NODE …]; recover, from what fails; FILE.json, a plan; nothing: only look on")
    .option("--twin <lab>", "a declaration file, or a folder with an orrery.config.ts (this folder unless told)")
    .option("--fail <what>", "what fails and when: node05@2026-12-06T01:00, labswitch01; may be repeated", collect)
    .option("--scenario <id>", "a recovery scenario of the declaration; of what it may mean, the worst")
    .option("--monte-carlo <runs>", "so many runs with durations and moments drawn: P50, P95 and most of RTO and RPO")
    .option("--at <moment>", "when it begins; a minute before the first failure unless told")
    .option("--reboot", "each drained node is rebooted before its guests come back")
    .option("--stay", "guests do not go back to a node that was drained")
    .option("--stop <guest>", "a guest that stops with its node instead of moving; may be repeated", collect)
    .option(
      "--url <url>",
      "the cluster as it is, in place of a declared lab; may be repeated (ORRERY_URL, without --twin)",
      collect,
    );
  withCredentials(rehearse)
    .option("--seed <number>", "the same seed, the same rehearsal", "1")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
Examples:
  orrery rehearse drain node01 --twin examples/astronomy-lab
  orrery rehearse drain --reboot --twin examples/tidy-lab
  orrery rehearse --fail node01@2026-12-06T01:00 --twin examples/astronomy-lab
  orrery rehearse --scenario host-node --monte-carlo 200 --twin examples/astronomy-lab
  orrery rehearse nothing --fail labswitch01 --twin examples/astronomy-lab
  orrery rehearse drain pve1 --url https://pve1:8006 --ca pve-root-ca.pem

  orrery plan my-lab --url https://pve1:8006 --out p.json && orrery rehearse p.json --url https://pve1:8006

A real cluster is only read: the rehearsal happens on its twin. Besides names of nodes, switches, links, storages and
guests, --fail takes every fault of \`orrery twin fault add --help\`: "node node05 hangs@2026-12-06T01:00".

It ends with 3 where the procedure stopped, or an objective was missed.`,
    )
    .action(
      async (
        what: string[],
        given: Omit<import("./commands/rehearse/rehearse.ts").RehearseArguments, "what" | "cacheFolder">,
      ) => {
        const { rehearse: run } = await import("./commands/rehearse/rehearse.ts");
        end(await run({ ...given, what, cacheFolder }));
      },
    );
};
