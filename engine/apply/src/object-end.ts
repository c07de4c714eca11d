import { type Action, type Expectation, holds, type Plan, refName, type Seen } from "@orrery/plan";

const known = new WeakMap<Plan, ReadonlyMap<string, readonly Action[]>>();

/** The actions about the same object, in their order. */
const ofSameObject = (plan: Plan, { object }: Action): readonly Action[] => {
  const grouped = known.get(plan) ?? Map.groupBy(plan.actions, (action) => refName(action.object));
  known.set(plan, grouped);
  return grouped.get(refName(object)) ?? [];
};

/** What all of these leave behind: of each property what the last one that names it says. */
const endOf = (actions: readonly Action[]): Expectation =>
  actions.reduce<Expectation>(
    (end, { expects }) =>
      end.kind === "present" && expects.kind === "present"
        ? { kind: "present", properties: { ...end.properties, ...expects.properties } }
        : expects,
    { kind: "present", properties: {} },
  );

const isSoOf = (expected: Expectation, seen: Seen): boolean =>
  seen.kind !== "blind" && holds(expected, seen.kind === "present" ? seen.object : undefined);

/** Whether the actions of an object end where it was before: a guest that makes way for another, and comes back. */
const isRoundTrip = (plan: Plan, { object }: Action, end: Expectation): boolean => {
  const before = plan.base.objects.find((one) => refName(one.object) === refName(object));
  return (
    before?.properties !== undefined && before.properties !== null && holds(end, { properties: before.properties })
  );
};

/** Whether an object is as all of its actions together would have it: then none of them has to be done. */
export const isFinished = (plan: Plan, action: Action, seen: Seen): boolean => {
  const actions = ofSameObject(plan, action);
  const end = endOf(actions);
  return actions.length > 1 && isSoOf(end, seen) && !isRoundTrip(plan, action, end);
};

/** Whether what an action would bring about is there, but for what later actions of the same object have changed since. */
export const isOvertaken = (plan: Plan, action: Action, seen: Seen): boolean => {
  const { expects } = action;
  if (seen.kind !== "present" || expects.kind !== "present") return false;
  const actions = ofSameObject(plan, action);
  const later = actions.slice(actions.findIndex(({ id }) => id === action.id) + 1);
  return Object.keys(expects.properties).every((property) =>
    [action, ...later].some(
      (one) =>
        one.expects.kind === "present" &&
        Object.hasOwn(one.expects.properties, property) &&
        holds({ kind: "present", properties: { [property]: one.expects.properties[property] ?? null } }, seen.object),
    ),
  );
};
