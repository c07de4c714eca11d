import { writeFileSync } from "node:fs";
import { planText } from "@orrery/plan";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { print } from "../output.ts";
import { terminalOf } from "../terminal.ts";
import { planView } from "../views/plan-view.ts";
import { type ClusterArguments, type ClusterDoor, openCluster } from "./cluster-door.ts";
import { type MoveArguments, type MovesMade, movePurposeOf, planMovesOf } from "./plan-moves.ts";
import { planLab } from "./plan-source.ts";

export type PlanArguments = ClusterArguments &
  MoveArguments & {
    readonly lab: string | undefined;
    readonly cacheFolder: string;
    readonly out?: string;
    readonly json?: boolean;
    readonly target?: readonly string[];
    readonly detailed?: boolean;
  };

type Made = Omit<MovesMade, "notes"> & Partial<Pick<MovesMade, "notes">>;

const planned = async (door: ClusterDoor, options: PlanArguments): Promise<Made> => {
  const { lab = ".", target = [] } = options;
  const purpose = movePurposeOf(options);
  if (purpose === undefined) return planLab(door, lab, target, options);
  if (target.length > 0)
    throw new CommandError("--target is a part of what turns the cluster into the declaration; moves are made whole.");
  return planMovesOf(door, lab, purpose, options);
};

/** `orrery plan`: what would turn the cluster into the declaration. */
export const plan = async (options: PlanArguments): Promise<ExitCode> => {
  const door = await openCluster(options, options.cacheFolder);
  try {
    const { plan: made, reading, notes } = await planned(door, options);
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
      // What only moves guests is applied from its file: made anew, it might go other ways.
      const next = made.purpose === undefined ? options.lab : undefined;
      const about = { reading, file: options.out, lab: next, ...(notes === undefined ? {} : { notes }) };
      await print(planView(made, about, terminal));
    }
    const isNothing = made.actions.length === 0 && made.stuck.length === 0;
    return options.detailed && !isNothing ? exitCode.findings : exitCode.done;
  } finally {
    await door.close();
  }
};
