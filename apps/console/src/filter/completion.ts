import { amountForms } from "./amount.ts";
import type { Field } from "./field.ts";
import { piecesOf, plain, quoted } from "./pieces.ts";

/** What may stand in place of `from` to `to`, and what that would mean. */
export type Completion = {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly shown: string;
  readonly about: string;
};

/** So many at most: more are no help. */
const most = 12;

const operatorOf = <T>({ kind }: Field<T>): string => (kind === "word" ? ":" : kind === "number" ? ">" : " ");

const aboutOf = <T>(field: Field<T>): string =>
  field.kind === "number" ? `${field.about}; ${amountForms[field.unit]}` : field.about;

/** What the word at the caret may become: a key, or a value of the key that stands before it. */
export const completionsAt = <T>(
  text: string,
  caret: number,
  fields: readonly Field<T>[],
  /** Values that rows have, by how many have each. */
  valuesOf: (field: Field<T> & { readonly kind: "word" }) => ReadonlyMap<string, number>,
): readonly Completion[] => {
  const piece = piecesOf(text).find(({ from, to }) => from < caret && caret <= to);
  const from = piece?.from ?? caret;
  const to = piece?.to ?? caret;
  const head = text.slice(from, caret);
  const [, sign = "", key = "", operator, rest = ""] = /^([-!]?)([^:~<>="]*)([:~=])?(.*)$/s.exec(head) ?? [];
  const field = fields.find((one) => one.key === key.toLowerCase());
  if (operator === undefined) {
    if (rest !== "") return [];
    return fields
      .filter((one) => one.key.startsWith(key.toLowerCase()))
      .slice(0, most)
      .map((one) => ({
        from,
        to,
        text: `${sign}${one.key}${operatorOf(one)}`,
        shown: `${sign}${one.key}${operatorOf(one).trim()}`,
        about: aboutOf(one),
      }));
  }
  if (field?.kind !== "word") return [];
  const begun = rest.lastIndexOf(",") + 1;
  const part = plain(rest.slice(begun)).toLowerCase();
  const taken = new Set(
    rest
      .slice(0, Math.max(0, begun - 1))
      .split(",")
      .map(plain),
  );
  const known = valuesOf(field);
  const values = new Map((field.values ?? []).map((value) => [value, 0]));
  for (const [value, count] of known) values.set(value, count);
  return [...values]
    .filter(([value]) => value !== "" && value.toLowerCase().includes(part) && !taken.has(value))
    .toSorted(
      ([one], [other]) => Number(other.toLowerCase().startsWith(part)) - Number(one.toLowerCase().startsWith(part)),
    )
    .slice(0, most)
    .map(([value, count]) => ({
      from: from + sign.length + key.length + operator.length + begun,
      to,
      text: `${quoted(value)} `,
      shown: value,
      about: String(count),
    }));
};

/** How many rows have each value of a field. */
export const valuesAmong = <T>(
  rows: readonly T[],
  { of }: Field<T> & { readonly kind: "word" },
): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = of(row);
    for (const one of typeof value === "string" ? [value] : (value ?? [])) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  return new Map([...counts].toSorted(([one], [other]) => (one < other ? -1 : 1)));
};
