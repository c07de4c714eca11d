import type { PropertyDifference } from "../compare/comparison.ts";
import { type Properties, type Value, valueText } from "../compare/value.ts";
import type { CallValue } from "../plan/call.ts";
import type { Condition } from "../plan/step.ts";
import type { OptionTable } from "./option.ts";
import { sentOption } from "./sent-option.ts";

type Parameters = Readonly<Record<string, CallValue>>;

/** Properties as the parameters of a call; what says nothing (an empty text or list) is left out. */
export const parametersOf = (properties: Properties, table: OptionTable): Parameters =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) =>
      isNothing(value) ? [] : [[key, sentOption(table, key, value)]],
    ),
  );

export const isNothing = (value: Value | undefined): boolean =>
  value === undefined || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

/**
 * A change as the parameters of an update: what is set, with what the API wants to see beside it, and what `delete` takes
 * back to its default.
 */
export const updateOf = (
  differences: readonly PropertyDifference[],
  declared: Properties,
  table: OptionTable,
): Parameters => {
  const set = new Map<string, Value>();
  const deleted: string[] = [];
  for (const { property, declared: wanted } of differences) {
    if (wanted === undefined || isNothing(wanted)) {
      deleted.push(property);
      continue;
    }
    set.set(property, wanted);
    const beside = table[property]?.schema.requires;
    const value = beside === undefined ? undefined : declared[beside];
    if (beside !== undefined && value !== undefined && !set.has(beside)) set.set(beside, value);
  }
  return {
    ...parametersOf(Object.fromEntries(set), table),
    ...(deleted.length === 0 ? {} : { delete: deleted.join(",") }),
  };
};

/** The properties that differ, as they are declared or as they were observed. */
export const conditionOf = (differences: readonly PropertyDifference[], side: "declared" | "observed"): Condition =>
  Object.fromEntries(differences.map((difference) => [difference.property, difference[side] ?? null]));

/** `schedule is 03:00 and declared 02:00; mode …`: the differences as a reason. */
export const differencesText = (differences: readonly PropertyDifference[]): string =>
  differences
    .map(
      ({ property, declared, observed }) => `${property} is ${valueText(observed)} and declared ${valueText(declared)}`,
    )
    .join("; ");
