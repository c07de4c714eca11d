import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { type Place, sourceFile } from "./place.ts";

/** Writes files into a new folder for the length of one test. */
export const onDisk = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-declaration-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
};

/** Where a snippet first stands in a file. */
export const placeOf = (folder: string, name: string, snippet: string): Place => {
  const file = join(folder, name);
  const text = readFileSync(file, "utf8");
  const at = text.indexOf(snippet);
  if (at === -1) throw new Error(`${name} does not hold ${snippet}`);
  return sourceFile(file, text).placeOf(at);
};
