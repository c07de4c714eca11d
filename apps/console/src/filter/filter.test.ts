import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { completionsAt, valuesAmong } from "./completion.ts";
import type { Field } from "./field.ts";
import { filterText, readFilter, type Term } from "./filter.ts";
import { matching } from "./matching.ts";

type Body = {
  readonly name: string;
  readonly status: string;
  readonly tags?: readonly string[];
  readonly cpu?: number;
  readonly mem?: number;
  readonly given?: number;
  readonly up?: number;
  readonly ring?: boolean;
};

const fields: readonly Field<Body>[] = [
  { kind: "word", key: "name", about: "its name", of: ({ name }) => name, searched: true },
  { kind: "word", key: "status", about: "", of: ({ status }) => status, values: ["running", "stopped"] },
  { kind: "word", key: "tag", about: "", of: ({ tags }) => tags },
  { kind: "number", key: "cpu", about: "", unit: "share", of: ({ cpu }) => cpu },
  { kind: "number", key: "mem", about: "", unit: "bytes", of: ({ mem }) => mem, whole: ({ given }) => given },
  { kind: "number", key: "up", about: "", unit: "seconds", of: ({ up }) => up },
  { kind: "flag", key: "ring", about: "has a ring", of: ({ ring }) => ring },
];

const gib = 1024 ** 3;
const bodies: readonly Body[] = [
  {
    name: "Saturn",
    status: "running",
    tags: ["prod", "gas"],
    cpu: 0.6,
    mem: 9 * gib,
    given: 10 * gib,
    up: 900,
    ring: true,
  },
  { name: "Jupiter", status: "running", tags: ["gas"], cpu: 0.2, mem: 4 * gib, given: 16 * gib, up: 90, ring: false },
  { name: "Vesta", status: "stopped", tags: [], ring: false },
  { name: "Planet Nine", status: "stopped" },
];

const found = (text: string): readonly string[] =>
  bodies.filter(matching(readFilter(text, fields), fields)).map(({ name }) => name);
const complaint = (text: string): string =>
  readFilter(text, fields)
    .problems.map(({ message }) => message)
    .join("|");

const value = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !text.includes("*"));
const term: fc.Arbitrary<Pick<Term, "test" | "negated">> = fc.record({
  negated: fc.boolean(),
  test: fc.oneof(
    fc.record({ kind: fc.constant("text" as const), text: value }),
    fc.record({
      kind: fc.constant("among" as const),
      key: fc.constantFrom("name", "tag"),
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant("contains" as const), key: fc.constantFrom("name", "tag"), text: value }),
    fc.record({ kind: fc.constant("flag" as const), key: fc.constant("ring") }),
    fc.record({ kind: fc.constant("unknown" as const), key: fc.constantFrom("name", "cpu", "ring") }),
    fc
      .record({
        is: fc.constantFrom(">" as const, ">=" as const, "<" as const, "<=" as const, "=" as const),
        number: fc.nat(9999),
      })
      .map(({ is, number }) => ({
        kind: "compare" as const,
        key: "mem",
        is,
        value: number * gib,
        share: false,
        written: `${number}G`,
      })),
  ),
});

describe("the filter language", () => {
  test("all terms must hold, and a list is any of them", () => {
    expect(found("")).toHaveLength(4);
    expect(found("status:running tag:prod")).toEqual(["Saturn"]);
    expect(found("tag:prod,gas")).toEqual(["Saturn", "Jupiter"]);
    expect(found("STATUS:Running -tag:PROD")).toEqual(["Jupiter"]);
    expect(found("name~e")).toEqual(["Jupiter", "Vesta", "Planet Nine"]);
    expect(found("name:*t*r*")).toEqual(["Saturn", "Jupiter"]);
    expect(found('name:"planet nine"')).toEqual(["Planet Nine"]);
    expect(found("ring")).toEqual(["Saturn"]);
    expect(found("plan")).toEqual(["Planet Nine"]);
  });

  test("amounts have the units that their field has", () => {
    expect(found("mem>8G")).toEqual(["Saturn"]);
    expect(found("mem<=4096MiB")).toEqual(["Jupiter"]);
    expect(found("mem>80%")).toEqual(["Saturn"]);
    expect(found("cpu>50%")).toEqual(["Saturn"]);
    expect(found("up>=2min")).toEqual(["Saturn"]);
  });

  test("what is not known is neither so nor not so", () => {
    expect(found("cpu<50%")).toEqual(["Jupiter"]);
    expect(found("-cpu<50%")).toEqual(["Saturn"]);
    expect(found("cpu:?")).toEqual(["Vesta", "Planet Nine"]);
    expect(found("-tag:gas")).toEqual(["Vesta"]);
    expect(found("-ring")).toEqual(["Jupiter", "Vesta"]);
    expect(found("tag:?")).toEqual(["Planet Nine"]);
  });

  test("what is not understood is told at its place, and asks nothing", () => {
    const text = "status:runing  color:red mem>soon ring";
    expect(readFilter(text, fields).problems.map(({ from, to }) => text.slice(from, to))).toEqual([
      "status:runing",
      "color:red",
      "mem>soon",
    ]);
    expect(found(text)).toEqual(["Saturn"]);
    expect(complaint("status:runing")).toBe("status is never runing; it is running or stopped.");
    expect(complaint("color:red")).toContain("nothing called color here. There are name, status");
    expect(complaint("mem>soon")).toBe("mem needs a size such as 8G, 512M or 1.5T, and soon is none.");
    expect(complaint("cpu>")).toBe("cpu needs a share such as 50%.");
    expect(complaint("name>5")).toContain("write name:5 or name~5");
    expect(complaint("tag:")).toContain("What may tag be?");
    expect(complaint("ring:maybe")).toBe("Write ring, or -ring for what is not.");
    expect(complaint("-")).toContain("must not be");
  });

  test("a filter that is written and read is the same filter", () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 5 }), (terms) => {
        const { terms: again, problems } = readFilter(filterText(terms), fields);
        expect(problems).toEqual([]);
        expect(again.map(({ test: one, negated }) => ({ test: one, negated }))).toEqual(terms);
      }),
    );
  });

  test("any text is read, each part of it as a term or as a problem, in its place", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { terms, problems } = readFilter(text, fields);
        const places = [...terms, ...problems].toSorted((one, other) => one.from - other.from);
        let at = 0;
        for (const { from, to } of places) {
          expect(from).toBeGreaterThanOrEqual(at);
          expect(text.slice(at, from).trim()).toBe("");
          at = to;
        }
        expect(text.slice(at).trim()).toBe("");
      }),
    );
  });

  test("no row is both what a term asks for and what its negation asks for", () => {
    fc.assert(
      fc.property(term, fc.constantFrom(...bodies), ({ test: one }, body) => {
        const asked = (negated: boolean) => matching({ terms: [{ test: one, negated, from: 0, to: 0 }] }, fields)(body);
        expect(asked(true) && asked(false)).toBe(false);
      }),
    );
  });
});

describe("completion", () => {
  const offered = (text: string): readonly string[] =>
    completionsAt(text, text.length, fields, (field) => valuesAmong(bodies, field)).map(
      ({ from, to, text: put }) => text.slice(0, from) + put + text.slice(to),
    );

  test("offers keys, and after a key its values", () => {
    expect(offered("st")).toEqual(["status:"]);
    expect(offered("-ri")).toEqual(["-ring "]);
    expect(offered("ring status:")).toEqual(["ring status:running ", "ring status:stopped "]);
    expect(offered("tag:gas,")).toEqual(["tag:gas,prod "]);
    expect(offered("name:nin")).toEqual(['name:"Planet Nine" ']);
    expect(offered("mem>")).toEqual([]);
    expect(offered("nothing")).toEqual([]);
    expect(offered("")).toHaveLength(fields.length);
  });

  test("what is offered for a value is read without a problem", () => {
    for (const { key } of fields.filter(({ kind }) => kind === "word"))
      for (const text of offered(`${key}:`)) expect(readFilter(text, fields).problems).toEqual([]);
  });
});
