import { readFileSync } from "node:fs";
import { observeSources } from "@orrery/collect";
import type { Lab } from "@orrery/model";
import { type Plan, parseTarget, planFor, readPlan, type Target, targeted, unseenFirewalls } from "@orrery/plan";
import { systemClock } from "@orrery/pve";
import { CommandError } from "../exit-code.ts";
import { type ClusterArguments, type ClusterDoor, type Reading, readState } from "./cluster-door.ts";
import { type Verdicts, verdictsOn } from "./plan-verdicts.ts";
import { labAt } from "./twin/world-source.ts";

const targetOf = (text: string): Target => {
  const target = parseTarget(text);
  if (target === undefined)
    throw new CommandError(
      `--target ${text} names no kind of object. Write KIND/NAME, such as pool/lab, as the plan does.`,
    );
  return target;
};

/** What the usual reading passes over though the declaration speaks of it, read as well. */
const seenWhole = async (lab: Lab, reading: Reading, { pve }: ClusterDoor): Promise<Reading> => {
  const sources = unseenFirewalls(lab, reading.state);
  if (sources.length === 0) return reading;
  const began = performance.now();
  const { state, requests } = await observeSources(reading.state, pve, systemClock, sources);
  return {
    ...reading,
    state,
    requests: reading.requests + requests,
    milliseconds: reading.milliseconds + performance.now() - began,
  };
};

/** A plan, and what it was made of. */
export type Planned = {
  readonly plan: Plan;
  readonly reading: Reading;
  readonly lab: Lab;
  readonly objectives: Verdicts["objectives"];
  /** What is told beside it: why nothing is done, what stays, what was not known and how it was taken. */
  readonly notes: readonly string[];
};

/** Reads the cluster and works out what turns it into the declaration. */
export const planLab = async (
  door: ClusterDoor,
  path: string,
  targets: readonly string[],
  options: ClusterArguments & { readonly cacheFolder: string },
): Promise<Planned> => {
  const wanted = targets.map(targetOf);
  const lab = await labAt(path, options.cacheFolder);
  const reading = await seenWhole(lab, await readState(door, lab, options), door);
  const whole = planFor(lab, reading.state, systemClock.now());
  const plan = wanted.length === 0 ? whole : targeted(whole, wanted);
  const { findings, objectives } = verdictsOn(lab, reading.state, { ...whole, actions: plan.actions });
  return { plan: { ...plan, findings }, reading, lab, objectives, notes: [] };
};

/** Whether a path of the command line is a plan and not a declaration. */
export const isPlanFile = (path: string): boolean => path.endsWith(".json");

/** The plan in a file. */
export const planIn = (path: string): Plan => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "it cannot be read";
    throw new CommandError(`Cannot read the plan ${path}: ${why}.`);
  }
  const read = readPlan(text);
  if (read.kind === "problem") throw new CommandError(`${path} is no plan that can be applied: ${read.why}.`);
  return read.plan;
};
