import type { PveVersion } from "@orrery/contract";
import type { GuestKind } from "@orrery/state";
import { type Properties, type Value, valueText } from "../../compare/value.ts";
import { formatOf, optionSchema } from "./formats.ts";
import { keyOf } from "./reading.ts";

type Scalar = string | number | boolean;

const listSeparators: Readonly<Record<string, string>> = { hotplug: ",", sshkeys: "\n" };

const scalar = (key: string, type: string | undefined, value: Value): Scalar => {
  if (Array.isArray(value)) return value.join(listSeparators[key] ?? " ");
  const text = valueText(value);
  if (type === "boolean") return text === "1";
  return (type === "integer" || type === "number") && /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
};

/** The parts of a key beside its main value. */
export const partsOf = (properties: Properties, key: string): [string, Value][] =>
  Object.entries(properties).flatMap(([property, value]): [string, Value][] =>
    property !== key && keyOf(property) === key ? [[property.slice(key.length + 1), value]] : [],
  );

/** An option as a person would write it, part by part; the main value by its own name. */
export const adoptedOptions = (
  version: PveVersion,
  type: GuestKind,
  key: string,
  parts: readonly (readonly [string, Value])[],
): Record<string, Scalar> => {
  const format = formatOf(version, type, key);
  const main = Object.entries(format ?? {}).find(([, schema]) => schema.default_key === 1)?.[0];
  return Object.fromEntries(
    parts.map(([part, value]) => {
      const name = part === "" ? (main ?? key) : part;
      const schema = format === undefined ? optionSchema(version, type, key) : format[name];
      return [name, scalar(key, schema?.type, value)];
    }),
  );
};
