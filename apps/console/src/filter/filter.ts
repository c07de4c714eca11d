import { amountForms, amountOf } from "./amount.ts";
import type { Field } from "./field.ts";
import { listed, type Piece, piecesOf, plain, quoted } from "./pieces.ts";

export type Comparison = ">" | ">=" | "<" | "<=" | "=";

/** What is asked of a row. */
export type Test =
  | { readonly kind: "text"; readonly text: string }
  /** One of these; `*` stands for any letters. */
  | { readonly kind: "among"; readonly key: string; readonly values: readonly string[] }
  | { readonly kind: "contains"; readonly key: string; readonly text: string }
  /** `share`: the value is one of the whole. `written`: as it was typed. */
  | {
      readonly kind: "compare";
      readonly key: string;
      readonly is: Comparison;
      readonly value: number;
      readonly share: boolean;
      readonly written: string;
    }
  | { readonly kind: "flag"; readonly key: string }
  | { readonly kind: "unknown"; readonly key: string };

/** A test, or that it does not hold, and where it stands in what was typed. */
export type Term = { readonly test: Test; readonly negated: boolean; readonly from: number; readonly to: number };
export type Problem = { readonly from: number; readonly to: number; readonly message: string };

/** What was typed, understood: all terms must hold. What was not understood is told, and asks nothing. */
export type Filter = { readonly terms: readonly Term[]; readonly problems: readonly Problem[] };

type Read = Test | { readonly kind: "problem"; readonly message: string };

const problem = (message: string): Read => ({ kind: "problem", message });

const comparisonOf = (written: string): Comparison | undefined => {
  switch (written) {
    case ">":
    case ">=":
    case "<":
    case "<=":
    case "=":
      return written;
    case ":":
      return "=";
    default:
      return undefined;
  }
};

const either = new Intl.ListFormat("en", { type: "disjunction" });

const wordTest = <T>(field: Field<T> & { kind: "word" }, operator: string, value: string): Read => {
  const { key, values } = field;
  if (operator === "~") return { kind: "contains", key, text: plain(value) };
  if (operator !== ":" && operator !== "=")
    return problem(
      `${key} is a word, and cannot be more or less than another: write ${key}:${value} or ${key}~${value}.`,
    );
  const asked = listed(value).filter((one) => one !== "");
  if (asked.length === 0) return problem(`What may ${key} be? Write ${key}:one or ${key}:one,other.`);
  const wrong = asked.find((one) => values !== undefined && !one.includes("*") && !values.includes(one.toLowerCase()));
  if (wrong !== undefined) return problem(`${key} is never ${wrong}; it is ${either.format(values ?? [])}.`);
  return { kind: "among", key, values: asked };
};

const numberTest = <T>(field: Field<T> & { kind: "number" }, operator: string, value: string): Read => {
  const { key, unit, whole } = field;
  const is = comparisonOf(operator);
  if (is === undefined) return problem(`${key} is a number: write ${key}> or ${key}<.`);
  const amount = amountOf(value, unit);
  const share = amount?.kind === "share";
  if (amount === undefined || (share && whole === undefined))
    return problem(`${key} needs ${amountForms[unit]}${value === "" ? "." : `, and ${value} is none.`}`);
  return { kind: "compare", key, is, value: amount.value, share, written: value };
};

const flagTest = (key: string, value: string): Read =>
  /^(yes|true)$/i.test(value) ? { kind: "flag", key } : problem(`Write ${key}, or -${key} for what is not.`);

const keyed = /^([a-z][a-z0-9_-]*)(>=|<=|[:~<>=])(.*)$/is;

const testOf = <T>(text: string, fields: ReadonlyMap<string, Field<T>>): Read => {
  const [, written, operator = "", value = ""] = keyed.exec(text) ?? [];
  if (written === undefined) {
    const flag = fields.get(text.toLowerCase());
    return flag?.kind === "flag" ? { kind: "flag", key: flag.key } : { kind: "text", text: plain(text) };
  }
  const field = fields.get(written.toLowerCase());
  if (field === undefined)
    return problem(`There is nothing called ${written} here. There are ${[...fields.keys()].join(", ")}.`);
  const { key } = field;
  if (value === "?" && (operator === ":" || operator === "=")) return { kind: "unknown", key };
  switch (field.kind) {
    case "word":
      return wordTest(field, operator, value);
    case "number":
      return numberTest(field, operator, value);
    case "flag":
      return flagTest(key, value);
  }
};

const read = <T>({ text, from, to }: Piece, fields: ReadonlyMap<string, Field<T>>): Term | Problem => {
  const negated = /^[-!]/.test(text);
  const rest = negated ? text.slice(1) : text;
  if (rest === "") return { from, to, message: `What is it that must not be? Write ${text}key:value.` };
  const test = testOf(rest, fields);
  return test.kind === "problem" ? { from, to, message: test.message } : { test, negated, from, to };
};

export const readFilter = <T>(text: string, fields: readonly Field<T>[]): Filter => {
  const byKey = new Map(fields.map((field) => [field.key, field]));
  const parts = piecesOf(text).map((piece) => read(piece, byKey));
  return {
    terms: parts.filter((one) => "test" in one),
    problems: parts.filter((one) => "message" in one),
  };
};

const testText = (test: Test): string => {
  switch (test.kind) {
    case "text":
      return quoted(test.text);
    case "among":
      return `${test.key}:${test.values
        .map((one) =>
          one
            .split("*")
            .map((part) => (part === "" ? "" : quoted(part)))
            .join("*"),
        )
        .join(",")}`;
    case "contains":
      return `${test.key}~${quoted(test.text)}`;
    case "compare":
      return `${test.key}${test.is}${test.written}`;
    case "flag":
      return test.key;
    case "unknown":
      return `${test.key}:?`;
  }
};

/** A filter as it is written; reading that gives the same filter. */
export const filterText = (terms: readonly Pick<Term, "test" | "negated">[]): string =>
  terms.map(({ test, negated }) => `${negated ? "-" : ""}${testText(test)}`).join(" ");
