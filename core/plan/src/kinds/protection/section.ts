import type { Schema } from "@orrery/contract";
import type { CallValue } from "../../call.ts";
import type { PropertyDifference } from "../../comparison.ts";
import { asCallValue } from "../../parameter.ts";
import type { Condition } from "../../step.ts";
import { type Properties, type Value, valueText } from "../../value.ts";

type Parameters = Readonly<Record<string, CallValue>>;
type SchemaOf = (key: string) => Schema | undefined;

/** Properties as the parameters of a call; what says nothing (an empty text or list) is left out. */
export const parametersOf = (properties: Properties, schemaOf: SchemaOf): Parameters =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) =>
      isNothing(value) ? [] : [[key, asCallValue(schemaOf(key), value)]],
    ),
  );

export const isNothing = (value: Value | undefined): boolean =>
  value === undefined || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

/** A change as the parameters of an update: what is set, and what `delete` takes back to its default. */
export const updateOf = (differences: readonly PropertyDifference[], schemaOf: SchemaOf): Parameters => {
  const [gone, kept] = [
    differences.filter(({ declared }) => isNothing(declared)),
    differences.filter(({ declared }) => !isNothing(declared)),
  ];
  const set = Object.fromEntries(kept.map(({ property, declared }) => [property, declared ?? ""]));
  const deleted = gone.map(({ property }) => property).join(",");
  return { ...parametersOf(set, schemaOf), ...(deleted === "" ? {} : { delete: deleted }) };
};

/** The properties that differ, as they are declared or as they were observed. */
export const conditionOf = (differences: readonly PropertyDifference[], side: "declared" | "observed"): Condition =>
  Object.fromEntries(differences.map((difference) => [difference.property, difference[side] ?? null]));

/** `its schedule is 02:00 and not 03:00, its mode …`: the differences as a reason. */
export const differencesText = (differences: readonly PropertyDifference[]): string =>
  differences
    .map(
      ({ property, declared, observed }) => `${property} is ${valueText(observed)} and declared ${valueText(declared)}`,
    )
    .join("; ");
