import fc from "fast-check";
import { expect, test } from "vitest";
import { edited, type RuleEdit, ruleEdits } from "./rule-edits.ts";
import { mergedRules } from "./rule-merge.ts";

const line = fc.constantFrom("a", "b", "c", "d", "e", "f", "g");
const list = fc.array(line, { maxLength: 9 });

const after = (from: readonly string[], edits: readonly RuleEdit[]): readonly string[] =>
  edits.reduce<readonly string[]>((lines, edit) => {
    if (edit.kind !== "insert") expect(lines[edit.at]).toBe(edit.kind === "update" ? edit.from : edit.line);
    return edited(lines, edit);
  }, from);

test("the changes turn any list of rules into any other, in its order", () => {
  fc.assert(
    fc.property(list, list, (from, to) => {
      expect(after(from, ruleEdits(from, to))).toEqual(to);
    }),
  );
});

test("lists of different rules take no more changes than rules that come, go or leave their order", () => {
  const distinct = fc.uniqueArray(line);
  fc.assert(
    fc.property(distinct, distinct, (from, to) => {
      const edits = ruleEdits(from, to);
      const [gone, come] = [from.filter((one) => !to.includes(one)), to.filter((one) => !from.includes(one))];
      expect(edits.length).toBeLessThanOrEqual(gone.length + come.length + Math.max(0, to.length - come.length - 1));
      if (gone.length + come.length === 0 && from.join() === to.join()) expect(edits).toEqual([]);
    }),
  );
});

test("a rule that moves up takes one change", () => {
  expect(ruleEdits(["a", "b", "c", "d"], ["d", "a", "b", "c"])).toEqual([{ kind: "move", at: 3, to: 0, line: "d" }]);
  expect(ruleEdits(["a", "b", "c", "d"], ["b", "c", "d", "a"])).toEqual([{ kind: "move", at: 0, to: 4, line: "a" }]);
});

test("a rule that becomes another is changed in its place", () => {
  expect(ruleEdits(["a", "b", "c"], ["a", "x", "c"])).toEqual([{ kind: "update", at: 1, from: "b", line: "x" }]);
});

const standing = fc.array(fc.record({ line, marked: fc.boolean() }), { maxLength: 9 });

test("declared rules keep their order, others' stay, and once merged nothing changes any more", () => {
  fc.assert(
    fc.property(list, standing, (wanted, there) => {
      const merged = mergedRules(wanted, there);
      const own = new Set<string>(wanted);
      const others = there.filter((one) => !one.marked && !own.has(one.line)).map((one) => one.line);
      expect(merged.filter((one) => !own.has(one))).toEqual(others);
      const counts = (lines: readonly string[], one: string): number => lines.filter((other) => other === one).length;
      for (const one of own) expect(counts(merged, one)).toBeGreaterThanOrEqual(counts(wanted, one));
      let next = 0;
      for (const one of merged) if (one === wanted[next]) next += 1;
      expect(next).toBe(wanted.length);
      // What was made is marked, what stood unmarked stays so.
      const kept: string[] = there.filter(({ marked }) => !marked).map((one) => one.line);
      const again = merged.map((one) => {
        const at = kept.indexOf(one);
        if (at >= 0) kept.splice(at, 1);
        return { line: one, marked: at < 0 };
      });
      if (new Set(there.map((one) => one.line)).size === there.length && new Set(wanted).size === wanted.length)
        expect(mergedRules(wanted, again)).toEqual(merged);
    }),
  );
});
