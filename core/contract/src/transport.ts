import type { Abort } from "./clock.ts";
import type { Method } from "./schema.ts";

/** A parameter as it travels: booleans are 0 or 1 by now; a list is the parameter repeated. */
export type WireValue = string | number | readonly (string | number)[];

/** One request, ready to be sent. */
export interface PveRequest {
  readonly method: Method;
  /** Concrete and percent-encoded, without `/api2/json`. */
  readonly path: string;
  /** The parameters that are not part of the path. */
  readonly params: Readonly<Record<string, WireValue>>;
  /** The node that the path names; Proxmox answers on it, whichever node was asked. */
  readonly node: string | undefined;
  readonly signal: Abort | undefined;
  /** Milliseconds within which the answer must be there, retries included. */
  readonly withinMs: number | undefined;
}

/** One answer, whatever its status. */
export interface PveReply {
  readonly status: number;
  /** The HTTP reason phrase, where Proxmox puts its sentence. */
  readonly reason: string;
  /** JSON, parsed; text for what is not JSON; undefined when empty. */
  readonly body: unknown;
  /** The node that was asked (or its address, while the name is not known). */
  readonly answeredBy: string;
}

/**
 * Carries one request to a cluster and its answer back: over HTTPS, or into the twin in the same process.
 * Rejects with a `PveError` when there is no answer: `unreachable`, `untrusted`, `broken-answer`, `deadline`, `aborted`.
 */
export interface PveTransport {
  send(request: PveRequest): Promise<PveReply>;
}
