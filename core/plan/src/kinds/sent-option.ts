import { type PropertyFormat, printPropertyString } from "@orrery/contract";
import type { PropertyDifference } from "../compare/comparison.ts";
import { isList, type Properties, type Value } from "../compare/value.ts";
import type { CallValue } from "../plan/call.ts";
import { formatOf, type OptionTable, scalarOf } from "./option.ts";

/** The parts that a property string cannot do without, though they are at their default. */
const needed = (format: PropertyFormat): Record<string, string> =>
  Object.fromEntries(
    Object.entries(format).flatMap(([key, schema]) =>
      schema.optional !== true && schema.default !== undefined
        ? [[key, scalarOf(schema, schema.default)] as const]
        : [],
    ),
  );

/** An option as a request carries it. */
export const sentOption = (table: OptionTable, name: string, value: Value): CallValue => {
  const option = table[name];
  if (typeof value === "string") return value;
  if (isList(value)) return option?.schema.type === "array" ? value : value.join(option?.hint.separator ?? ",");
  const format = (option === undefined ? undefined : formatOf(option)) ?? {};
  return printPropertyString(format, { ...needed(format), ...value });
};

/** All of an object's options as a request carries them. */
export const sentOptions = (table: OptionTable, properties: Properties): Readonly<Record<string, CallValue>> =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => Object.hasOwn(table, name))
      .map(([name, value]) => [name, sentOption(table, name, value)]),
  );

/** What a request has to set, and what it has to take away, for options that differ. */
export const sentChanges = (
  table: OptionTable,
  differences: readonly PropertyDifference[],
): { readonly set: Readonly<Record<string, CallValue>>; readonly gone: readonly string[] } => {
  const known = differences.filter(({ property }) => Object.hasOwn(table, property));
  const set = known.flatMap(({ property, declared }) =>
    declared === undefined ? [] : [[property, sentOption(table, property, declared)] as const],
  );
  return {
    set: Object.fromEntries(set),
    gone: known.filter(({ declared }) => declared === undefined).map(({ property }) => property),
  };
};
