import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { lockKey } from "../lock-key.ts";
import type { Store } from "../store.ts";
import { messageOf } from "../store-error.ts";

export type Leadership =
  /**
   * `term` counts the leaders of this cluster, and is greater than that of any before: what it is written with shows
   * whose it was. `lost` is aborted when this ends.
   */
  | { readonly kind: "leading"; readonly term: number; readonly lost: AbortSignal }
  | { readonly kind: "following" }
  /** The database cannot be asked: nobody is led meanwhile. */
  | { readonly kind: "cut off"; readonly why: string }
  | { readonly kind: "resigned" };

/** Milliseconds. A leader that was not seen for `stale` is put down; `look + stale` is the longest that nobody leads. */
export type Pace = { readonly look: number; readonly beat: number; readonly stale: number };
const usual: Pace = { look: 1000, beat: 1500, stale: 6000 };

export type LeaderOptions = {
  readonly onChange?: (leadership: Leadership) => void;
  /** What others read of who leads; the machine's name and our number unless told. */
  readonly who?: string;
  readonly pace?: Pace;
};

const run = `with won as (select pg_try_advisory_lock($2::bigint) as yes)
insert into leader (cluster, term, pid, who)
select $1, 1, pg_backend_pid(), $3 from won where yes
on conflict (cluster) do update
set term = leader.term + 1, pid = excluded.pid, who = excluded.who, since = clock_timestamp(), seen = clock_timestamp()
returning term::float8 as term`;

const beat = "update leader set seen = clock_timestamp() where cluster = $1 and term = $2";

/** A leader that hangs keeps its connection, and so its lock: its session is ended for it. */
const putDown = `select pg_terminate_backend(held.pid) from leader join pg_locks held on held.pid = leader.pid
where leader.cluster = $1 and leader.seen < clock_timestamp() - $3::float8 * interval '1 ms'
and held.locktype = 'advisory' and held.granted and held.database = (select oid from pg_database where datname = current_database())
and (held.classid::bigint << 32 | held.objid::bigint) = $2::bigint`;

/** One candidate for leading a cluster. It tries until it resigns. */
export class Leader {
  readonly #store: Pick<Store, "connection">;
  readonly #cluster: string;
  readonly #key: string;
  readonly #pace: Pace;
  readonly #who: string;
  readonly #onChange: (leadership: Leadership) => void;
  readonly #resigning = new AbortController();
  readonly #done: Promise<void>;
  #leadership: Leadership = { kind: "following" };
  #reign: AbortController | undefined;

  constructor(store: Pick<Store, "connection">, cluster: string, options: LeaderOptions) {
    this.#store = store;
    this.#cluster = cluster;
    this.#key = lockKey(`leader of ${cluster}`);
    this.#pace = options.pace ?? usual;
    this.#who = options.who ?? `${hostname()}:${process.pid}`;
    this.#onChange = options.onChange ?? (() => undefined);
    this.#done = this.#stand();
  }

  get leadership(): Leadership {
    return this.#leadership;
  }

  /** Lets go at once, so that another need not wait. */
  async resign(): Promise<void> {
    this.#resigning.abort();
    await this.#done;
  }

  #become(leadership: Leadership): void {
    this.#leadership = leadership;
    if (leadership.kind !== "leading") {
      this.#reign?.abort();
      this.#reign = undefined;
    }
    this.#onChange(leadership);
  }

  async #stand(): Promise<void> {
    while (!this.#resigning.signal.aborted) {
      const { beat: pause, stale } = this.#pace;
      const client = new Client({
        ...this.#store.connection,
        application_name: `orrery leader of ${this.#cluster}`.slice(0, 63),
        options: "-c search_path=orrery",
        keepAlive: true,
        connectionTimeoutMillis: stale,
        // We must know that we lead no more before another does.
        query_timeout: Math.max(stale - pause * 2, pause),
      });
      const broken = new AbortController();
      client.on("error", () => broken.abort());
      client.on("end", () => broken.abort());
      let why = "its connection broke";
      try {
        await client.connect();
        await this.#session(client, AbortSignal.any([broken.signal, this.#resigning.signal]));
      } catch (error) {
        why = messageOf(error);
      }
      // A server that hangs would never answer our farewell.
      client.removeAllListeners("end");
      const ended = client.end().catch(() => undefined);
      await Promise.race([ended, sleep(pause, undefined, { ref: false })]);
      if (this.#resigning.signal.aborted) break;
      this.#become({ kind: "cut off", why });
      await this.#wait(this.#pace.look, this.#resigning.signal);
    }
    this.#become({ kind: "resigned" });
  }

  async #wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
  }

  /** As long as the connection lives: follows until the lock is had, then leads. Throws when the connection breaks. */
  async #session(client: Client, over: AbortSignal): Promise<void> {
    let term: number | undefined;
    while (!over.aborted) {
      if (term !== undefined) {
        const { rowCount } = await client.query(beat, [this.#cluster, term]);
        if (rowCount !== 1) throw new Error("another leads with a later term");
        await this.#wait(this.#pace.beat, over);
        continue;
      }
      const { rows } = await client.query<{ term: number }>(run, [this.#cluster, this.#key, this.#who]);
      const [won] = rows;
      if (won !== undefined) {
        term = won.term;
        this.#reign = new AbortController();
        this.#become({ kind: "leading", term, lost: this.#reign.signal });
        continue;
      }
      if (this.#leadership.kind !== "following") this.#become({ kind: "following" });
      await client.query(putDown, [this.#cluster, this.#key, this.#pace.stale]);
      await this.#wait(this.#pace.look, over);
    }
  }
}

/**
 * Stands for the leadership of a cluster. One leads as long as its connection lives; when its process is killed another
 * takes over within seconds, and when it hangs or is cut off, within `stale` and a look.
 */
export const leaderOf = (store: Pick<Store, "connection">, cluster: string, options: LeaderOptions = {}): Leader =>
  new Leader(store, cluster, options);
