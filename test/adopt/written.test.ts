import { spawnSync } from "node:child_process";
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

const tsc = join(import.meta.dirname, "../../node_modules/.bin/tsc");

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

test("what is written passes the type checker, references between chapters included", () => {
  // Under the repository, so that the declaration finds the model that it is checked against.
  const home = mkdtempSync(join(import.meta.dirname, "typed-"));
  try {
    const check = (lab: LabInput): string => {
      for (const { name, text } of writeDeclaration(lab, "A lab, written down.")) writeFileSync(join(home, name), text);
      const options = { strict: true, noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true, types: [] };
      const compilerOptions = { ...options, target: "ES2024", lib: ["ES2025"], module: "NodeNext" };
      writeFileSync(join(home, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
      return spawnSync(tsc, ["-p", home], { encoding: "utf8" }).stdout;
    };
    const lab = tidyLab as LabInput;
    expect(check(lab)).toBe("");
    const [first, ...others] = lab.guests.items;
    if (first === undefined) throw new Error("the tidy lab has guests");
    const strayed = { ...lab, guests: { ...lab.guests, items: [{ ...first, node: "pve9" }, ...others] } };
    expect(check(strayed)).toContain('"pve9"');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test("what all guests share is said once", () => {
  const guests = writeDeclaration(tidyLab as LabInput, "").find(({ name }) => name === "guests.ts")?.text ?? "";
  expect(guests.match(/bootTime/g)).toHaveLength(1);
  expect(guests.match(/\.\.\.usualGuest/g)).toHaveLength(5);
});
