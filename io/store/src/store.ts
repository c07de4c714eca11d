import { existsSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { Kysely, PostgresDialect } from "kysely";
import type { PoolClient, PoolConfig } from "pg";
import { Connections } from "./connections.ts";
import { placeIn } from "./embedded/place.ts";
import { EmbeddedServer, type EmbeddedState } from "./embedded/supervisor.ts";
import { migrations } from "./migrations/all.ts";
import { migrate } from "./migrations/migrate.ts";
import { StoreError, storeErrorOf } from "./store-error.ts";
import type { Tables } from "./tables.ts";

/** Where the store is: a server of our own below `home`, or any PostgreSQL >= 15 by its URL. */
export type StorePlace =
  | { readonly kind: "embedded"; readonly home: string; readonly user?: string }
  | { readonly kind: "server"; readonly url: string };

/** What of the environment says where the store is. Root's own home is closed to the account its server runs as. */
export const storePlaceOf = (env: NodeJS.ProcessEnv, isRoot = process.getuid?.() === 0): StorePlace => {
  if (env.DATABASE_URL !== undefined && env.DATABASE_URL !== "") return { kind: "server", url: env.DATABASE_URL };
  if (env.ORRERY_HOME !== undefined && env.ORRERY_HOME !== "")
    return { kind: "embedded", home: resolve(env.ORRERY_HOME) };
  const xdg = env.XDG_DATA_HOME;
  if (xdg !== undefined && isAbsolute(xdg)) return { kind: "embedded", home: join(xdg, "orrery") };
  if (isRoot) return { kind: "embedded", home: "/var/lib/orrery" };
  return { kind: "embedded", home: join(env.HOME ?? "/", ".local", "share", "orrery") };
};

/** Whether something was kept there before; of a server by URL only opening it tells. */
export const isStoreThere = (place: StorePlace): boolean =>
  place.kind === "server" || existsSync(placeIn(place.home).marker);

export type StoreOptions = {
  /** Idle connections that broke: worth a line in the log, no more. */
  readonly onTrouble?: (error: Error) => void;
  readonly onEmbedded?: (state: EmbeddedState) => void;
  readonly maxConnections?: number;
};

/** A migrated database. Its errors are `StoreError` where an operator can do something about them. */
export type Store = {
  readonly db: Kysely<Tables>;
  /** What `pg` needs for one more connection: locks that live as long as one, or another package's pool. */
  readonly connection: PoolConfig;
  /** The migrations that opening it applied. */
  readonly migrated: readonly string[];
  /** A connection as the driver gives it, for COPY. Release it. */
  client(): Promise<PoolClient>;
  /** Of the embedded server; undefined with a server by URL. */
  embedded(): EmbeddedState | undefined;
  close(): Promise<void>;
};

const check = async (client: PoolClient): Promise<void> => {
  const { rows } = await client.query<{ version: number; shown: string; encoding: string }>(
    "select current_setting('server_version_num')::int as version, current_setting('server_version') as shown, current_setting('server_encoding') as encoding",
  );
  const [row] = rows;
  if (row === undefined || row.version < 150_000)
    throw new StoreError("store-unfit", `The server is PostgreSQL ${row?.shown}.`, "Orrery needs 15 or newer.");
  if (row.encoding !== "UTF8")
    throw new StoreError(
      "store-unfit",
      `The database has the encoding ${row.encoding}.`,
      "Make one with `create database orrery encoding 'UTF8' template template0`.",
    );
};

/** Opens a database that is there: checks that it is fit, and migrates it. */
export const openDatabase = async (
  connection: PoolConfig,
  options: StoreOptions,
  server: Pick<EmbeddedServer, "state" | "stop"> | undefined,
): Promise<Store> => {
  const connections = new Connections(
    { ...connection, ...(options.maxConnections === undefined ? {} : { max: options.maxConnections }) },
    options.onTrouble ?? (() => undefined),
  );
  try {
    const client = await connections.client();
    let migrated: string[];
    try {
      await check(client);
      migrated = await migrate(client, migrations);
    } finally {
      client.release();
    }
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: connections }) });
    return {
      db,
      connection,
      migrated,
      client: () => connections.client(),
      embedded: () => server?.state,
      close: async () => {
        await connections.end();
        await server?.stop();
      },
    };
  } catch (error) {
    await connections.end();
    throw storeErrorOf(error, false);
  }
};

/** Opens the store: starts or adopts the embedded server where it is that, checks, migrates. */
export const openStore = async (place: StorePlace, options: StoreOptions = {}): Promise<Store> => {
  if (place.kind === "server") return openDatabase({ connectionString: place.url }, options, undefined);
  const server = await EmbeddedServer.start({
    home: place.home,
    ...(place.user === undefined ? {} : { user: place.user }),
    ...(options.onEmbedded === undefined ? {} : { onChange: options.onEmbedded }),
  });
  try {
    await server.ensureDatabase("orrery");
    return await openDatabase({ ...server.address, database: "orrery" }, options, server);
  } catch (error) {
    await server.stop();
    throw error;
  }
};
