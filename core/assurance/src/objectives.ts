import type { Objective } from "./finding.ts";
import type { Context } from "./rule.ts";
import { nodeLossObjective } from "./rules/capacity.ts";
import { quorumObjective } from "./rules/failure.ts";
import { recoveryObjectives } from "./rules/recovery.ts";
import { retentionObjectives } from "./rules/retention.ts";
import { windowObjectives } from "./rules/schedules-window.ts";

type ObjectiveSource = (context: Context) => Iterable<Objective>;

/** Where verdicts come from, in the order in which they are told. */
const sources: readonly ObjectiveSource[] = [
  recoveryObjectives,
  quorumObjective,
  nodeLossObjective,
  windowObjectives,
  retentionObjectives,
];

export const objectivesOf = (context: Context): readonly Objective[] =>
  sources.flatMap((source) => [...source(context)]);
