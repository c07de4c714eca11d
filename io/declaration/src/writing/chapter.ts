import {
  callOf,
  commonPart,
  isPlainRecord,
  Names,
  type Plain,
  type PlainRecord,
  repeatedUnknowns,
  repeatedValues,
  sameText,
} from "./sharing.ts";
import { type Element, type Entry, layOut, quoted, type Term } from "./term.ts";

/** Lists and records of like things, whose common part is worth a name, by their path in the chapter. */
const alike: Readonly<Record<string, string>> = {
  "cluster/nodes": "usualNode",
  "storage/items": "usualStorage",
  "guests/items": "usualGuest",
  "templates/items": "usualTemplate",
  "backup/policies": "usualPolicy",
  "network/vlans": "usualVlan",
  "access/users": "usualUser",
  "access/tokens": "usualToken",
};

/** What groups the things of a list, where something does. */
const headings: Readonly<Record<string, (item: PlainRecord) => string | undefined>> = {
  "guests/items": ({ pool, category }) =>
    typeof category === "string" ? category : typeof pool === "string" ? `Pool ${pool}` : undefined,
};

type Declared = { readonly name: string; readonly term: Term; readonly isConst: boolean };

/** A chapter as source: what is declared before it, the chapter itself, and the functions of the model that both call. */
export type Chapter = { readonly before: readonly Declared[]; readonly term: Term; readonly calls: readonly string[] };

class Writer {
  readonly before: Declared[] = [];
  readonly calls = new Set<string>();
  readonly #unknowns: ReadonlyMap<string, string>;
  readonly #names: Names;
  readonly #values: Map<string, { name: string; value: Plain }>;
  readonly #written = new Set<string>();

  constructor(chapter: Plain, names: Names) {
    this.#names = names;
    this.#unknowns = repeatedUnknowns(chapter, names);
    for (const [why, name] of this.#unknowns) {
      this.calls.add("unknown");
      this.before.push({ name, term: { kind: "text", text: `unknown(${quoted(why)})` }, isConst: false });
    }
    this.#values = repeatedValues(chapter, names);
  }

  term(value: Plain, path: string): Term {
    const call = callOf(value);
    if (call !== undefined) {
      const shared = call.call === "unknown" ? this.#unknowns.get(call.given) : undefined;
      if (shared !== undefined) return { kind: "text", text: shared };
      this.calls.add(call.call);
      return { kind: "text", text: `${call.call}(${quoted(call.given)})` };
    }
    if (typeof value === "string") return { kind: "text", text: quoted(value) };
    if (value === undefined || typeof value === "number" || typeof value === "boolean")
      return { kind: "text", text: String(value) };
    const shared = this.#shared(value, path);
    if (shared !== undefined) return shared;
    const usual = Object.hasOwn(alike, path) ? this.#usual(value, path) : undefined;
    if (!isPlainRecord(value)) return { kind: "list", items: this.#elements(value, path, usual) };
    const entries = Object.entries(value).flatMap(([key, item]): Entry[] =>
      item === undefined ? [] : [{ key, term: this.#member(item, `${path}/${key}`, usual) }],
    );
    return { kind: "record", spreads: [], entries };
  }

  /** The name of a value that the chapter has several times; it is declared where it is first met. */
  #shared(value: Plain, path: string): Term | undefined {
    const text = sameText(value);
    const shared = this.#values.get(text);
    if (shared === undefined || path === `the ${shared.name}`) return undefined;
    if (!this.#written.has(text)) {
      this.#written.add(text);
      this.before.push({ name: shared.name, term: this.term(shared.value, `the ${shared.name}`), isConst: true });
    }
    return { kind: "text", text: shared.name };
  }

  #member(item: Plain, path: string, usual: { name: string; part: PlainRecord } | undefined): Term {
    if (usual === undefined || !isPlainRecord(item) || callOf(item) !== undefined) return this.term(item, path);
    const own = Object.entries(item).filter(
      ([key, value]) => value !== undefined && sameText(value) !== sameText(usual.part[key]),
    );
    const term = this.term(Object.fromEntries(own), path);
    return term.kind === "record" ? { ...term, spreads: [usual.name] } : term;
  }

  #elements(list: readonly Plain[], path: string, usual: { name: string; part: PlainRecord } | undefined): Element[] {
    const headingOf = Object.hasOwn(headings, path) ? headings[path] : undefined;
    let last: string | undefined;
    return list.map((item): Element => {
      const term = this.#member(item, `${path}/*`, usual);
      const heading = isPlainRecord(item) ? headingOf?.(item) : undefined;
      if (heading === undefined || heading === last) return { term };
      last = heading;
      return { term, heading };
    });
  }

  #usual(value: Plain, path: string): { name: string; part: PlainRecord } | undefined {
    if (typeof value !== "object") return undefined;
    const members: readonly Plain[] = Object.values(value);
    const records = members.filter(isPlainRecord);
    if (records.length !== members.length) return undefined;
    const part = commonPart(records);
    if (Object.keys(part).length === 0) return undefined;
    const name = this.#names.take(alike[path] ?? "usual");
    this.before.push({ name, term: this.term(part, `${path}/usual`), isConst: true });
    return { name, part };
  }
}

/** Writes a chapter down; `taken` names cannot be given to what it declares. */
export const chapterOf = (name: string, content: Plain, taken: Iterable<string>): Chapter => {
  const writer = new Writer(content, new Names(taken));
  const term = writer.term(content, name);
  return { before: writer.before, term, calls: [...writer.calls] };
};

/** `const usualGuest = { … } as const;` */
export const declarationText = ({ name, term, isConst }: Declared): string =>
  `const ${name} = ${layOut(term, 0, name.length + 9)}${isConst ? " as const" : ""};`;
