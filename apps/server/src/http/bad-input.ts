import { nearest } from "@orrery/model";
import { z } from "zod";
import { Refusal } from "./refusal.ts";

type Issue = z.core.$ZodIssue;
type Part = "path" | "query" | "body";

/** What was sent, so far as it can be shown in a sentence. Secrets are never sent where this is shown: bodies are not. */
const shown = (value: unknown, part: Part): string => {
  if (part === "body" || value === undefined) return "";
  const text = JSON.stringify(value) ?? "";
  return `, got ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`;
};

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown => {
  let found = value;
  for (const step of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
};

const kindWord: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

const listed = (values: readonly unknown[]): string => values.map(String).join(", ");

const bound = (issue: Issue & { readonly code: "too_big" | "too_small" }): string => {
  const { code, origin } = issue;
  const limit = String(code === "too_big" ? issue.maximum : issue.minimum);
  const side = code === "too_big" ? "at most" : "at least";
  if (origin === "string") return `expected ${side} ${limit} characters`;
  if (origin === "array" || origin === "set") return `expected ${side} ${limit} of them`;
  return `expected ${side} ${limit}`;
};

const sentenceOf = (issue: Issue, value: unknown, keys: readonly string[]): string => {
  switch (issue.code) {
    case "invalid_type":
      return value === undefined ? "is missing" : `expected ${kindWord[issue.expected] ?? issue.expected}`;
    case "too_big":
    case "too_small":
      return bound(issue);
    case "invalid_value":
      return `expected ${issue.values.length === 1 ? "" : "one of "}${listed(issue.values)}`;
    case "unrecognized_keys": {
      const [name = ""] = issue.keys;
      const meant = nearest(name, keys);
      const there = keys.length === 0 ? "nothing is expected here" : `there are ${listed(keys)}`;
      return `${JSON.stringify(name.slice(0, 40))} is not known: ${meant === undefined ? there : `did you mean ${meant}?`}`;
    }
    case "invalid_union": {
      const first = issue.errors.find((errors) => errors.length > 0)?.[0];
      return first === undefined || first.path.length > 0
        ? "has none of the forms it may have"
        : sentenceOf(first, value, keys);
    }
    case "invalid_format":
    case "not_multiple_of":
    case "invalid_key":
    case "invalid_element":
    case "custom":
      return issue.message;
  }
};

/** What may stand in an object, as far as its schema tells. */
const keysOf = (schema: z.ZodType): readonly string[] =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];

/** Parses a part of a request; a `Refusal` says in one sentence what is wrong with it, and where. */
export const parseInput = <S extends z.ZodType>(schema: S, value: unknown, part: Part): z.output<S> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first, ...others] = parsed.error.issues;
  if (first === undefined) throw new Refusal("bad-input", `The ${part} cannot be read.`, { place: part });
  const place = [part, ...first.path.map(String)].join(".");
  const found = valueAt(value, first.path);
  const why = sentenceOf(first, found, first.path.length === 0 ? keysOf(schema) : []);
  const isShown = first.code !== "unrecognized_keys" && found !== undefined && !(typeof found === "object");
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  const sentence = `${place}: ${why}${isShown ? shown(found, part) : ""}${more}`;
  throw new Refusal("bad-input", sentence.endsWith("?") ? sentence : `${sentence}.`, { place });
};
