import type { Command } from "commander";
import { collect } from "./connection-options.ts";
import type { ExitCode } from "./exit-code.ts";

type End = (code: ExitCode) => void;

const options = {
  bare: ["--bare <nodes>", "an empty world of these nodes instead of a lab: pve1,pve2,pve3"],
  pve: ["--pve <release>", "the API that it speaks: 8.4 or 9.2"],
  seed: ["--seed <number>", "the same seed, the same world", "1"],
  url: ["--url <url>", "the twin's address (ORRERY_TWIN_URL; https://127.0.0.1:8006 unless told)"],
  control: ["--control <secret>", "the control secret that it printed (ORRERY_TWIN_CONTROL)"],
  fingerprint: [
    "--fingerprint <sha256>",
    "of its certificate (ORRERY_TWIN_FINGERPRINT); may be left out on this machine",
  ],
} as const;

const declareServe = (twin: Command, cacheFolder: string, end: End): void => {
  twin
    .command("serve")
    .showHelpAfterError("`orrery twin serve --help` tells what there is.")
    .summary("serve the Proxmox VE API over a world")
    .description(
      "Builds the twin of a declared lab, or an empty world, and serves the Proxmox VE API over it by HTTPS until it is interrupted.",
    )
    .argument("[lab]", "a declaration file, or a folder with an orrery.config.ts (this folder unless told)")
    .option(...options.bare)
    .option("--empty", "only the lab's hardware: nodes, disks, cables, and what its storages would lie on")
    .option("--listen <address>", "where to listen; port 0 is any that is free", "127.0.0.1:8006")
    .option(...options.pve)
    .option("--speed <times>", "times as fast as real time, or max: what is waited for is there at once", "1")
    .option("--past <span>", "what a lab lived through before it is served: 30d, with its backups and tasks")
    .option(...options.seed)
    .option("--root-password <password>", "of root@pam (ORRERY_TWIN_PASSWORD); drawn unless told")
    .option("--token <id=secret>", "an API token with its user's rights, root@pam!ci=s3cret; may be repeated", collect)
    .option("--door-per-node", "open a door for each node besides")
    .option("--json", "print one line of JSON: url, fingerprint, certificate, user, password, tokens, control …")
    .addHelpText(
      "after",
      `
Examples:
  orrery twin serve examples/astronomy-lab --speed 60 --past 30d
  orrery twin serve --bare pve1,pve2,pve3 --listen 127.0.0.1:0 --token root@pam!ci=s3cret --json`,
    )
    .action(
      async (
        lab: string | undefined,
        given: Omit<import("./commands/twin/serve.ts").ServeArguments, "lab" | "cacheFolder">,
      ) => {
        const { serve } = await import("./commands/twin/serve.ts");
        end(await serve({ ...given, lab, cacheFolder }));
      },
    );
};

const declareFault = (twin: Command, faults: readonly string[], end: End): void => {
  const fault = twin
    .command("fault")
    .summary("have something go wrong in a running twin")
    .description("Lists, adds and ends faults of a running twin.")
    .helpCommand(false);
  const reached = (command: Command): Command =>
    command
      .option(...options.url)
      .option(...options.control)
      .option(...options.fingerprint)
      .option("--json", "print as JSON");
  reached(
    fault
      .command("list")
      .summary("list what was asked for")
      .description("Lists every fault: pending, active and over."),
  ).action(async (given: import("./commands/twin/fault.ts").FaultArguments) => {
    const { listFaults } = await import("./commands/twin/fault.ts");
    end(await listFaults(given));
  });
  reached(
    fault
      .command("add")
      .summary("have something go wrong, now or later")
      .description("Has something go wrong in the twin: what it befalls, the fault, its settings."),
  )
    .argument("<words...>", "such as: node node02 loses-power")
    .option("--in <span>", "after so much of the world's time: 10min")
    .option("--for <span>", "for so long; until it is cleared unless told")
    .addHelpText(
      "after",
      `
Faults:
${faults.map((line) => `  ${line}`).join("\n")}

Examples:
  orrery twin fault add node node02 loses-power --for 10min
  orrery twin fault add link node01/lan2g5 is-slow factor=0.1
  orrery twin fault add guest 100 task-fails type=vzdump share=0.5 "message=broken pipe"
  orrery twin fault add path /nodes/node01 api-delays ms=2000 --in 1h`,
    )
    .action(async (words: string[], given: import("./commands/twin/fault.ts").FaultArguments) => {
      const { addFault } = await import("./commands/twin/fault.ts");
      end(await addFault(words, given));
    });
  reached(
    fault
      .command("clear")
      .summary("end a fault, or all")
      .description("Ends a fault now, or calls it off; all of them without an id."),
  )
    .argument("[id]", "such as fault-1")
    .action(async (id: string | undefined, given: import("./commands/twin/fault.ts").FaultArguments) => {
      const { clearFaults } = await import("./commands/twin/fault.ts");
      end(await clearFaults(id, given));
    });
  reached(
    twin
      .command("clock")
      .summary("read or turn a running twin's clock")
      .description("Tells the time of a running twin, sets its speed, or lets time pass at once."),
  )
    .option("--speed <times>", "go on so many times as fast as real time, or max")
    .option("--pass <span>", "let so much time pass at once: 2h")
    .action(async (given: import("./commands/twin/fault.ts").FaultArguments) => {
      const { turnClock } = await import("./commands/twin/fault.ts");
      end(await turnClock(given));
    });
};

const declareRun = (twin: Command, cacheFolder: string, end: End): void => {
  twin
    .command("run")
    .showHelpAfterError("`orrery twin run --help` tells what there is.")
    .summary("let a world live, with what a scenario has happen")
    .description(
      "Lets a world live for a while as fast as it can be computed, with the faults and calls of a scenario, and prints what came of it.",
    )
    .argument("[lab]", "a declaration file, or a folder with an orrery.config.ts (this folder unless told)")
    .option(...options.bare)
    .option("--for <span>", "how long: 6h, 30d, 52w", "1d")
    .option("--from <date>", "when it begins: a day or a moment; 2026-11-22T08:00:00Z unless told")
    .option("--scenario <file>", "what is to happen: JSON, or TypeScript with a default export")
    .option(...options.pve)
    .option(...options.seed)
    .option("--json", "print timeline, tasks and assumptions as JSON")
    .addHelpText(
      "after",
      `
A scenario is a list of events, times being spans after the start:
  [ { "at": "2 h",    "fault": "node node02 loses-power", "for": "20 min" },
    { "at": "90 min", "call": "POST /nodes/node01/qemu/100/migrate", "with": { "target": "node03", "online": 1 } } ]
The faults are those of \`orrery twin fault add --help\`; root@pam makes the calls.

Examples:
  orrery twin run examples/astronomy-lab --for 30d
  orrery twin run examples/tidy-lab --for 1d --scenario power-loss.json`,
    )
    .action(
      async (
        lab: string | undefined,
        given: Omit<import("./commands/twin/run.ts").RunArguments, "lab" | "cacheFolder">,
      ) => {
        const { run } = await import("./commands/twin/run.ts");
        end(await run({ ...given, lab, cacheFolder }));
      },
    );
  twin
    .command("assumptions")
    .summary("list what the twin of a lab has to assume")
    .description("Lists all that the twin of a lab has and the lab does not say: numbers, forms, and what is left out.")
    .argument("[lab]", "a declaration file, or a folder with an orrery.config.ts (this folder unless told)")
    .option("--json", "print as JSON")
    .action(async (lab: string | undefined, given: { json?: boolean }) => {
      const { assumptions } = await import("./commands/twin/assumptions.ts");
      end(await assumptions(lab, { ...given, cacheFolder }));
    });
};

/** `orrery twin`: the world that behaves as the cluster does. `faults` are the lines of help about them. */
export const declareTwin = (orrery: Command, faults: readonly string[], cacheFolder: string, end: End): void => {
  const twin = orrery
    .command("twin")
    .summary("a world that behaves as the cluster does")
    .description("The twin: a world with its own clock that behaves as the cluster does and answers the same API.")
    .helpCommand(false)
    .showHelpAfterError("`orrery twin --help` tells what there is.");
  declareServe(twin, cacheFolder, end);
  declareFault(twin, faults, end);
  declareRun(twin, cacheFolder, end);
};
