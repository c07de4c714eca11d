import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Ran = { readonly status: number | null; readonly output: string };

/** Runs a program over files in a folder of its own, which is gone afterwards. */
export const overFiles = (files: Readonly<Record<string, string>>, program: string, args: readonly string[]): Ran => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-alerting-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
    if (error !== undefined) throw error;
    return { status, output: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
