import { type PropertyFormat, parsePropertyString, parsePveBoolean, type Schema } from "@orrery/contract";
import type { Value } from "../compare/value.ts";
import type { CallValue } from "../plan/call.ts";

/** A parameter in canonical form; nothing where it says what holds without it. */
export type Parameter =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "default" }
  /** Why the API would not take it: `"nvme" is none of raw, qcow2`. */
  | { readonly kind: "refused"; readonly why: string };

const keep: Schema = { type: "integer", minimum: 0, optional: true };

/** Property strings that the contract has only the name of. */
const namedFormats: Readonly<Record<string, PropertyFormat>> = {
  "prune-backups": {
    "keep-all": { type: "boolean", optional: true },
    "keep-last": keep,
    "keep-hourly": keep,
    "keep-daily": keep,
    "keep-weekly": keep,
    "keep-monthly": keep,
    "keep-yearly": keep,
  },
};

const value = (of: Value): Parameter => ({ kind: "value", value: of });
const refused = (why: string): Parameter => ({ kind: "refused", why });
const usual: Parameter = { kind: "default" };

/** The words of a list, each once and in order: their order means nothing. */
const wordsOf = (raw: string | readonly string[]): string[] => {
  const words = typeof raw === "string" ? raw.split(/[,;\s\0]+/) : raw;
  return [...new Set(words.filter((word) => word !== ""))].toSorted();
};

const flag = (schema: Schema, raw: string): Parameter => {
  const set = parsePveBoolean(raw === "" ? "0" : raw);
  if (set === undefined) return refused(`"${raw}" is no flag`);
  const otherwise =
    schema.default === undefined ? 0 : (parsePveBoolean(String(Number(schema.default) || schema.default)) ?? 0);
  return set === otherwise ? usual : value(String(set));
};

const numeral = (schema: Schema, raw: string): Parameter => {
  const number = raw === "" ? Number.NaN : Number(raw);
  if (!Number.isFinite(number) || (schema.type === "integer" && !Number.isInteger(number)))
    return refused(`"${raw}" is no number`);
  if (schema.minimum !== undefined && number < schema.minimum) return refused(`${raw} is less than ${schema.minimum}`);
  if (schema.maximum !== undefined && number > schema.maximum) return refused(`${raw} is more than ${schema.maximum}`);
  return Number(schema.default ?? Number.NaN) === number ? usual : value(String(number));
};

const properties = (format: PropertyFormat, raw: string | Readonly<Record<string, unknown>>): Parameter => {
  let parts = raw;
  if (typeof parts === "string") {
    const parsed = parsePropertyString(format, parts);
    if (parsed.kind === "refused") return refused(parsed.reason);
    parts = parsed.properties;
  }
  const found: [string, string][] = [];
  for (const [key, part] of Object.entries(parts)) {
    if (!Object.hasOwn(format, key)) return refused(`it has no "${key}"`);
    const one = canonicalParameter(format[key], textOf(part));
    if (one.kind === "refused") return refused(`${key}: ${one.why}`);
    if (one.kind === "value") found.push([key, asText(one.value)]);
  }
  return found.length === 0 ? usual : value(Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1))));
};

const textOf = (raw: unknown): string => (raw === true ? "1" : raw === false ? "0" : String(raw));

const isList = (raw: unknown): raw is readonly string[] => Array.isArray(raw);

const isRecord = (raw: unknown): raw is Readonly<Record<string, unknown>> =>
  typeof raw === "object" && raw !== null && !Array.isArray(raw);

/**
 * Reads a parameter, as a person wrote it or as the API answered it, by its schema in the contract.
 *
 * @param raw text, a number, a flag, a list, or a property string taken apart; not a secret and not an unknown
 */
export const canonicalParameter = (schema: Schema | undefined, raw: unknown): Parameter => {
  if (schema === undefined) return refused("there is no such parameter");
  const { format } = schema;
  const keys = typeof format === "string" ? namedFormats[format] : format;
  if (keys !== undefined) return properties(keys, isRecord(raw) ? raw : textOf(raw));
  if (isRecord(raw)) return refused("it is no property string");
  if (schema.type === "array" || (typeof format === "string" && format.endsWith("-list"))) {
    const words = wordsOf(isList(raw) ? raw : textOf(raw));
    return words.length === 0 ? usual : value(words);
  }
  const text = isList(raw) ? raw.join(",") : textOf(raw);
  if (schema.type === "boolean") return flag(schema, text);
  if (schema.type === "integer" || schema.type === "number") return numeral(schema, text);
  if (schema.enum !== undefined && schema.enum !== null && !schema.enum.map(String).includes(text))
    return refused(`"${text}" is none of ${schema.enum.join(", ")}`);
  return text === "" || text === String(schema.default ?? "") ? usual : value(text);
};

/** A value as the API takes it in text. */
const asText = (of: Value): string => {
  if (typeof of === "string") return of;
  if (isList(of)) return of.join(",");
  return Object.entries(of)
    .map(([key, part]) => `${key}=${part}`)
    .join(",");
};

/** A value as a call sends it. */
export const asCallValue = (schema: Schema | undefined, of: Value): CallValue =>
  schema?.type === "array" && isList(of) ? of : asText(of);
