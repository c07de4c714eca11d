import type { Objective } from "@orrery/assurance";
import type { Lab } from "@orrery/model";
import type { Plan } from "@orrery/plan";
import type { ClusterState } from "@orrery/state";
import { assumptionsOf, worldOf } from "@orrery/twin-lab";
import { advanceTo } from "@orrery/twin-world";
import { type Rehearsal, rehearse } from "@orrery/workflow";
import { planScript } from "./plan-rehearsal.ts";

/** What came of applying a plan to the twin of the cluster as it was observed. */
export type RehearsedPlan = {
  readonly rehearsal: Rehearsal<string>;
  /** How many the twin rests on. */
  readonly assumptions: number;
  /** As they stand once the plan is done; left out where nobody can say. */
  readonly objectives?: readonly Objective[];
};

/** The managers of HA are at work in a world after a round or two. */
const settlingMs = 60_000;

/** Applies the plan to the twin of that state, by the same applier and in virtual time. */
export const rehearsePlan = async (
  plan: Plan,
  state: ClusterState,
  about: { readonly lab?: Lab; readonly objectives?: readonly Objective[] | undefined } = {},
): Promise<RehearsedPlan> => {
  const world = worldOf(state, { seed: 1 });
  advanceTo(world, world.now + settlingMs);
  const { lab, objectives } = about;
  const rehearsal = await rehearse({
    world,
    script: planScript(plan),
    ...(lab === undefined ? {} : { lab }),
  });
  return {
    rehearsal,
    assumptions: assumptionsOf(state).length,
    ...(objectives === undefined ? {} : { objectives }),
  };
};
