import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export const repository = join(import.meta.dirname, "../../..");
export const main = join(import.meta.dirname, "main.mjs");

/** Tests leave the caches of whoever runs them alone. */
const cache = join(repository, "node_modules/.cache");

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

/** Runs the real command in a process of its own, from the repository's folder unless told otherwise, without colour. */
export const orrery = (
  args: readonly string[],
  { cwd = repository, env = {} }: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const { FORCE_COLOR: _forced, NO_COLOR: _no, COLUMNS: _columns, ...inherited } = process.env;
    const child = spawn(process.execPath, [main, ...args], {
      cwd,
      env: { ...inherited, XDG_CACHE_HOME: cache, ...env },
      stdio: "pipe",
    });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (chunk) => (out += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk) => (err += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });

/** A folder for the length of one test, with files in it. */
export const folderWith = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
};

/** The example lab with something more in its declaration, in a folder of its own. */
export const labWith = (more: string): string => {
  const folder = folderWith({});
  cpSync(join(repository, "examples/astronomy-lab"), folder, { recursive: true });
  const config = 'import lab from "./lab.ts";\nexport default {\n  ...lab,\n';
  cpSync(join(folder, "orrery.config.ts"), join(folder, "lab.ts"));
  writeFileSync(join(folder, "orrery.config.ts"), `${config}${more}\n};\n`);
  return folder;
};
