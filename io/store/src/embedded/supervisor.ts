import { setTimeout as sleep } from "node:timers/promises";
import { Client, DatabaseError } from "pg";
import { lockKey } from "../lock-key.ts";
import { messageOf, StoreError } from "../store-error.ts";
import { type Account, accountFor } from "./account.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import { ensureCluster, type Marker } from "./cluster.ts";
import { type Place, placeIn, prepare } from "./place.ts";
import { logTail, startPostgres, stopPostgres } from "./postgres.ts";
import { disownPostmasterFile, isAlive, lookForPostmaster } from "./postmaster.ts";

export type EmbeddedState =
  /** `owner` stops it in the end; a `guest` uses a server that another process of ours looks after. */
  | {
      readonly kind: "running";
      readonly pid: number;
      readonly came: "started" | "adopted";
      readonly role: "owner" | "guest";
    }
  /** It ended by itself, and is tried again. */
  | { readonly kind: "down"; readonly why: string; readonly attempts: number }
  | { readonly kind: "stopped" };

export type EmbeddedOptions = {
  /** `ORRERY_HOME`: an absolute folder. */
  readonly home: string;
  /** Whom the server runs as when we are root. */
  readonly user?: string;
  /** Writes survive a loss of power. Only data that nobody misses does without. */
  readonly durable?: boolean;
  readonly onChange?: (state: EmbeddedState) => void;
};

/** Where a client finds the server: a folder of sockets, for `pg`'s `host`. */
export type SocketAddress = { readonly host: string; readonly port: number; readonly user: string };

const ownership = lockKey("embedded server");
const firstPause = 100;
const longestPause = 10_000;
const lookAgain = 1000;
/** How long a killed process's session may take to end, milliseconds. */
const lastBreath = 300;

type Watch = { readonly client: Client; owner: boolean };

/** Starts, adopts, watches and stops the PostgreSQL of one `ORRERY_HOME`. */
export class EmbeddedServer {
  readonly address: SocketAddress;
  readonly #place: Place;
  readonly #binaries: Binaries;
  readonly #account: Account;
  readonly #marker: Marker;
  readonly #durable: boolean;
  readonly #onChange: (state: EmbeddedState) => void;
  #state: EmbeddedState = { kind: "stopped" };
  #watch: Watch | undefined;
  readonly #stopping = new AbortController();
  #reviving: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  private constructor(place: Place, binaries: Binaries, account: Account, marker: Marker, options: EmbeddedOptions) {
    this.address = { host: place.sockets, port: 5432, user: "orrery" };
    this.#place = place;
    this.#binaries = binaries;
    this.#account = account;
    this.#marker = marker;
    this.#durable = options.durable ?? true;
    this.#onChange = options.onChange ?? (() => undefined);
  }

  /** Makes the data where there is none; then adopts the server that runs on it, or starts one. */
  static async start(options: EmbeddedOptions): Promise<EmbeddedServer> {
    const place = placeIn(options.home);
    const account = accountFor(place.data, options.user);
    prepare(place, account);
    const binaries = findBinaries(account, place.folder);
    const marker = await ensureCluster(place, binaries, account, options.durable ?? true);
    const server = new EmbeddedServer(place, binaries, account, marker, options);
    await server.#bringUp();
    return server;
  }

  get state(): EmbeddedState {
    return this.#state;
  }

  /** Makes a database of that name where there is none, as a copy of the template where one is given. */
  async ensureDatabase(name: string, template?: string): Promise<void> {
    const client = this.#watch?.client;
    if (client === undefined)
      throw new StoreError("store-unreachable", "The embedded PostgreSQL is down.", "It is started again; try then.");
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [name]);
    if (rowCount !== 0) return;
    const from = template === undefined ? "" : ` template ${client.escapeIdentifier(template)}`;
    await client.query(`create database ${client.escapeIdentifier(name)}${from}`).catch((error: unknown) => {
      // 42P04: another process of ours was quicker.
      if (!(error instanceof DatabaseError && error.code === "42P04")) throw error;
    });
  }

  /** Stops the server if it is ours to stop and no other process of ours uses it; else only lets go of it. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#timer);
    await this.#reviving;
    const watch = this.#watch;
    this.#watch = undefined;
    const state = this.#state;
    if (watch !== undefined && state.kind === "running") {
      const ours = await this.#isLastOwner(watch);
      await watch.client.end().catch(() => undefined);
      if (ours) await stopPostgres(state.pid);
    }
    this.#become({ kind: "stopped" });
  }

  #become(state: EmbeddedState): void {
    this.#state = state;
    this.#onChange(state);
  }

  /** Whether the server is ours to stop: no other process of ours lives that owns or uses it. */
  async #isLastOwner({ client, owner }: Watch): Promise<boolean> {
    const began = performance.now();
    try {
      for (;;) {
        const { rows } = await client.query<{ owner: boolean; others: boolean }>(
          `select ${owner} or pg_try_advisory_lock($1::bigint) as owner, exists (
             select from pg_stat_activity where application_name = 'orrery supervisor' and pid <> pg_backend_pid()
           ) as others`,
          [ownership],
        );
        if (rows[0]?.owner === true && !rows[0].others) return true;
        if (performance.now() - began > lastBreath) return false;
        await sleep(20);
      }
    } catch {
      // It is going down already.
      return owner;
    }
  }

  /** One try. What ended the last server may hold its shared memory for a moment: whoever calls tries again. */
  async #bringUp(): Promise<void> {
    const found = lookForPostmaster(this.#place.data);
    if (found.kind === "alive") return this.#take(found.pid, "adopted");
    if (found.kind === "stale" && found.taken) disownPostmasterFile(this.#place.data);
    try {
      const child = await startPostgres(this.#place, this.#binaries, this.#account, this.#durable);
      if (child.pid === undefined) throw new Error("a process without a number");
      await this.#take(child.pid, "started");
    } catch (error) {
      // Another process of ours was quicker.
      const other = lookForPostmaster(this.#place.data);
      if (other.kind !== "alive") throw error;
      await this.#take(other.pid, "adopted");
    }
  }

  async #take(pid: number, came: "started" | "adopted"): Promise<void> {
    const client = await this.#connect(pid);
    const { rows } = await client.query<{ id: string; owner: boolean }>(
      "select system_identifier::text as id, pg_try_advisory_lock($1::bigint) as owner from pg_control_system()",
      [ownership],
    );
    const [row] = rows;
    if (row?.id !== this.#marker.identifier) {
      await client.end();
      throw new StoreError(
        "store-embedded",
        `The server with number ${pid} on ${this.#place.data} has other data (${row?.id}).`,
        "It is left alone. Stop it, or choose another ORRERY_HOME.",
      );
    }
    const watch: Watch = { client, owner: row.owner };
    this.#watch = watch;
    const gone = () => {
      if (this.#watch !== watch || this.#stopping.signal.aborted) return;
      this.#watch = undefined;
      clearInterval(this.#timer);
      this.#reviving = this.#revive(`its connection to ${pid} broke`);
    };
    client.on("error", gone);
    client.on("end", gone);
    this.#become({ kind: "running", pid, came, role: row.owner ? "owner" : "guest" });
    if (!row.owner) this.#inherit(watch, pid, came);
  }

  /** Whoever owned the server may be killed: then it is ours to look after. */
  #inherit(watch: Watch, pid: number, came: "started" | "adopted"): void {
    this.#timer = setInterval(() => {
      watch.client.query<{ owner: boolean }>("select pg_try_advisory_lock($1::bigint) as owner", [ownership]).then(
        ({ rows }) => {
          if (rows[0]?.owner !== true || this.#watch !== watch) return;
          clearInterval(this.#timer);
          watch.owner = true;
          this.#become({ kind: "running", pid, came, role: "owner" });
        },
        // A broken connection is told by its own event.
        () => undefined,
      );
    }, lookAgain);
    this.#timer.unref();
  }

  /** It may still be starting, or recovering from a crash. */
  async #connect(pid: number): Promise<Client> {
    const began = performance.now();
    for (;;) {
      const client = new Client({ ...this.address, database: "postgres", application_name: "orrery supervisor" });
      try {
        await client.connect();
        return client;
      } catch (error) {
        client.end().catch(() => undefined);
        const waited = performance.now() - began;
        if (isAlive(pid) && waited < 60_000 && !this.#stopping.signal.aborted) await sleep(20);
        else
          throw new StoreError(
            "store-unreachable",
            `The embedded PostgreSQL with number ${pid} does not answer: ${messageOf(error)}.`,
            `${this.#place.log} says:\n${logTail(this.#place)}`,
            { cause: error },
          );
      }
    }
  }

  async #revive(first: string): Promise<void> {
    let why = first;
    for (let attempts = 0; !this.#stopping.signal.aborted; attempts += 1) {
      this.#become({ kind: "down", why, attempts });
      try {
        await this.#bringUp();
        return;
      } catch (error) {
        why = messageOf(error);
      }
      const pause = Math.min(firstPause * 2 ** attempts, longestPause);
      await sleep(pause, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }
}
