import {
  contractOf,
  type Method,
  type PropertyFormat,
  type PveVersion,
  parsePropertyString,
  parsePveBoolean,
  type Schema,
} from "@orrery/contract";
import type { Properties, Value } from "../compare/value.ts";

/** What the contract does not say of an option. */
export type OptionHint = {
  /** `words`: a list in one text, in no order, with what stands between them; `text`: never taken apart. */
  readonly as?: "words" | "text";
  readonly separator?: string;
  /** What it is where nothing is said; `unknown`: nobody can say, so that whatever is said stands. */
  readonly usual?: string | readonly string[] | { readonly kind: "unknown" };
  /** What its property string is made of, where the contract only names it. */
  readonly format?: PropertyFormat;
  /** Upper and lower case are the same. */
  readonly anyCase?: true;
};

type Option = { readonly schema: Schema; readonly hint: OptionHint };

/** The options that a request takes, by their names. */
export type OptionTable = Readonly<Record<string, Option>>;

const neverOptions = new Set(["delete", "digest"]);

type Described = { readonly without?: readonly string[]; readonly hints?: Readonly<Record<string, OptionHint>> };

const optionTable = (
  version: PveVersion,
  [method, path]: readonly [Method, string],
  { without = [], hints = {} }: Described,
): OptionTable => {
  const properties = contractOf(version).route(method, path)?.params.properties ?? {};
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => !neverOptions.has(name) && !without.includes(name))
      .map(([name, schema]) => [name, { schema, hint: hints[name] ?? {} }]),
  );
};

/**
 * The options of a request as the contract of a version has them; worked out once for each version.
 *
 * @param described `without`: the names of parameters that are no options: ids, secrets
 */
export const optionTables = (
  request: readonly [Method, string],
  described: Described = {},
): ((version: PveVersion) => OptionTable) => {
  const tables = new Map<PveVersion, OptionTable>();
  return (version) => {
    const known = tables.get(version);
    if (known !== undefined) return known;
    const made = optionTable(version, request, described);
    tables.set(version, made);
    return made;
  };
};

/** Options in canonical form, and a sentence for each that the API would refuse. */
export type ReadOptions = {
  readonly properties: Properties;
  readonly problems: readonly { readonly option: string; readonly why: string }[];
};

class Refused extends Error {}

const refuse = (why: string): never => {
  throw new Refused(why);
};

const scalarText = (raw: unknown): string => {
  if (typeof raw === "boolean") return raw ? "1" : "0";
  if (typeof raw === "string" || typeof raw === "number") return String(raw);
  return refuse("is no text, number or flag");
};

const isInteger = /^-?\d+$/;

const numberText = (schema: Schema, raw: unknown): string => {
  const text = scalarText(raw).trim();
  const value = Number(text);
  if (text === "" || !Number.isFinite(value)) return refuse(`is no number: ${text}`);
  if (schema.type === "integer" && !isInteger.test(String(value))) return refuse(`is no whole number: ${text}`);
  if (schema.minimum !== undefined && value < schema.minimum) return refuse(`is less than ${schema.minimum}`);
  if (schema.maximum !== undefined && value > schema.maximum) return refuse(`is more than ${schema.maximum}`);
  return String(value);
};

const needPattern = (pattern: string, text: string): void => {
  let expression: RegExp;
  try {
    // Perl writes what holds for a group before it: (?^i:…).
    expression = new RegExp(`^(?:${pattern.replaceAll(/\(\?\^i?:/g, "(?:")})$`, pattern.includes("(?^i:") ? "i" : "");
  } catch {
    return;
  }
  if (!expression.test(text)) refuse(`is not as Proxmox has it: ${text}`);
};

/** One text, number or flag by its schema. */
export const scalarOf = (schema: Schema, raw: unknown, anyCase = false): string => {
  if (schema.type === "boolean") {
    const flag = parsePveBoolean(scalarText(raw));
    return flag === undefined ? refuse(`is neither true nor false: ${scalarText(raw)}`) : String(flag);
  }
  if (schema.type === "integer" || schema.type === "number") return numberText(schema, raw);
  const text = anyCase ? scalarText(raw).toUpperCase() : scalarText(raw);
  const { enum: words, pattern, maxLength } = schema;
  if (words !== undefined && words !== null && !words.includes(text))
    refuse(`is none of ${words.map(String).join(", ")}: ${text}`);
  if (maxLength !== undefined && text.length > maxLength) refuse(`is longer than ${maxLength} characters`);
  if (pattern !== undefined && text !== "") needPattern(pattern, text);
  return text;
};

/** Lists inside a property string are in no order: tags, colours of tags. */
const isInnerList = ({ pattern, typetext }: Schema): boolean => `${pattern ?? ""} ${typetext ?? ""}`.includes(";");

const sorted = (words: readonly string[]): string[] => [...new Set(words)].toSorted();

const innerText = (schema: Schema, raw: unknown): string => {
  if (!isInnerList(schema)) return scalarOf(schema, raw);
  const words = Array.isArray(raw) ? raw.map(scalarText) : scalarText(raw).split(";");
  return scalarOf(schema, sorted(words.map((word) => word.trim()).filter(Boolean)).join(";"));
};

const isRecord = (raw: unknown): raw is Readonly<Record<string, unknown>> =>
  typeof raw === "object" && raw !== null && !Array.isArray(raw);

/** A property string, part by part: what is at its default is left out. */
export const partsIn = (format: PropertyFormat, raw: unknown): Record<string, string> => {
  let given: Readonly<Record<string, unknown>>;
  if (isRecord(raw)) given = raw;
  else {
    const parsed = parsePropertyString(format, scalarText(raw));
    given = parsed.kind === "parsed" ? parsed.properties : refuse(`cannot be read: ${parsed.reason}`);
  }
  const found: [string, string][] = [];
  for (const key of Object.keys(given).toSorted()) {
    if (given[key] === undefined) continue;
    const schema = Object.hasOwn(format, key) ? format[key] : undefined;
    if (schema === undefined) return refuse(`has no part ${key}; it has ${Object.keys(format).join(", ")}`);
    const text = innerText(schema, given[key]);
    const usual = schema.default === undefined ? undefined : innerText(schema, schema.default);
    if (text !== "" && text !== usual) found.push([key, text]);
  }
  return Object.fromEntries(found);
};

/** The parts of a property string that the option is made of; undefined where it is none. */
export const formatOf = ({ schema, hint }: Option): PropertyFormat | undefined => {
  if (hint.as === "text") return undefined;
  return hint.format ?? (typeof schema.format === "object" ? schema.format : undefined);
};

const wordsIn = (raw: unknown): string[] =>
  sorted(
    Array.isArray(raw)
      ? raw.map(scalarText)
      : scalarText(raw)
          .split(/[\s,;]+/)
          .filter(Boolean),
  );

const entriesIn = (items: Schema | undefined, raw: unknown): string[] => {
  const entries = Array.isArray(raw) ? raw : [raw];
  const format = typeof items?.format === "object" ? items.format : undefined;
  if (format === undefined) return sorted(entries.map(scalarText));
  return sorted(
    entries.map((entry) =>
      Object.entries(partsIn(format, entry))
        .map(([key, text]) => `${key}=${text}`)
        .join(","),
    ),
  );
};

const canonical = (option: Option, raw: unknown): Value => {
  const { schema, hint } = option;
  if (schema.type === "array") return entriesIn(schema.items, raw);
  if (hint.as === "words") return wordsIn(raw);
  const parts = formatOf(option);
  return parts === undefined ? scalarOf(schema, raw, hint.anyCase) : partsIn(parts, raw);
};

const isEmpty = (value: Value): boolean =>
  typeof value === "string" ? value === "" : (Array.isArray(value) ? value : Object.keys(value)).length === 0;

const oneLine = (value: Value): string => JSON.stringify(value);

const isUnsaid = (usual: OptionHint["usual"]): usual is { readonly kind: "unknown" } =>
  typeof usual === "object" && "kind" in usual;

/** What the option is where nothing is said, in canonical form. A flag of which nothing is known is off. */
const usualOf = (option: Option): Value | undefined => {
  const { schema, hint } = option;
  // Of some numbers the contract tells the default in words.
  const isInWords = (schema.type === "integer" || schema.type === "number") && Number.isNaN(Number(schema.default));
  if (isUnsaid(hint.usual)) return undefined;
  const usual = hint.usual ?? (isInWords ? undefined : schema.default) ?? (schema.type === "boolean" ? 0 : undefined);
  return usual === undefined ? undefined : canonical(option, usual);
};

/** An option in canonical form; undefined where it is as it would be if nothing were said. Throws `Refused`. */
const read = (option: Option, raw: unknown): Value | undefined => {
  const value = canonical(option, raw);
  const usual = usualOf(option);
  return isEmpty(value) || (usual !== undefined && oneLine(usual) === oneLine(value)) ? undefined : value;
};

/**
 * Options in canonical form: what is at its default is left out.
 *
 * @param raw as a declaration or an answer has them: texts, numbers, flags, lists, property strings whole or taken apart
 */
export const readOptions = (table: OptionTable, raw: Readonly<Record<string, unknown>>): ReadOptions => {
  const properties: Record<string, Value> = {};
  const problems: { option: string; why: string }[] = [];
  for (const [option, given] of Object.entries(raw)) {
    if (given === undefined || given === null) continue;
    const described = Object.hasOwn(table, option) ? table[option] : undefined;
    if (described === undefined) {
      problems.push({ option, why: "is no option that this release of Proxmox VE knows" });
      continue;
    }
    try {
      const value = read(described, given);
      if (value !== undefined) properties[option] = value;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problems.push({ option, why: error.message });
    }
  }
  return { properties, problems };
};

/** One option in canonical form: a value, nothing where it is at its default, or why it would be refused. */
export const readOption = (
  table: OptionTable,
  option: string,
  raw: unknown,
): { readonly value?: Value; readonly refused?: string } => {
  const { properties, problems } = readOptions(table, { [option]: raw });
  const [problem] = problems;
  if (problem !== undefined) return { refused: problem.why };
  const value = properties[option];
  return value === undefined ? {} : { value };
};

/** The options of an answer: what cannot be read stands as it is, and what no request takes is left out. */
export const seenOptions = (table: OptionTable, raw: Readonly<Record<string, unknown>>): Properties => {
  const { properties, problems } = readOptions(table, raw);
  const unread = problems.flatMap(({ option }) => {
    const value = raw[option];
    return Object.hasOwn(table, option) && (typeof value === "string" || typeof value === "number")
      ? [[option, String(value)] as const]
      : [];
  });
  return { ...properties, ...Object.fromEntries(unread) };
};
