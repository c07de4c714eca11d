import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What `postmaster.pid` in a data folder says of the server that runs on it. */
export type Postmaster =
  | { readonly kind: "none" }
  | { readonly kind: "alive"; readonly pid: number; readonly ready: boolean }
  /** Its process is gone, or its number is another program's now. */
  | { readonly kind: "stale"; readonly taken: boolean };

const fileOf = (data: string): string => join(data, "postmaster.pid");

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

/** Its words, apart by blanks. A container may have no `ps`, macOS has no `/proc`. */
const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return spawnSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? "";
  }
};

export const lookForPostmaster = (data: string): Postmaster => {
  let lines: string[];
  try {
    lines = readFileSync(fileOf(data), "utf8").split("\n");
  } catch {
    return { kind: "none" };
  }
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isAlive(pid)) return { kind: "stale", taken: false };
  if (!commandOf(pid).includes(`-D ${data}`)) return { kind: "stale", taken: true };
  return { kind: "alive", pid, ready: lines[7]?.trim() === "ready" };
};

/**
 * Lets a server start over a file whose number another program has now. PostgreSQL takes its parent's number for a
 * stale one (`CreateLockFile` in miscinit.c), and still reads the shared memory key that guards against survivors.
 */
export const disownPostmasterFile = (data: string): void => {
  const text = readFileSync(fileOf(data), "utf8");
  writeFileSync(fileOf(data), text.replace(/^.*/, String(process.pid)));
};
