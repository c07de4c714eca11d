import type { Schema } from "../src/schema.ts";
import type { Deviations } from "./deviations.ts";

/** Which way a value travels: parameters are lenient in what they take, answers honest in what they give. */
type Direction = "parameter" | "answer";

const quoted = (text: string) => JSON.stringify(text);
const isIdentifier = (name: string) => /^[A-Za-z_$][\w$]*$/.test(name);

/** `net` for `net[n]`, `undefined` for a plain name. */
const numberedPrefix = (name: string) => /^(.+)\[n\]$/.exec(name)?.[1];

const keyText = (name: string, optional: boolean) => {
  const prefix = numberedPrefix(name);
  if (prefix !== undefined) return `[key: \`${prefix}\${number}\`]`;
  return `${isIdentifier(name) ? name : quoted(name)}${optional ? "?" : ""}`;
};

const kindText: Readonly<Record<string, string>> = {
  string: "string",
  integer: "number",
  null: "null",
  array: "readonly unknown[]",
  object: "PveRecord",
};

/** The wire kinds of booleans and numbers are settled when an answer is folded; what cannot be folded is said here. */
const widened = (text: string, seen: readonly string[]) => {
  const kinds = seen.map((kind) => kindText[kind] ?? "unknown").filter((kind) => kind !== text);
  return [text, ...new Set(kinds)].join(" | ");
};

const enumText = (schema: Schema) => {
  const values = (schema.enum ?? []).filter((value) => typeof value === "string");
  const numeric = schema.type === "integer" || schema.type === "number";
  return values.length === 0 ? undefined : values.map((value) => (numeric ? value : quoted(value))).join(" | ");
};

const described = (schema: Schema) =>
  schema.type ?? (schema.properties ? "object" : schema.items ? "array" : undefined);

export interface TypeTexts {
  readonly direction: Direction;
  readonly deviations: Deviations;
  /** A word put before a property: what is to be said of it in the other version. */
  readonly mark: (place: string) => string;
}

const bracketed = (text: string) =>
  (/[|&]/.test(text) && !text.startsWith("{")) || text.startsWith("readonly") ? `(${text})` : text;

/** The TypeScript of one schema. `place` is where it stands in the answer: `[].rpm`. */
export const typeText = (schema: Schema, place: string, how: TypeTexts): string => {
  const { direction, deviations } = how;
  const kind = described(schema);
  const plain = (): string => {
    const choices = enumText(schema);
    if (choices !== undefined) return choices;
    if (schema.oneOf) return [...new Set(schema.oneOf.map((one) => typeText(one, place, how)))].join(" | ");
    switch (kind) {
      case "string":
        return "string";
      case "integer":
      case "number":
        return "number";
      case "boolean":
        return direction === "parameter" ? "BooleanParameter" : "PveBoolean";
      case "null":
        return "null";
      case "array":
        return `readonly ${bracketed(schema.items ? typeText(schema.items, `${place}[]`, how) : "unknown")}[]`;
      case "object":
        return objectText(schema, place, how);
      case "any":
      case undefined:
        return "unknown";
    }
  };
  const seen = deviations.otherKinds.get(place);
  return seen === undefined ? plain() : widened(plain(), seen);
};

const objectText = (schema: Schema, place: string, how: TypeTexts): string => {
  const lines: string[] = [];
  const names = new Set(Object.keys(schema.properties ?? {}));
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const at = `${place}.${name}`;
    const optional = property.optional === true || how.deviations.absent.includes(at.replace(/^(\[\])?\./, ""));
    lines.push(`${how.mark(at)}readonly ${keyText(name, optional)}: ${typeText(property, at, how)};`);
  }
  for (const seen of how.deviations.beside) {
    const name = seen.startsWith(`${place}.`) ? seen.slice(place.length + 1) : undefined;
    if (name === undefined || names.has(name) || /[.[]/.test(name)) continue;
    lines.push(`/** Seen in answers, not in the schema. */ readonly ${keyText(name, true)}: unknown;`);
  }
  const more = schema.additionalProperties;
  if (typeof more === "object" && names.size === 0) {
    return `{ readonly [key: string]: ${typeText(more, `${place}.*`, how)} }`;
  }
  if (lines.length === 0) return how.direction === "parameter" ? "NoParameters" : "PveRecord";
  if (names.size === 0 || more === true || typeof more === "object") lines.push("readonly [key: string]: unknown;");
  return `{\n${lines.join("\n")}\n}`;
};
