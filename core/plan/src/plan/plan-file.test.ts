import fc from "fast-check";
import { expect, test } from "vitest";
import type { Plan } from "./plan.ts";
import { parsePlan, planText, readPlan } from "./plan-file.ts";

const plan: Plan = {
  kind: "plan",
  format: 1,
  cluster: "lab",
  contract: "9.2",
  made: 1,
  base: { observedAt: 1, cluster: "lab", objects: [{ object: { kind: "pool", id: "a" }, properties: null }] },
  drift: [{ object: { kind: "pool", id: "a" }, kind: "missing", properties: [], path: ["pools", "items", "a"] }],
  actions: [
    {
      id: "pool a/1-create",
      object: { kind: "pool", id: "a" },
      verb: "create",
      title: "Create the pool a",
      because: "it is declared and not there",
      calls: [
        {
          method: "POST",
          path: "/pools",
          parameters: { poolid: "a", comment: { secret: "env:X" } },
          answers: "nothing",
        },
      ],
      from: { kind: "absent" },
      expects: { kind: "present", properties: { comment: null, list: ["x"], map: { a: "b" } } },
      risk: "none",
      principal: "token",
      after: [],
    },
  ],
  unmanaged: [],
  undecided: [],
  stuck: [],
  mark: { tag: "orrery", word: "[orrery]" },
  windows: [{ id: "saturdays", start: 1, end: 2 }],
};

const why = (raw: unknown): string => {
  const read = parsePlan(raw);
  return read.kind === "problem" ? read.why : "a plan";
};

test("a plan is read as it was written", () => {
  expect(readPlan(planText(plan))).toEqual({ kind: "plan", plan });
});

test("what is no plan is told in a sentence that names the place", () => {
  expect(readPlan("{")).toEqual({ kind: "problem", why: "it is no JSON" });
  expect(why({ kind: "lab" })).toBe('kind: expected a plan: { "kind": "plan", … }');
  expect(why({ ...plan, format: 2 })).toBe("format: this Orrery reads plans of format 1");
  expect(why({ ...plan, actions: [{ ...plan.actions[0], risk: "some" }] })).toMatch(/^actions\.0\.risk: /);
  expect(why({ ...plan, actions: [{ ...plan.actions[0], more: 1 }] })).toMatch(/^actions\.0: .*more/);
  expect(why({ ...plan, actions: [plan.actions[0], plan.actions[0]] })).toBe("two of its actions have the same id");
  expect(why({ ...plan, actions: [{ ...plan.actions[0], after: ["x"] }] })).toBe(
    'the action "pool a/1-create" waits for "x", which is not there',
  );
  expect(why({ ...plan, actions: [{ ...plan.actions[0], after: ["pool a/1-create"] }] })).toBe(
    "these actions wait for each other: pool a/1-create",
  );
});

/** Replaces what stands at a place of a value by something else. */
const replaced = (value: unknown, path: readonly number[], by: unknown): unknown => {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== "object" || value === null) return by;
  const keys = Object.keys(value);
  const key = keys[first % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const copy: Record<string, unknown> = Array.isArray(value) ? Object(value.slice()) : { ...value };
  copy[key] = replaced(copy[key], rest, by);
  return copy;
};

test("whatever is changed in a plan, it is a plan still or one short sentence tells why not", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), (path, by) => {
      const read = parsePlan(replaced(plan, path, by));
      if (read.kind === "problem") {
        expect(read.why).toMatch(/^[^\n]{3,400}$/);
        return;
      }
      expect(parsePlan(JSON.parse(planText(read.plan)))).toEqual({ kind: "plan", plan: read.plan });
    }),
    { numRuns: 500 },
  );
});

test("any text at all is a plan or is told why not", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const read = readPlan(text);
      expect(read.kind === "plan" || /^[^\n]{3,}$/.test(read.why)).toBe(true);
    }),
  );
});
