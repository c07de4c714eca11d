import { spawn } from "node:child_process";
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { StoreError } from "../store-error.ts";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import type { Place } from "./place.ts";

/** What the marker beside the data says. */
export type Marker = {
  readonly format: 1;
  /** PostgreSQL's major version, which the files belong to. */
  readonly major: number;
  /** PostgreSQL's own name for this cluster of data, in decimal. */
  readonly identifier: string;
};

const run = (command: string, args: readonly string[], { uid, gid }: Account): Promise<void> =>
  new Promise((resolve, reject) => {
    const ids = uid === undefined || gid === undefined ? {} : { uid, gid };
    const child = spawn(command, args, {
      ...ids,
      cwd: "/",
      env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += String(chunk);
    });
    child.on("error", reject);
    child.on("close", (status) => (status === 0 ? resolve() : reject(new Error(said.trim() || `status ${status}`))));
  });

/** `pg_control` begins with the identifier of the cluster of data, in the machine's byte order: little-endian here. */
const identifierOf = (data: string): string =>
  readFileSync(join(data, "global", "pg_control"))
    .readBigUInt64LE(0)
    .toString();

const readMarker = (place: Place): Marker | undefined => {
  if (!existsSync(place.marker)) return undefined;
  const { major, identifier }: Marker = JSON.parse(readFileSync(place.marker, "utf8"));
  return { format: 1, major, identifier };
};

/** Makes the cluster of data, once: beside its place, then moved there whole, so that a kill leaves no half of one. */
const make = async (place: Place, binaries: Binaries, account: Account, durable: boolean): Promise<void> => {
  const half = `${place.data}.${process.pid}`;
  rmSync(half, { recursive: true, force: true });
  const words =
    "--username=orrery --auth-local=trust --auth-host=reject --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8";
  try {
    await run(binaries.initdb, ["-D", half, ...words.split(" "), ...(durable ? [] : ["--no-sync"])], account);
    renameSync(half, place.data);
  } catch (cause) {
    rmSync(half, { recursive: true, force: true });
    // Another that started at the same time was first.
    if (existsSync(join(place.data, "PG_VERSION"))) return;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError(
      "store-embedded",
      `initdb could not make ${place.data} as ${account.name}: ${why}.`,
      `${account.name} must be able to enter ${dirname(place.folder)} and to write ${place.folder}. As root, a folder like /var/lib/orrery serves.`,
      { cause },
    );
  }
};

/** The cluster of data at its place, made where there is none. Refuses one of another major version, or not the one marked. */
export const ensureCluster = async (
  place: Place,
  binaries: Binaries,
  account: Account,
  durable: boolean,
): Promise<Marker> => {
  const version = join(place.data, "PG_VERSION");
  if (!existsSync(version)) await make(place, binaries, account, durable);
  const major = Number.parseInt(readFileSync(version, "utf8"), 10);
  if (major !== binaries.major)
    throw new StoreError(
      "store-embedded",
      `${place.data} was made by PostgreSQL ${major}, and this is ${binaries.major}.`,
      "Back it up with the Orrery that made it, move the folder away, and restore.",
    );
  const identifier = identifierOf(place.data);
  const marked = readMarker(place);
  if (marked !== undefined && marked.identifier !== identifier)
    throw new StoreError(
      "store-embedded",
      `${place.data} is not the data that ${place.marker} tells of (${identifier}, not ${marked.identifier}).`,
      "Put the right folder back, or remove the marker when the exchange was meant.",
    );
  const marker: Marker = { format: 1, major, identifier };
  if (marked === undefined) {
    writeFileSync(place.marker, `${JSON.stringify(marker)}\n`, { mode: 0o600 });
    if (account.uid !== undefined && account.gid !== undefined) chownSync(place.marker, account.uid, account.gid);
  }
  return marker;
};
