import type { Schema } from "../contract.ts";
import { checkObject, type Errors } from "./check.ts";
import { type NamedFormat, namedFormats } from "./named-formats.ts";
import { type PropertyFormat, propertyFormats } from "./property-formats.ts";
import { type Properties, splitPropertyString } from "./property-string.ts";

const strings = (value: Properties): Record<string, string> =>
  Object.fromEntries(Object.entries(value).map(([key, one]) => [key, String(one)]));

const propertyStringProblem = (format: PropertyFormat, text: string, path: string): string | undefined => {
  const parsed = splitPropertyString(format.keys, text);
  if (parsed.kind === "broken") return parsed.why;
  const errors: Errors = {};
  checkObject(path, format.keys, parsed.value, false, errors);
  const found = Object.entries(errors);
  if (found.length > 0) return `format error\n${found.map(([key, message]) => `${key}: ${message}\n`).join("")}`;
  return format.refuse?.(strings(parsed.value));
};

/** Splits what the product calls a list: words apart by commas, semicolons, NULs or white space. */
export const splitList = (text: string): string[] => text.split(/[,;\0\s]+/).filter((word) => word !== "");

const listFormat = (name: string): NamedFormat | undefined => {
  const match = /^(.*)-(list|opt)$/.exec(name);
  const base = match?.[1] === undefined ? undefined : namedFormats[match[1]];
  if (base === undefined) return undefined;
  if (match?.[2] === "opt") return (text) => (text === "" || text === "0" ? undefined : base(text));
  return (text) => {
    for (const word of splitList(text)) {
      const problem = base(word);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
};

/** True for a format name that the twin checks; the contract's own test asks this of every name. */
export const knowsFormat = (name: string): boolean =>
  propertyFormats[name] !== undefined || namedFormats[name] !== undefined || listFormat(name) !== undefined;

/** What is wrong with a text under a format of the contract, ending in a newline as the product's own; undefined when nothing is. */
export const formatProblem = (format: NonNullable<Schema["format"]>, text: string, path: string): string | undefined => {
  if (typeof format !== "string") return propertyStringProblem({ keys: format }, text, path);
  const properties = propertyFormats[format];
  if (properties !== undefined) return propertyStringProblem(properties, text, path);
  const check = namedFormats[format] ?? listFormat(format);
  const problem = check?.(text);
  return problem === undefined ? undefined : `${problem}\n`;
};
