import { writeFileSync } from "node:fs";
import { planText } from "@orrery/plan";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { print } from "../output.ts";
import { terminalOf } from "../terminal.ts";
import { planView } from "../views/plan-view.ts";
import { type ClusterArguments, openCluster } from "./cluster-door.ts";
import { planLab } from "./plan-source.ts";

export type PlanArguments = ClusterArguments & {
  readonly lab: string | undefined;
  readonly cacheFolder: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly target?: readonly string[];
  readonly detailed?: boolean;
};

/** `orrery plan`: what would turn the cluster into the declaration. */
export const plan = async (options: PlanArguments): Promise<ExitCode> => {
  const door = await openCluster(options, options.cacheFolder);
  try {
    const { plan: made, reading } = await planLab(door, options.lab ?? ".", options.target ?? [], options);
    if (options.out !== undefined) {
      try {
        writeFileSync(options.out, planText(made), { mode: 0o600 });
      } catch (error) {
        const why = error instanceof Error && "code" in error ? String(error.code) : "it cannot be written";
        throw new CommandError(`Cannot write the plan to ${options.out}: ${why}.`);
      }
    }
    if (options.json) await print(planText(made));
    else {
      const terminal = terminalOf(process.stdout, process.env);
      await print(planView(made, { reading, file: options.out, lab: options.lab }, terminal));
    }
    const isNothing = made.actions.length === 0 && made.stuck.length === 0;
    return options.detailed && !isNothing ? exitCode.findings : exitCode.done;
  } finally {
    await door.close();
  }
};
