import { type ObjectRef, type ObservedObject, refName } from "../compare/object.ts";
import { propertyText, sameValue } from "../compare/value.ts";
import { holds } from "./holding.ts";
import type { Action, BaseObject, Plan } from "./plan.ts";

/** An object that is not as it was when the plan was made, nor as the plan makes it. */
export type Moved = { readonly object: ObjectRef; readonly name?: string; readonly changes: readonly string[] };

/** The properties that actions are about, and those that show what waits for a reboot since. */
const named = (actions: readonly Action[]): Set<string> =>
  new Set(
    actions.flatMap(({ from, expects, pending = [] }) => [
      ...pending.map((key) => `pending.${key}`),
      ...(from.kind === "present" ? Object.keys(from.properties) : []),
      ...(expects.kind === "present" ? Object.keys(expects.properties) : []),
    ]),
  );

/** The properties of an object that differ from the base, beside those that are set apart. */
const changesOf = (
  { properties }: BaseObject,
  now: Pick<ObservedObject, "properties"> | undefined,
  apart: ReadonlySet<string>,
): string[] => {
  if (properties === null) return now === undefined ? [] : ["it is there now"];
  if (now === undefined) return ["it is gone"];
  return [...new Set([...Object.keys(properties), ...Object.keys(now.properties)])]
    .toSorted()
    .filter((key) => !apart.has(key) && !sameValue(properties[key], now.properties[key]))
    .map((key) => `${key} was ${propertyText(key, properties[key])} and is ${propertyText(key, now.properties[key])}`);
};

/** Whether the object is as the first so many of its actions leave it. */
const isAfter = (
  base: BaseObject,
  done: readonly Action[],
  now: Pick<ObservedObject, "properties"> | undefined,
): boolean => {
  const last = done.at(-1);
  if (last === undefined || !holds(last.expects, now)) return false;
  // Of what was made here, only what its actions say can be held against it.
  return base.properties === null || now === undefined || changesOf(base, now, named(done)).length === 0;
};

/**
 * What moved between the making of a plan and now. An object on which some of the plan's actions, in their order, were
 * done already has not moved.
 */
export const movedFrom = (plan: Plan, observed: (ref: ObjectRef) => ObservedObject | undefined): Moved[] => {
  const actions = Map.groupBy(plan.actions, ({ object }) => refName(object));
  return plan.base.objects.flatMap((base): Moved[] => {
    const { object, name } = base;
    const now = observed(object);
    const changes = changesOf(base, now, new Set());
    if (changes.length === 0) return [];
    const own = actions.get(refName(object)) ?? [];
    if (own.some((_, index) => isAfter(base, own.slice(0, index + 1), now))) return [];
    return [{ object, ...(name === undefined ? {} : { name }), changes }];
  });
};
