import { type Checked, checkLab, type Objective, turnsBetween } from "@orrery/assurance";
import type { Lab } from "@orrery/model";
import { type Around, areSeenInLabs, labsAround, type PlanFindings } from "@orrery/plan";
import type { ClusterState } from "@orrery/state";

/** What the rules say of the cluster as it is and as the plan would make it. */
export type Verdicts = {
  readonly findings: PlanFindings;
  /** As they stand once it is done; undefined where nobody can say. Worked out when it is asked for. */
  readonly objectives: () => readonly Objective[] | undefined;
};

const nothing: PlanFindings = { breaks: [], mends: [] };

/** Checks both, where the plan changes something that a rule looks at. */
export const verdictsOn = (lab: Lab, state: ClusterState, around: Around): Verdicts => {
  const check = (one: Lab): Checked => checkLab(one, { at: state.at });
  if (!areSeenInLabs(around.actions)) {
    const objectives = (): readonly Objective[] | undefined => {
      const labs = labsAround(lab, state, around);
      return labs.kind === "labs" ? check(labs.after).objectives : undefined;
    };
    return { findings: nothing, objectives };
  }
  const labs = labsAround(lab, state, around);
  if (labs.kind === "unknown") return { findings: { ...nothing, unknown: labs.why }, objectives: () => undefined };
  const after = check(labs.after);
  return { findings: turnsBetween(check(labs.before), after), objectives: () => after.objectives };
};
