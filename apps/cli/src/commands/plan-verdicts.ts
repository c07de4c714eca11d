import { type Checked, checkLab, turnsBetween } from "@orrery/assurance";
import type { Lab } from "@orrery/model";
import { type Around, areSeenInLabs, labsAround, type PlanFindings } from "@orrery/plan";
import type { ClusterState } from "@orrery/state";

/** What the rules say of the cluster as it is and as the plan would make it. */
export type Verdicts = {
  readonly findings: PlanFindings;
  /** What they say once it is done; left out where the plan changes nothing that they look at, or nobody can say. */
  readonly after?: Checked;
};

const nothing: PlanFindings = { breaks: [], mends: [] };

/** Checks both, where the plan changes something that a rule looks at. */
export const verdictsOn = (lab: Lab, state: ClusterState, around: Around): Verdicts => {
  const at = state.at;
  const labs = areSeenInLabs(around.actions) ? labsAround(lab, state, around) : undefined;
  switch (labs?.kind) {
    case undefined:
      return { findings: nothing };
    case "unknown":
      return { findings: { ...nothing, unknown: labs.why } };
    case "labs": {
      const after = checkLab(labs.after, { at });
      return { findings: turnsBetween(checkLab(labs.before, { at }), after), after };
    }
  }
};
