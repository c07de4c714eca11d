/**
 * Brings a fresh clone to where the commands can run. Node 20 must be able to read this file: it runs before
 * the project's own Node is there.
 */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { bin, root } from "./root.mjs";

const installed = () => {
  const mark = join(root, "node_modules", ".package-lock.json");
  return existsSync(mark) && statSync(mark).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs;
};

/** Installs the locked packages where they are missing or older than the lock file. Exits with the remedy where that fails. */
export const setUp = () => {
  if (installed()) return;
  process.stderr.write("Installing the locked packages (npm ci); the first time takes a minute.\n");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (status === 0 && existsSync(bin("node"))) return;
  process.stderr.write(
    "Could not install the packages. Run `npm ci` in this folder and read what it says; Node >= 20 and npm >= 10 are needed.\n",
  );
  process.exit(1);
};
