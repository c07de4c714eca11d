import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { Client } from "pg";
import type { Store } from "../store.ts";

/** What the leader of a cluster saw last, as it packed it. */
export type LastLook = {
  readonly cluster: string;
  /** The term of the leader whose it is. */
  readonly term: number;
  /** Milliseconds since 1970, by the leader's clock. */
  readonly at: number;
  readonly data: Uint8Array;
};

type Listener = (look: LastLook) => void;

/** Milliseconds. */
type FollowPace = { readonly look: number; readonly retry: number };
const usual: FollowPace = { look: 5000, retry: 500 };

const channel = "orrery_last_look";

/** The last look at each cluster, shared by the servers of a database. It is no record: a crash of PostgreSQL loses it. */
export class LastLooks {
  readonly #store: Pick<Store, "db" | "connection">;
  readonly #pace: FollowPace;
  readonly #listeners = new Map<string, Set<Listener>>();
  /** What was told last, by cluster: a look is told once. */
  readonly #told = new Map<string, string>();
  readonly #closing = new AbortController();
  #following: Promise<void> | undefined;
  #telling: Promise<void> = Promise.resolve();

  constructor(store: Pick<Store, "db" | "connection">, pace: FollowPace = usual) {
    this.#store = store;
    this.#pace = pace;
  }

  /** Keeps a look in the place of the one before. False where a later leader has put one: then nothing is kept. */
  async put({ cluster, term, at, data }: LastLook): Promise<boolean> {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const { rows } = await sql`
      with put as (
        insert into last_look (cluster, term, at, data) values (${cluster}, ${term}, ${new Date(at)}, ${bytes})
        on conflict (cluster) do update set term = excluded.term, at = excluded.at, data = excluded.data
        where last_look.term <= excluded.term returning cluster
      ) select pg_notify(${channel}, cluster) from put`.execute(this.#store.db);
    return rows.length > 0;
  }

  async get(cluster: string): Promise<LastLook | undefined> {
    const row = await this.#store.db
      .selectFrom("last_look")
      .selectAll()
      .where("cluster", "=", cluster)
      .executeTakeFirst();
    return row === undefined ? undefined : { ...row, at: row.at.getTime() };
  }

  /**
   * Tells of the look that is there, and of each that is put, by whichever server; of several at once the last. While
   * the database is away nothing is told, and then what came meanwhile. Gives what ends it.
   */
  follow(cluster: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(cluster) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(cluster, listeners);
    // Whoever comes later is told what the others know already.
    this.#told.delete(cluster);
    if (this.#following === undefined) this.#following = this.#follow();
    else void this.#tell(cluster).catch(() => undefined);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(cluster);
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#following;
  }

  /** One after the other: what was read later is told later. */
  #tell(cluster: string): Promise<void> {
    const told = this.#telling.then(() => this.#tellNext(cluster));
    this.#telling = told.catch(() => undefined);
    return told;
  }

  async #tellNext(cluster: string): Promise<void> {
    const look = await this.get(cluster);
    const listeners = this.#listeners.get(cluster);
    if (look === undefined || listeners === undefined || this.#closing.signal.aborted) return;
    const name = `${look.term} ${look.at}`;
    if (this.#told.get(cluster) === name) return;
    this.#told.set(cluster, name);
    for (const listener of listeners) listener(look);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const client = new Client({
        ...this.#store.connection,
        application_name: "orrery last look",
        options: "-c search_path=orrery",
        keepAlive: true,
        connectionTimeoutMillis: this.#pace.look,
        query_timeout: this.#pace.look,
      });
      const broken = new AbortController();
      client.on("error", () => broken.abort());
      client.on("end", () => broken.abort());
      client.on("notification", ({ payload }) => {
        // What cannot be read now is read at the next look round.
        if (payload !== undefined) void this.#tell(payload).catch(() => undefined);
      });
      try {
        await client.connect();
        await client.query(`listen ${channel}`);
        await this.#lookRound(client, AbortSignal.any([signal, broken.signal]));
      } catch {
        // It is tried again, for as long as somebody follows.
      }
      client.removeAllListeners("end");
      const ended = client.end().catch(() => undefined);
      await Promise.race([ended, sleep(this.#pace.retry, undefined, { ref: false })]);
      await sleep(this.#pace.retry, undefined, { signal }).catch(() => undefined);
    }
  }

  /** A connection that hangs tells nothing: now and then it is asked. */
  async #lookRound(client: Client, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await client.query("select");
      for (const cluster of this.#listeners.keys()) await this.#tell(cluster);
      await sleep(this.#pace.look, undefined, { signal: over }).catch(() => undefined);
    }
  }
}
