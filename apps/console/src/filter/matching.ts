import type { Field } from "./field.ts";
import type { Comparison, Filter, Term, Test } from "./filter.ts";

/** Whether something holds; undefined where that is not known. */
type Truth = boolean | undefined;
type Ask<T> = (row: T) => Truth;

const compare: Readonly<Record<Comparison, (one: number, other: number) => boolean>> = {
  ">": (one, other) => one > other,
  ">=": (one, other) => one >= other,
  "<": (one, other) => one < other,
  "<=": (one, other) => one <= other,
  "=": (one, other) => one === other,
};

const wordsOf = (value: string | readonly string[] | undefined): readonly string[] | undefined =>
  typeof value === "string" ? [value] : value;

/** What is like a word in which `*` stands for any letters. */
const likeness = (value: string): ((word: string) => boolean) => {
  const wanted = value.toLowerCase();
  if (!wanted.includes("*")) return (word) => word.toLowerCase() === wanted;
  const pattern = new RegExp(
    `^${wanted
      .split("*")
      .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
      .join(".*")}$`,
    "is",
  );
  return (word) => pattern.test(word);
};

const askOf = <T>(test: Test, fields: ReadonlyMap<string, Field<T>>): Ask<T> => {
  const nothing: Ask<T> = () => undefined;
  if (test.kind === "text") {
    const wanted = test.text.toLowerCase();
    const searched = [...fields.values()].flatMap((field) =>
      field.kind === "word" && field.searched ? [field.of] : [],
    );
    return (row) => searched.some((of) => wordsOf(of(row))?.some((word) => word.toLowerCase().includes(wanted)));
  }
  const field = fields.get(test.key);
  if (field === undefined) return nothing;
  if (test.kind === "unknown") return (row) => field.of(row) === undefined;
  switch (field.kind) {
    case "word": {
      const holds =
        test.kind === "among"
          ? (
              (ways) => (word: string) =>
                ways.some((way) => way(word))
            )(test.values.map(likeness))
          : test.kind === "contains"
            ? (
                (wanted) => (word: string) =>
                  word.toLowerCase().includes(wanted)
              )(test.text.toLowerCase())
            : undefined;
      return holds === undefined ? nothing : (row) => wordsOf(field.of(row))?.some(holds);
    }
    case "number": {
      if (test.kind !== "compare") return nothing;
      const { value, share } = test;
      const is = compare[test.is];
      return (row) => {
        const amount = field.of(row);
        const whole = share ? field.whole?.(row) : 1;
        return amount === undefined || whole === undefined || whole === 0 ? undefined : is(amount / whole, value);
      };
    }
    case "flag":
      return field.of;
  }
};

/**
 * Whether a row is what a filter asks for. What is not known of a row is neither so nor not so: a guest whose load nobody
 * measured is found by `cpu:?` alone, not by `cpu<50%` and not by `-cpu<50%`.
 */
export const matching = <T>({ terms }: Pick<Filter, "terms">, fields: readonly Field<T>[]): ((row: T) => boolean) => {
  const byKey = new Map(fields.map((field) => [field.key, field]));
  const asks = terms.map(({ test, negated }: Term) => ({ ask: askOf(test, byKey), wanted: !negated }));
  return (row) => asks.every(({ ask, wanted }) => ask(row) === wanted);
};
