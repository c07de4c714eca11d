import { writeFileSync } from "node:fs";
import { type Plan, planText } from "@orrery/plan";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { print } from "../output.ts";
import { terminalOf } from "../terminal.ts";
import { planView } from "../views/plan-view.ts";
import { type ClusterArguments, type ClusterDoor, openCluster } from "./cluster-door.ts";
import { type MoveArguments, movePurposeOf, planMovesOf } from "./plan-moves.ts";
import { type Planned, planLab } from "./plan-source.ts";
import type { RehearsedPlan } from "./rehearse/rehearsed-plan.ts";

export type PlanArguments = ClusterArguments &
  MoveArguments & {
    readonly lab: string | undefined;
    readonly cacheFolder: string;
    readonly out?: string;
    readonly json?: boolean;
    readonly target?: readonly string[];
    readonly detailed?: boolean;
    readonly rehearse?: boolean;
  };

const planned = async (door: ClusterDoor, options: PlanArguments): Promise<Planned> => {
  const { lab = ".", target = [], rehearse = false } = options;
  const purpose = movePurposeOf(options);
  // A twin is built of all that there is.
  const read = rehearse ? { ...options, everything: true } : options;
  if (purpose === undefined) return planLab(door, lab, target, read);
  if (target.length > 0)
    throw new CommandError("--target is a part of what turns the cluster into the declaration; moves are made whole.");
  return planMovesOf(door, lab, purpose, read);
};

const rehearsed = async ({ plan: made, reading, lab, objectives }: Planned): Promise<RehearsedPlan> => {
  const { rehearsePlan } = await import("./rehearse/rehearsed-plan.ts");
  return rehearsePlan(made, reading.state, { lab, objectives: objectives() });
};

const write = (made: Plan, file: string): void => {
  try {
    writeFileSync(file, planText(made), { mode: 0o600 });
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "it cannot be written";
    throw new CommandError(`Cannot write the plan to ${file}: ${why}.`);
  }
};

const show = async (
  { plan: made, reading, notes }: Planned,
  rehearsal: RehearsedPlan | undefined,
  options: PlanArguments,
): Promise<void> => {
  if (options.json) {
    await print(rehearsal === undefined ? planText(made) : JSON.stringify({ plan: made, ...rehearsal }, null, 2));
    return;
  }
  const terminal = terminalOf(process.stdout, process.env);
  // What only moves guests is applied from its file: made anew, it might go other ways.
  const lab = made.purpose === undefined ? options.lab : undefined;
  await print(planView(made, { reading, file: options.out, lab, notes }, terminal));
  if (rehearsal === undefined) return;
  const { rehearsedPlanView } = await import("../views/rehearsed-plan-view.ts");
  await print(`\n${rehearsedPlanView(rehearsal, made, terminal)}`);
};

/** `orrery plan`: what would turn the cluster into the declaration, or move guests; and how that would go. */
export const plan = async (options: PlanArguments): Promise<ExitCode> => {
  const door = await openCluster(options, options.cacheFolder);
  try {
    const all = await planned(door, options);
    const { actions, stuck } = all.plan;
    if (options.out !== undefined) write(all.plan, options.out);
    const rehearsal = options.rehearse && actions.length > 0 ? await rehearsed(all) : undefined;
    await show(all, rehearsal, options);
    if (rehearsal !== undefined && rehearsal.rehearsal.outcome.kind !== "done") return exitCode.findings;
    return options.detailed && actions.length + stuck.length > 0 ? exitCode.findings : exitCode.done;
  } finally {
    await door.close();
  }
};
