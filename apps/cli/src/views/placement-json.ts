import { type Absorption, costOf, type Derived, type MovePlan, moveOrdersOf, type Purpose } from "@orrery/placement";

/** What a plan is about. */
export type AboutPlacement = {
  readonly derived: Derived & { readonly kind: "derived" };
  /** When the cluster was observed, milliseconds. */
  readonly at: number;
};

const toText = (value: unknown): string => JSON.stringify(value, null, 2);

/** What `orrery placement --json` prints of moves. */
export const placementJson = (purpose: Purpose, plan: MovePlan, { derived, at }: AboutPlacement): string => {
  const { ties, assumed, problem } = derived;
  const told = { at: new Date(at).toISOString(), purpose, ...plan };
  if (plan.kind !== "moves") return toText({ ...told, ties, assumed });
  const { steps: _steps, ...rest } = plan;
  return toText({
    at: told.at,
    purpose,
    ...rest,
    cost: costOf(problem, plan),
    moves: moveOrdersOf(derived, plan),
    ties,
    assumed,
  });
};

/** What `orrery placement absorb --json` prints. */
export const absorptionJson = (absorption: Absorption, { derived, at }: AboutPlacement): string =>
  toText({ at: new Date(at).toISOString(), ...absorption, ties: derived.ties, assumed: derived.assumed });
