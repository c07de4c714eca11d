import { checkLab, rules } from "@orrery/assurance";
import tidy from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import { describe, expect, it } from "vitest";
import { type Mutable, type Mutation, mutations } from "./mutations.ts";

const at = Date.UTC(2026, 11, 1);

const spoken = (mutation: Mutation): string[] => {
  // The example shares parts between its nodes; a copy through JSON breaks one place at a time.
  const lab: Mutable = JSON.parse(JSON.stringify(tidy));
  mutation(lab);
  const parsed = parseLab(lab);
  if (parsed.kind === "problems")
    throw new Error(parsed.problems.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
  return [...new Set(checkLab(parsed.lab, { at }).findings.map((finding) => finding.rule))];
};

describe("a tidied lab", () => {
  it("has no finding, and meets every objective", () => {
    const parsed = parseLab(tidy);
    if (parsed.kind === "problems") throw new Error(JSON.stringify(parsed.problems));
    const { findings, objectives } = checkLab(parsed.lab, { at });
    expect(findings).toEqual([]);
    expect(objectives.filter((objective) => objective.verdict !== "met")).toEqual([]);
    expect(objectives.length).toBeGreaterThan(0);
  });
});

describe("each rule", () => {
  it("has a mutation of the tidy lab that makes it speak", () => {
    expect(Object.keys(mutations).sort()).toEqual(rules.map((rule) => rule.id).sort());
  });

  for (const [rule, mutation] of Object.entries(mutations)) {
    it(`${rule} alone speaks when what it guards is broken`, () => {
      expect(spoken(mutation)).toEqual([rule]);
    });
  }
});
