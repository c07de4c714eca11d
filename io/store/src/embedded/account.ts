import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { StoreError } from "../store-error.ts";

/** Whose the embedded server is. `uid` and `gid` are there when it is another than ours, which only root can arrange. */
export type Account = { readonly name: string; readonly uid?: number; readonly gid?: number };

const idOf = (flag: "-u" | "-g", name: string): number | undefined => {
  const { status, stdout } = spawnSync("id", [flag, name], { encoding: "utf8" });
  return status === 0 ? Number(stdout.trim()) : undefined;
};
const nameOf = (uid: number): string | undefined => {
  const { status, stdout } = spawnSync("id", ["-un", String(uid)], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
};

/** In this order: a made account is better than one that others use too. initdb wants one that has a name. */
const candidates = ["orrery", "postgres", "nobody"];

/**
 * PostgreSQL refuses to run as root. Whoever else we are, it runs as us. As root: the given account, the owner of the
 * data that is there, or the first of `orrery`, `postgres`, `nobody` that exists.
 */
export const accountFor = (data: string, given?: string): Account => {
  if (process.getuid?.() !== 0) return { name: userInfo().username };
  const owner = existsSync(data) ? nameOf(statSync(data).uid) : undefined;
  const names = given !== undefined ? [given] : owner !== undefined && owner !== "root" ? [owner] : candidates;
  for (const name of names) {
    const [uid, gid] = [idOf("-u", name), idOf("-g", name)];
    if (uid !== undefined && uid !== 0 && gid !== undefined) return { name, uid, gid };
  }
  throw new StoreError(
    "store-embedded",
    `PostgreSQL does not run as root, and there is no account to run it as: tried ${names.join(", ")}.`,
    "Make one with `useradd --system orrery`, run Orrery as another user, or set DATABASE_URL.",
  );
};
