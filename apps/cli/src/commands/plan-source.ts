import { readFileSync } from "node:fs";
import { observeSources } from "@orrery/collect";
import { type Lab, nearest } from "@orrery/model";
import {
  declaredObjects,
  markOf,
  observedObjects,
  type Plan,
  parseTarget,
  planFor,
  readPlan,
  type Target,
  targeted,
  unseenFirewalls,
} from "@orrery/plan";
import { systemClock } from "@orrery/pve";
import { type ClusterState, valueIn } from "@orrery/state";
import { CommandError, exitCode } from "../exit-code.ts";
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

/** A name that nothing bears is a slip of the pen, and not a part in which nothing is to be done. */
const needNamed = (targets: readonly Target[], lab: Lab, state: ClusterState): void => {
  for (const { kind, name } of targets) {
    if (name === undefined) continue;
    const objects = [...declaredObjects(lab, state), ...observedObjects(state, markOf(lab)).objects];
    const names = objects.flatMap((object) => (object.kind === kind ? [object.id, object.name ?? object.id] : []));
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    const hint = meant === undefined ? "" : ` Did you mean ${kind}/${meant}?`;
    throw new CommandError(`--target ${kind}/${name}: nothing of that name is declared or there.${hint}`);
  }
};

/** A declaration is of one cluster, which it names: on another it would make everything anew. */
const needSameCluster = (lab: Lab, { membership }: ClusterState): void => {
  const name = valueIn(membership)?.cluster?.name;
  if (name === undefined || name === lab.cluster.name) return;
  throw new CommandError(
    `The declaration is of the cluster "${lab.cluster.name}", and the one that answers is "${name}". Name the right one by --url; or, where it is the right one, say its name in the declaration (cluster.name).`,
    exitCode.findings,
  );
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

/** What whoever reads a plan should know first: without quorum, none is carried out. */
export const quorumNotes = ({ membership }: ClusterState): readonly string[] =>
  valueIn(membership)?.cluster?.quorate === false
    ? [
        "The cluster has no quorum: nothing in it can be changed, `orrery apply` refuses, and what is on nodes that do not answer is not seen. Bring nodes back first, and plan again.",
      ]
    : [];

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
  if (!door.isTwin) needSameCluster(lab, reading.state);
  needNamed(wanted, lab, reading.state);
  const whole = planFor(lab, reading.state, systemClock.now());
  const plan = wanted.length === 0 ? whole : targeted(whole, wanted);
  const { findings, objectives } = verdictsOn(lab, reading.state, { ...whole, actions: plan.actions });
  return { plan: { ...plan, findings }, reading, lab, objectives, notes: quorumNotes(reading.state) };
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
