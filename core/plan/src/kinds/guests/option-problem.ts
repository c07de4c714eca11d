import {
  type PropertySchema,
  type PveVersion,
  parsePropertyString,
  parsePveBoolean,
  type Schema,
} from "@orrery/contract";
import type { GuestKind } from "@orrery/state";
import { formatOf, optionSchema } from "./formats.ts";

type Scalar = string | number | boolean;

const valueProblem = (name: string, schema: Schema | PropertySchema, value: Scalar): string | undefined => {
  const text = String(value);
  if (schema.type === "boolean")
    return parsePveBoolean(text) === undefined ? `the option "${name}" is true or false, not "${text}"` : undefined;
  if (schema.type === "integer" || schema.type === "number") {
    const number = Number(text);
    if (text.trim() === "" || !Number.isFinite(number) || (schema.type === "integer" && !Number.isInteger(number)))
      return `the option "${name}" is a number, not "${text}"`;
    if (schema.minimum !== undefined && number < schema.minimum)
      return `the option "${name}" is at least ${schema.minimum}, not ${text}`;
    if (schema.maximum !== undefined && number > schema.maximum)
      return `the option "${name}" is at most ${schema.maximum}, not ${text}`;
  }
  const words = schema.enum?.map(String);
  if (words !== undefined && words.length > 0 && !words.includes(text))
    return `the option "${name}" is one of ${words.join(", ")}, not "${text}"`;
  return undefined;
};

/** Why Proxmox would refuse an option that is declared. */
export const optionProblem = (
  version: PveVersion,
  type: GuestKind,
  key: string,
  value: Scalar | Readonly<Record<string, Scalar>>,
): string | undefined => {
  const schema = optionSchema(version, type, key);
  const what = type === "qemu" ? "VM" : "container";
  if (schema === undefined) return `Proxmox VE ${version} knows no option "${key}" of a ${what}`;
  const format = formatOf(version, type, key);
  if (format === undefined)
    return typeof value === "object" ? `the option "${key}" has no parts` : valueProblem(key, schema, value);
  let parts: Readonly<Record<string, Scalar>>;
  if (typeof value === "object") parts = value;
  else {
    const parsed = parsePropertyString(format, typeof value === "boolean" ? String(Number(value)) : String(value));
    if (parsed.kind === "refused") return `the option "${key}" cannot be read: ${parsed.reason}`;
    parts = parsed.properties;
  }
  for (const [name, part] of Object.entries(parts)) {
    const of = format[name];
    if (of === undefined) return `the option "${key}" has no part "${name}"`;
    const problem = valueProblem(`${key}.${name}`, of, part);
    if (problem !== undefined) return problem;
  }
  return undefined;
};
