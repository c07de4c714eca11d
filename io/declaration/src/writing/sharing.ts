/** What can stand in a declaration: plain data, with `unknown`, `asWritten` and `secret` as tagged records. */
export type Plain = string | number | boolean | undefined | readonly Plain[] | { readonly [key: string]: Plain };
export type PlainRecord = { readonly [key: string]: Plain };

export const isPlainRecord = (value: Plain): value is PlainRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);

const calls: Readonly<Record<string, { readonly call: string; readonly field: string }>> = {
  unknown: { call: "unknown", field: "why" },
  "as-written": { call: "asWritten", field: "text" },
  secret: { call: "secret", field: "from" },
};

/** The function that makes a tagged value, and what it is given; undefined of any other value. */
export const callOf = (value: Plain): { readonly call: string; readonly given: string } | undefined => {
  if (!isPlainRecord(value) || Object.keys(value).length !== 2 || typeof value.kind !== "string") return undefined;
  const found = Object.hasOwn(calls, value.kind) ? calls[value.kind] : undefined;
  const given = found === undefined ? undefined : value[found.field];
  return found === undefined || typeof given !== "string" ? undefined : { call: found.call, given };
};

/** Equal for equal values, in whatever order their keys stand. */
export const sameText = (value: Plain): string =>
  isList(value)
    ? `[${value.map(sameText).join(",")}]`
    : isPlainRecord(value)
      ? `{${Object.keys(value)
          .filter((key) => value[key] !== undefined)
          .toSorted()
          .map((key) => `${JSON.stringify(key)}:${sameText(value[key])}`)
          .join(",")}}`
      : JSON.stringify(value ?? null);

/** Names that JavaScript keeps for itself in a module. */
const keywords = new Set(
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield".split(
    " ",
  ),
);

/** Hands out names, each once. */
export class Names {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  take(wanted: string): string {
    let name = keywords.has(wanted) ? `the${wanted.charAt(0).toUpperCase()}${wanted.slice(1)}` : wanted;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${wanted}${count}`;
    this.#taken.add(name);
    return name;
  }
}

/** Each `unknown("why")` that a chapter has more than once, with a name for it after the key that it mostly stands at. */
export const repeatedUnknowns = (chapter: Plain, names: Names): Map<string, string> => {
  const keysOf = new Map<string, string[]>();
  const walk = (value: Plain, key: string): void => {
    const call = callOf(value);
    if (call?.call === "unknown") keysOf.set(call.given, [...(keysOf.get(call.given) ?? []), key]);
    else if (isList(value)) for (const item of value) walk(item, key);
    else if (isPlainRecord(value)) for (const [inner, item] of Object.entries(value)) walk(item, inner);
  };
  walk(chapter, "unstated");
  const found = new Map<string, string>();
  for (const [why, keys] of keysOf) {
    if (keys.length < 2) continue;
    const only = new Set(keys).size === 1 ? keys[0] : undefined;
    found.set(why, names.take(only !== undefined && /^[a-z][A-Za-z0-9]*$/.test(only) ? only : "unstated"));
  }
  return found;
};

/** Shorter than this, a value is written out each time. */
const leastText = 60;
/** What things of a kind are often told alike, and is better named than repeated. */
const nameable = new Set(["cloudInit", "options", "dns", "hosts"]);

/** The record that a chapter has most often at each of these keys, where that is three times or more: named after the key. */
export const repeatedValues = (chapter: Plain, names: Names): Map<string, { name: string; value: Plain }> => {
  const found = new Map<string, { key: string; value: Plain; count: number }>();
  const walk = (value: Plain, key: string): void => {
    if (typeof value !== "object" || callOf(value) !== undefined) return;
    const text = sameText(value);
    if (text.length >= leastText && nameable.has(key)) {
      const before = found.get(text);
      found.set(text, { key, value, count: (before?.count ?? 0) + 1 });
      // What stands in it is said with it.
      if (before !== undefined) return;
    }
    if (isList(value)) for (const item of value) walk(item, "");
    else if (isPlainRecord(value)) for (const [inner, item] of Object.entries(value)) walk(item, inner);
  };
  walk(chapter, "");
  const most = new Map<string, string>();
  for (const [text, { key, count }] of found) {
    const before = most.get(key);
    if (count >= 3 && count > (before === undefined ? 0 : (found.get(before)?.count ?? 0))) most.set(key, text);
  }
  const repeated = [...found].filter(([text, { key }]) => most.get(key) === text);
  return new Map(repeated.map(([text, { key, value }]) => [text, { name: names.take(key), value }]));
};

/**
 * The properties that most of several records have in common: those that every one of them has, at the value that most
 * have. What few share is not worth a name.
 */
export const commonPart = (records: readonly PlainRecord[]): PlainRecord => {
  if (records.length < 3) return {};
  const common: [string, Plain][] = [];
  for (const key of Object.keys(records[0] ?? {})) {
    if (!records.every((record) => record[key] !== undefined)) continue;
    const counts = new Map<string, { count: number; value: Plain }>();
    for (const record of records) {
      const text = sameText(record[key]);
      counts.set(text, { count: (counts.get(text)?.count ?? 0) + 1, value: record[key] });
    }
    const [best] = [...counts.values()].toSorted((one, other) => other.count - one.count);
    if (best !== undefined && best.count >= Math.max(3, records.length * 0.6)) common.push([key, best.value]);
  }
  // A name, and one value behind it, is no shorter than the value.
  return common.length < 2 ? {} : Object.fromEntries(common);
};
