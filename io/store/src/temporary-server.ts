import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { placeIn } from "./embedded/place.ts";
import { stopPostgres } from "./embedded/postgres.ts";
import { isAlive, lookForPostmaster } from "./embedded/postmaster.ts";
import { EmbeddedServer } from "./embedded/supervisor.ts";
import { openDatabase, type Store, type StoreOptions } from "./store.ts";

/** A server whose data nobody misses, gone when it stops: for tests and shows. */
export type TemporaryServer = {
  /** A store of its own, migrated and empty: a copy of a pattern, made in a fraction of a second. */
  store(options?: StoreOptions): Promise<Store>;
  stop(): Promise<void>;
};

/** Those whose process was killed before it could stop them. */
const sweep = async (): Promise<void> => {
  for (const name of readdirSync(tmpdir())) {
    const owner = /^orrery-store-(\d+)-/.exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    const home = join(tmpdir(), name);
    const left = lookForPostmaster(placeIn(home).data);
    if (left.kind === "alive") await stopPostgres(left.pid);
    rmSync(home, { recursive: true, force: true });
  }
};

export const startTemporaryServer = async (): Promise<TemporaryServer> => {
  await sweep();
  const home = mkdtempSync(join(tmpdir(), `orrery-store-${process.pid}-`));
  // The account that the server runs as must get through; what lies below is its own.
  chmodSync(home, 0o755);
  const server = await EmbeddedServer.start({ home, durable: false });
  const stop = async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await server.ensureDatabase("pattern");
    await (await openDatabase({ ...server.address, database: "pattern" }, {}, undefined)).close();
  } catch (error) {
    await stop();
    throw error;
  }
  let count = 0;
  return {
    store: async (options = {}) => {
      count += 1;
      const database = `store_${count}`;
      await server.ensureDatabase(database, "pattern");
      return openDatabase({ ...server.address, database }, options, undefined);
    },
    stop,
  };
};
