import type { PropertyFormat, Schema } from "@orrery/contract";
import type { OptionValue } from "@orrery/model";
import { isList, type Properties, type Value } from "../compare/value.ts";
import { formatOf, type OptionTable, partsIn } from "./option.ts";

const natural = (schema: Schema | undefined, text: string): string | number | boolean => {
  if (schema?.type === "boolean") return text === "1";
  return schema?.type === "integer" || schema?.type === "number" ? Number(text) : text;
};

const naturalParts = (
  format: PropertyFormat | undefined,
  parts: Readonly<Record<string, string>>,
): Record<string, string | number | boolean> =>
  Object.fromEntries(Object.entries(parts).map(([key, text]) => [key, natural(format?.[key], text)]));

/** Options as a person would declare them: flags as true and false, numbers as numbers, parts by their names. */
export const naturalOptions = (table: OptionTable, properties: Properties): Record<string, OptionValue> =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]): [string, OptionValue][] => {
      const option = table[name];
      if (option === undefined) return [];
      if (typeof value === "string") return [[name, natural(option.schema, value)]];
      return [[name, isList(value) ? [...value] : naturalParts(formatOf(option), value)]];
    }),
  );

/** Entries of a list that are property strings, part by part. */
export const naturalEntries = (
  table: OptionTable,
  name: string,
  value: Value | undefined,
): readonly Record<string, string | number | boolean>[] => {
  const format = table[name]?.schema.items?.format;
  if (typeof format !== "object" || value === undefined || typeof value === "string" || !isList(value)) return [];
  return value.map((entry) => naturalParts(format, partsIn(format, entry)));
};
