import schema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with { type: "json" };
import { rules } from "@orrery/assurance";
import draft04 from "ajv-draft-04";
import addFormats from "ajv-formats";
import { expect, test } from "vitest";
import { orrery } from "../orrery-process.ts";
import { aFinding } from "./a-finding.ts";
import { sarif } from "./sarif.ts";

const ajv = new draft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

const problemsOf = (log: unknown) => {
  validate(log);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};

const about = { declaration: "/lab/orrery.config.ts", name: "lab", at: 0, rules };
const resultsOf = (...findings: Parameters<typeof sarif>[0]["findings"]) =>
  JSON.parse(sarif({ objectives: [], findings }, about)).runs[0].results;

test("the example's findings are valid SARIF 2.1.0, each with its rule and line", async () => {
  const { code, out } = await orrery(["check", "examples/astronomy-lab", "--sarif", "--at", "2025-04-22"]);
  const log = JSON.parse(out);
  expect(code).toBe(3);
  expect(problemsOf(log)).toEqual([]);
  const [run] = log.runs;
  expect(run.results.length).toBeGreaterThan(10);
  for (const result of run.results) {
    expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    const { artifactLocation, region } = result.locations[0].physicalLocation;
    expect(artifactLocation).toMatchObject({ uri: expect.stringMatching(/^examples\/astronomy-lab\/[\w.-]+\.ts$/) });
    expect(region.startLine).toBeGreaterThan(0);
  }
  const marks = run.results.map((result: { partialFingerprints: object }) =>
    JSON.stringify(result.partialFingerprints),
  );
  expect(new Set(marks).size).toBe(marks.length);
});

test("the schema refuses what is no SARIF", () => {
  expect(problemsOf({ version: "2.1.0", runs: [{ results: [{ level: "grave" }] }] })).not.toEqual([]);
});

test("a fingerprint outlives lines that move, and tells findings apart", () => {
  const moved = aFinding({ claim: { ...aFinding().claim, place: { file: "/lab/guests.ts", line: 99, column: 1 } } });
  const [before, same] = resultsOf(aFinding(), aFinding());
  const [after] = resultsOf(moved);
  expect(after.partialFingerprints).toEqual(before.partialFingerprints);
  expect(same.partialFingerprints).not.toEqual(before.partialFingerprints);
});

test("a waived finding is a suppressed result, and one without a place still has its path", () => {
  const [waived, placeless] = resultsOf(
    aFinding({ waived: { owner: "a", reason: "b", expires: "2025-06-30" } }),
    aFinding({ claim: { text: "x", path: ["guests"] }, verdict: "unproven" }),
  );
  expect(waived.suppressions).toEqual([
    { kind: "inSource", status: "accepted", justification: "a until 2025-06-30: b" },
  ]);
  expect(placeless.locations).toEqual([{ logicalLocations: [{ fullyQualifiedName: "guests", kind: "member" }] }]);
  expect(placeless.message.text).toMatch(/^Unproven: /);
  const log = JSON.parse(sarif({ objectives: [], findings: [aFinding()] }, about));
  expect(problemsOf(log)).toEqual([]);
});
