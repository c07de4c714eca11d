import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadDeclaration, writeDeclaration } from "@orrery/declaration";
import astronomyLab from "@orrery/example-astronomy-lab";
import tidyLab from "@orrery/example-tidy-lab";
import { type LabInput, parseLab } from "@orrery/model";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "orrery-written-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
const readBack = async (lab: LabInput): Promise<unknown> => {
  count += 1;
  const home = join(folder, String(count));
  mkdirSync(home);
  for (const { name, text } of writeDeclaration(lab, "A lab, written down.")) writeFileSync(join(home, name), text);
  const read = await loadDeclaration(home);
  return read.kind === "declaration" ? read.lab : read;
};

const parsed = (lab: unknown): unknown => {
  const result = parseLab(lab);
  if (result.kind === "problems") throw new Error(JSON.stringify(result.problems));
  return result.lab;
};

test.each([
  ["astronomy lab", astronomyLab],
  ["tidy lab", tidyLab],
])("the %s, written down and loaded, is what it was", async (_, lab) => {
  // The examples are typed by what they give, which is narrower.
  expect(await readBack(lab as LabInput)).toEqual(parsed(lab));
});

test("a text with anything in it is loaded as it was written", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), async (purpose) => {
      const lab = { ...(tidyLab as LabInput), pools: { items: { web: { purpose } } } };
      expect(await readBack(lab)).toMatchObject({ pools: { items: { web: { purpose } } } });
    }),
    { numRuns: 25 },
  );
});

test("what all guests share is said once", () => {
  const guests = writeDeclaration(tidyLab as LabInput, "").find(({ name }) => name === "guests.ts")?.text ?? "";
  expect(guests.match(/bootTime/g)).toHaveLength(1);
  expect(guests.match(/\.\.\.usualGuest/g)).toHaveLength(5);
});
