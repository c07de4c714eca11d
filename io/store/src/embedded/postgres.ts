import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { StoreError } from "../store-error.ts";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import type { Place } from "./place.ts";
import { isAlive, lookForPostmaster } from "./postmaster.ts";

const megabyte = 1024 * 1024;

/** For a lab's server on a machine that has other things to do. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  max_connections: "60",
  shared_buffers: "64MB",
  // Nobody replicates from it.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "256MB",
  min_wal_size: "32MB",
  wal_compression: "on",
  jit: "off",
  log_checkpoints: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: "%m [%p] ",
  // What a session did wrong is told to that session; the log is for the server itself.
  log_min_error_statement: "panic",
  log_min_messages: "log",
};
/** For data that nobody misses: it survives a crash of the server, and none of the machine. */
const fleeting = { fsync: "off", full_page_writes: "off" };

export const logTail = (place: Place): string => {
  if (!existsSync(place.log)) return "";
  return readFileSync(place.log, "utf8").slice(-4000).trim().split("\n").slice(-6).join("\n");
};

/** Starts the server and waits until it takes connections, or tells why it ended. */
export const startPostgres = async (
  place: Place,
  binaries: Binaries,
  { uid, gid }: Account,
  durable: boolean,
): Promise<ChildProcess> => {
  if (existsSync(place.log) && statSync(place.log).size > 5 * megabyte) renameSync(place.log, `${place.log}.1`);
  const log = openSync(place.log, "a", 0o600);
  const chosen = { ...settings, ...(durable ? {} : fleeting), unix_socket_directories: place.sockets };
  const ids = uid === undefined || gid === undefined ? {} : { uid, gid };
  const child = spawn(
    binaries.postgres,
    ["-D", place.data, ...Object.entries(chosen).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    {
      ...ids,
      cwd: "/",
      env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" },
      // An interrupt typed at us is not one for it: we end first, and then stop it.
      detached: true,
      stdio: ["ignore", log, log],
    },
  );
  closeSync(log);
  let ended: string | undefined;
  child.on("error", (error) => {
    ended = error.message;
  });
  child.on("exit", (status, signal) => {
    ended = `it ended with ${signal ?? `status ${status}`}`;
  });
  for (;;) {
    if (ended !== undefined) {
      const said = logTail(place);
      const full = /No space left on device|disk is full/i.test(said);
      throw new StoreError(
        full ? "store-disk-full" : "store-unreachable",
        full
          ? `The embedded PostgreSQL has no room left in ${place.folder}.`
          : `The embedded PostgreSQL did not start: ${ended}.`,
        full ? "Free space there; it is tried again." : `${place.log} says:\n${said}`,
      );
    }
    const found = lookForPostmaster(place.data);
    if (found.kind === "alive" && found.pid === child.pid && found.ready) break;
    await sleep(5);
  }
  child.unref();
  return child;
};

/** Ends the server: sessions are broken off, what was acknowledged is written. Waits until it is gone. */
export const stopPostgres = async (pid: number): Promise<void> => {
  const signal = (name: NodeJS.Signals) => {
    if (isAlive(pid)) process.kill(pid, name);
  };
  signal("SIGINT");
  const waited = performance.now();
  let pressed = false;
  while (isAlive(pid)) {
    // It recovers at the next start.
    if (!pressed && performance.now() - waited > 20_000) {
      signal("SIGQUIT");
      pressed = true;
    }
    await sleep(5);
  }
};
