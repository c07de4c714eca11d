import type { Port } from "@orrery/collect";
import { type Clock, PveError, type PveErrorKind } from "@orrery/contract";

/** A connection to a cluster. */
export type WatchedCluster = Port & { readonly close: () => Promise<void> };

/** A cluster that could not be reached is not connected to again sooner. */
const pauseMs = 5000;
/** Another certificate, or other secrets, may be right by now: they are read anew. */
const hopeless: ReadonlySet<PveErrorKind> = new Set<PveErrorKind>(["unauthenticated", "untrusted"]);

const asPveError = (error: unknown, path: string): PveError =>
  error instanceof PveError
    ? error
    : new PveError({
        kind: "unreachable",
        status: 0,
        reason: error instanceof Error ? error.message : String(error),
        method: "GET",
        path,
        cause: error,
      });

/** A cluster that is connected to when it is first asked something, and again where the connection is of no more use. */
export class Connected implements Port {
  readonly #connect: () => Promise<WatchedCluster>;
  readonly #clock: Clock;
  #held: Promise<WatchedCluster> | undefined;
  #failed: { readonly at: number; readonly error: PveError } | undefined;
  #isClosed = false;
  #version: Port["version"] = "9.2";

  constructor(connect: () => Promise<WatchedCluster>, clock: Clock) {
    this.#connect = connect;
    this.#clock = clock;
  }

  /** The release that was spoken last; the newest one before there was a connection. */
  get version(): Port["version"] {
    return this.#version;
  }

  /** Rejects with a `PveError`. */
  readonly request: Port["request"] = async (method, path, parameters, options) => {
    const pve = await this.port(path);
    try {
      return await pve.request(method, path, parameters, options);
    } catch (error) {
      if (error instanceof PveError && hopeless.has(error.kind)) this.drop(pve);
      throw error;
    }
  };

  /** The connection itself, for the release that it speaks. Rejects with a `PveError`. */
  async port(path = "/version"): Promise<WatchedCluster> {
    const failed = this.#failed;
    if (this.#isClosed)
      throw new PveError({ kind: "aborted", status: 0, reason: "the watch has ended", method: "GET", path });
    if (failed !== undefined && this.#clock.monotonic() - failed.at < pauseMs) throw failed.error;
    this.#held ??= this.#connect().then(
      (pve) => {
        this.#failed = undefined;
        this.#version = pve.version;
        return pve;
      },
      (error: unknown) => {
        this.#held = undefined;
        this.#failed = { at: this.#clock.monotonic(), error: asPveError(error, path) };
        throw this.#failed.error;
      },
    );
    return this.#held;
  }

  /** Asks no more over this connection; the next request makes another. */
  drop(pve: WatchedCluster): void {
    const held = this.#held;
    held?.then(
      (now) => {
        if (now !== pve || this.#held !== held) return;
        this.#held = undefined;
        void pve.close();
      },
      () => undefined,
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const pve = await this.#held?.catch(() => undefined);
    await pve?.close();
  }
}
