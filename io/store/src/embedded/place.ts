import { createHash } from "node:crypto";
import { chmodSync, chownSync, lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { StoreError } from "../store-error.ts";
import type { Account } from "./account.ts";

/** Where the embedded server keeps what: everything below `ORRERY_HOME`, but a socket whose path would be too long. */
export type Place = {
  readonly folder: string;
  readonly data: string;
  readonly sockets: string;
  readonly log: string;
  /** Says which cluster of data this is and what made it. */
  readonly marker: string;
};

/** macOS has 104 bytes for the path of a socket, Linux 108. */
const longest = 103 - "/.s.PGSQL.5432".length;

export const placeIn = (home: string): Place => {
  const folder = join(home, "postgres");
  const near = join(folder, "socket");
  const far = join("/tmp", `orrery-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`);
  return {
    folder,
    data: join(folder, "data"),
    sockets: Buffer.byteLength(near) <= longest ? near : far,
    log: join(folder, "postgres.log"),
    marker: join(folder, "cluster.json"),
  };
};

/** Makes a folder that only the account may enter, or makes sure that it is one. */
const own = (path: string, { uid, gid, name }: Account): void => {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  const wanted = uid ?? process.getuid?.();
  if (!found.isDirectory() || (found.uid !== wanted && found.uid !== process.getuid?.()))
    throw new StoreError("store-embedded", `${path} is not a folder of ${name}.`, `Remove it, or give it to ${name}.`);
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
  chmodSync(path, 0o700);
};

export const prepare = (place: Place, account: Account): void => {
  mkdirSync(join(place.folder, ".."), { recursive: true });
  own(place.folder, account);
  own(place.sockets, account);
};
