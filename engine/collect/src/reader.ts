import {
  type Abort,
  type Clock,
  type ParameterValue,
  type Proxmox,
  PveError,
  type PveErrorKind,
  type PveVersion,
} from "@orrery/contract";
import { type Observed, observed, unreachable } from "@orrery/state";

/** As much of the port as reading needs; any version's will do. */
export type Port = Pick<Proxmox<PveVersion>, "version" | "request">;

export type ReaderOptions = {
  /** Stops the reading; it then rejects. */
  readonly signal?: Abort | undefined;
  /** Milliseconds for one request. Default 20,000. */
  readonly withinMs?: number | undefined;
  /** Requests under way at a time. Default 8. */
  readonly atOnce?: number | undefined;
};

/** An answer that is not what the contract says it is. */
export class Garbled extends Error {
  override readonly name = "Garbled";
}

type Parameters = Readonly<Record<string, ParameterValue>>;
export type Answer = { readonly data: unknown; readonly changes: string | undefined };

const stands = (error: unknown): error is PveError | Garbled =>
  error instanceof Garbled || (error instanceof PveError && error.kind !== "aborted");

/** Asks a cluster, a few questions at a time; a node that does not answer the first is not asked the rest. */
export class Reader {
  readonly version: PveVersion;
  readonly #pve: Port;
  readonly #clock: Clock;
  readonly #options: ReaderOptions;
  readonly #waiting: (() => void)[] = [];
  readonly #first = new Map<string, Promise<void>>();
  readonly #lost = new Map<string, PveError>();
  #free: number;
  #asked = 0;

  constructor(pve: Port, clock: Clock, options: ReaderOptions) {
    this.version = pve.version;
    this.#pve = pve;
    this.#clock = clock;
    this.#options = options;
    this.#free = Math.max(1, options.atOnce ?? 8);
  }

  /** How many requests went out. */
  get asked(): number {
    return this.#asked;
  }

  now(): number {
    return this.#clock.now();
  }

  /** The data of a GET. Rejects with a `PveError`. */
  async ask(path: string, parameters: Parameters = {}): Promise<unknown> {
    return (await this.answer(path, parameters)).data;
  }

  /** The data of a GET with what stands beside it. */
  async answer(path: string, parameters: Parameters = {}): Promise<Answer> {
    const node = path.startsWith("/nodes/{node}") ? String(parameters.node) : undefined;
    if (node === undefined) return this.#send(path, parameters);
    const first = this.#first.get(node);
    if (first !== undefined) {
      await first;
      const lost = this.#lost.get(node);
      if (lost !== undefined) throw lost;
      return this.#send(path, parameters, node);
    }
    const sent = this.#send(path, parameters, node, true);
    this.#first.set(
      node,
      sent.then(
        () => undefined,
        () => undefined,
      ),
    );
    return sent;
  }

  /** What was read, or why it could not be. Rejects where the reading was stopped, or what happened is `fatal`. */
  async part<T>(read: () => Promise<T>, fatal?: ReadonlySet<PveErrorKind>): Promise<Observed<T>> {
    const at = this.now();
    try {
      return observed(at, await read());
    } catch (error) {
      if (!stands(error) || (error instanceof PveError && fatal?.has(error.kind) === true)) throw error;
      return unreachable(at, error instanceof PveError ? error.reason : error.message);
    }
  }

  async #send(path: string, parameters: Parameters, node?: string, isFirst = false): Promise<Answer> {
    await this.#enter();
    try {
      this.#asked += 1;
      const { signal, withinMs = 20_000 } = this.#options;
      return await this.#pve.request("GET", path, parameters, { signal, withinMs });
    } catch (error) {
      const isLost = error instanceof PveError && (error.status >= 595 || (isFirst && error.kind === "deadline"));
      if (isLost && node !== undefined) this.#lost.set(node, error);
      throw error;
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
