import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import { Pool, type PoolClient, type PoolConfig, types } from "pg";
import { StoreError, storeErrorOf } from "./store-error.ts";

const int8 = 20;

/** PostgreSQL's bigints are numbers here: what we count stays far below 2^53, and the parser would say so if not. */
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: "text" | "binary") => {
  if (oid !== int8 || format === "binary") return types.getTypeParser(oid, format);
  return (text: string) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw new Error(`${text} is past what a number holds`);
    return value;
  };
};

const opens = /^\s*(begin|start transaction)\b/i;
const closes = /^\s*(commit|rollback(?!\s+to))\b/i;
const commits = /^\s*commit\b/i;

/** A connection whose errors are those of the store, and know whether a change may have been made. */
class Connection implements PostgresPoolClient {
  readonly #client: PoolClient;
  #inTransaction = false;
  #isBroken = false;

  constructor(client: PoolClient) {
    this.#client = client;
  }

  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    asked: string | PostgresCursor<R>,
    values: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof asked !== "string") throw new Error("This store reads in pages, not with cursors.");
    return this.#ask(asked, values);
  }

  async #ask<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    const undecided = !this.#inTransaction || commits.test(text);
    if (opens.test(text)) this.#inTransaction = true;
    if (closes.test(text)) this.#inTransaction = false;
    try {
      // The driver's type says nothing of the kind of command, which Kysely reads of the same object.
      return (await this.#client.query(text, [...values])) as unknown as PostgresQueryResult<R>;
    } catch (error) {
      const told = storeErrorOf(error, undecided);
      if (told instanceof StoreError && (told.code === "store-lost" || told.code === "store-unreachable"))
        this.#isBroken = true;
      throw told;
    }
  }

  release(): void {
    // A transaction that was left open, or a connection whose end is not heard of yet, must not be the next one's.
    this.#client.release(this.#inTransaction || this.#isBroken);
  }
}

export class Connections implements PostgresPool {
  readonly #pool: Pool;
  /** What Kysely would open a connection of its own with, to cancel a query; we let it not. */
  readonly options = {};

  constructor(config: PoolConfig, onTrouble: (error: Error) => void) {
    this.#pool = new Pool({
      application_name: "orrery",
      connectionTimeoutMillis: 5000,
      keepAlive: true,
      // A server that hangs is a server that is gone.
      query_timeout: 120_000,
      max: 10,
      ...config,
      types: { getTypeParser },
      options: "-c search_path=orrery -c timezone=UTC",
    });
    // Of a connection that nobody uses: the pool drops it, and opens another when asked.
    this.#pool.on("error", onTrouble);
    // Of one in use: whoever uses it is told by its next statement. Without a listener Node would end the process.
    this.#pool.on("connect", (client) => client.on("error", () => undefined));
  }

  async connect(): Promise<Connection> {
    return new Connection(await this.client());
  }

  /** A connection as the driver gives it, for what Kysely has no words for. Release it. */
  async client(): Promise<PoolClient> {
    if (this.#pool.ended || this.#pool.ending)
      throw new StoreError("store-closed", "The store is closed.", "Nothing of this was stored.");
    return this.#pool.connect().catch((error: unknown) => {
      throw storeErrorOf(error, false);
    });
  }

  async end(): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end();
  }
}
