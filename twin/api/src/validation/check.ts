import type { Schema } from "../contract.ts";
import { formatNamed } from "./formats.ts";
import { perlRegex } from "./perl-regex.ts";
import { type PropertyFormat, propertyFormats } from "./property-formats.ts";
import { splitPropertyString } from "./property-string.ts";

export type Errors = Record<string, string>;

/** No errors yet. A parameter may be called `constructor` or `__proto__`: such an object has no names of its own. */
export const noErrors = (): Errors => Object.create(null);

const add = (errors: Errors, path: string, message: string): void => {
  const key = path === "" ? "_root" : path;
  const before = errors[key];
  errors[key] = before === undefined ? message : `${before}\\n${message}`;
};

const isNumber = (text: string): boolean => /^[+-]?(\d+\.\d+|\d+\.|\.\d+|\d+)([eE][+-]?\d+)?$/.test(text);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as Perl would print it: what stands in messages and what patterns see. */
const textOf = (value: unknown): string => {
  if (typeof value === "boolean") return value ? "1" : "0";
  if (value === Number.POSITIVE_INFINITY) return "Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  return typeof value === "string" ? value : String(value);
};

/** True when the value has the type; else the error is added. */
const typeHolds = (path: string, type: string | undefined, value: unknown, errors: Errors): boolean => {
  if (type === undefined || type === "any") return true;
  const wrong = (rest: string): false => {
    add(errors, path, `type check ('${type}') failed${rest}`);
    return false;
  };
  if (type === "null") return wrong(" - value is not null");
  if (type === "array") return Array.isArray(value) || wrong("");
  if (type === "object") return isObject(value) || wrong("");
  if (Array.isArray(value)) return wrong(" - got ARRAY");
  if (isObject(value)) return wrong(" - got HASH");
  if (typeof value === "boolean") return type === "boolean" || wrong(" - got JSON::PP::Boolean");
  const text = textOf(value);
  if (type === "boolean") return text === "1" || text === "0" || wrong(` - got '${text}'`);
  if (type === "integer") return /^[+-]?\d+$/.test(text) || wrong(` - got '${text}'`);
  if (type === "number") return isNumber(text) || wrong(` - got '${text}'`);
  return true;
};

const typesHold = (path: string, type: Schema["type"], value: unknown, errors: Errors): boolean => {
  if (type === undefined || typeof type === "string") return typeHolds(path, type, value, errors);
  for (const one of type) {
    const inner = noErrors();
    if (typeHolds(path, one, value, inner)) return true;
  }
  add(errors, path, `type check ('${type.join("|")}') failed`);
  return false;
};

const propertyStringProblem = (format: PropertyFormat, text: string, path: string): string | undefined => {
  const parsed = splitPropertyString(format.keys, text);
  if (parsed.kind === "broken") return parsed.why;
  const errors = noErrors();
  checkObject(path, format.keys, parsed.value, false, errors);
  const found = Object.entries(errors);
  if (found.length > 0) return `format error\n${found.map(([key, message]) => `${key}: ${message}\n`).join("")}`;
  return format.refuse?.(Object.fromEntries(Object.entries(parsed.value).map(([key, value]) => [key, String(value)])));
};

/** What is wrong with a text under a format of the contract, ending in a newline as the product's own; undefined when nothing is. */
const formatProblem = (format: NonNullable<Schema["format"]>, text: string, path: string): string | undefined => {
  if (typeof format !== "string") return propertyStringProblem({ keys: format }, text, path);
  const properties = propertyFormats[format];
  if (properties !== undefined) return propertyStringProblem(properties, text, path);
  const problem = formatNamed(format)?.(text);
  return problem === undefined ? undefined : `${problem}\n`;
};

const scalarProblem = (schema: Schema, text: string, path: string): string | undefined => {
  if (schema.format !== undefined) {
    const problem = formatProblem(schema.format, text, path);
    if (problem !== undefined) return `invalid format - ${problem}`;
  }
  if (schema.pattern !== undefined && !perlRegex(schema.pattern).test(text))
    return "value does not match the regex pattern";
  if (schema.maxLength !== undefined && text.length > schema.maxLength)
    return `value may only be ${schema.maxLength} characters long`;
  if (schema.minLength !== undefined && text.length < schema.minLength)
    return `value must be at least ${schema.minLength} characters long`;
  if (isNumber(text)) {
    if (schema.maximum !== undefined && Number(text) > schema.maximum)
      return `value must have a maximum value of ${schema.maximum}`;
    if (schema.minimum !== undefined && Number(text) < schema.minimum)
      return `value must have a minimum value of ${schema.minimum}`;
  }
  if (Array.isArray(schema.enum) && !schema.enum.some((one) => String(one) === text)) {
    return `value '${text}' does not have a value in the enumeration '${schema.enum.join(", ")}'`;
  }
  return undefined;
};

/** Checks one value against its schema; adds what is wrong under its path. Mirrors check_prop in pve-common's JSONSchema. */
const checkValue = (
  value: unknown,
  schema: Schema,
  path: string,
  errors: Errors,
  instanceType: string | undefined,
): void => {
  let optionalForType = false;
  if (schema.oneOf !== undefined) {
    if (schema["type-property"] !== undefined) {
      optionalForType = true;
      for (const inner of schema.oneOf) {
        if (instanceType === undefined) break;
        if (!inner["instance-types"]?.includes(instanceType)) continue;
        optionalForType = Boolean(inner.optional);
        checkValue(value, inner, path, errors, undefined);
      }
    } else {
      const fits = schema.oneOf.some((inner) => {
        const tried = noErrors();
        checkValue(value, inner, path, tried, undefined);
        return Object.keys(tried).length === 0;
      });
      if (!fits && value !== undefined && value !== null)
        add(errors, path, "value does not match any of the alternatives");
    }
  }
  if (value === undefined || value === null) {
    if (schema.type === "null") return;
    if (!schema.optional && schema.alias === undefined && !optionalForType)
      add(errors, path, "property is missing and it is not optional");
    return;
  }
  if (!typesHold(path, schema.type, value, errors)) return;
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined)
      for (const [index, one] of value.entries()) checkValue(one, items, `${path}[${index}]`, errors, undefined);
    return;
  }
  if (isObject(value)) {
    if (schema.properties !== undefined)
      checkObject(path, schema.properties, value, Boolean(schema.additionalProperties ?? true), errors);
    return;
  }
  const problem = scalarProblem(schema, textOf(value), path);
  if (problem !== undefined) add(errors, path, problem);
};

/** Checks an object's properties; unknown ones are errors unless `open`. Mirrors check_object in pve-common's JSONSchema. */
export const checkObject = (
  path: string,
  schema: Readonly<Record<string, Schema>>,
  value: Readonly<Record<string, unknown>>,
  open: boolean,
  errors: Errors,
): void => {
  const under = (key: string) => (path === "" ? key : `${path}.${key}`);
  for (const [key, inner] of Object.entries(schema)) {
    const type = inner["type-property"] === undefined ? undefined : value[inner["type-property"]];
    checkValue(value[key], inner, under(key), errors, typeof type === "string" ? type : undefined);
  }
  for (const key of Object.keys(value)) {
    const inner = Object.hasOwn(schema, key) ? schema[key] : undefined;
    if (inner === undefined) {
      if (!open)
        add(
          errors,
          under(key),
          "property is not defined in schema and the schema does not allow additional properties",
        );
      continue;
    }
    if (inner.requires !== undefined && value[inner.requires] === undefined) {
      add(errors, under(inner.requires), `missing property required by '${under(key)}'`);
    }
  }
};
