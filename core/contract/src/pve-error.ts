/**
 * What went wrong, so far as a caller decides by it. The first group was answered by a node:
 * - `unauthenticated` 401 · `forbidden` 403 · `invalid` 400 · `not-implemented` 501: no such path or method
 * - `missing`: the object does not exist, whatever the status (Proxmox mostly says 500)
 * - `locked`: another operation holds the guest or its file · `changed`: the digest does not match any more
 * - `no-quorum`: the cluster is read-only · `node-unreachable`: the node that should answer did not (595-599)
 * - `failed`: anything else that was answered
 *
 * The second group was not: `unreachable` (no endpoint answered), `untrusted` (certificate), `broken-answer`,
 * `deadline`, `aborted`, `not-sent` (the request itself cannot be right).
 */
export type PveErrorKind =
  | "unauthenticated"
  | "forbidden"
  | "invalid"
  | "not-implemented"
  | "missing"
  | "locked"
  | "changed"
  | "no-quorum"
  | "node-unreachable"
  | "failed"
  | "unreachable"
  | "untrusted"
  | "broken-answer"
  | "deadline"
  | "aborted"
  | "not-sent";

/** The fields of a {@link PveError}. Path and reason never hold a secret: parameters are not part of either. */
export interface PveFailure {
  readonly kind: PveErrorKind;
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Proxmox's sentence, from the reason phrase or the message, without the line end. */
  readonly reason: string;
  /** What is wrong with which parameter. */
  readonly errors?: Readonly<Record<string, string>>;
  readonly method: string;
  /** The concrete path, `/nodes/pve1/qemu/100/config`. */
  readonly path: string;
  /** The node (or the address, while its name is not known) that was asked; undefined when none was. */
  readonly node?: string | undefined;
  /** True when what was asked for may have been done all the same: sent, and no word of how it went. */
  readonly uncertain?: boolean;
  readonly cause?: unknown;
}

/** A request to the Proxmox VE API that did not succeed. */
export class PveError extends Error {
  override readonly name = "PveError";
  readonly kind: PveErrorKind;
  readonly status: number;
  readonly reason: string;
  readonly errors: Readonly<Record<string, string>>;
  readonly method: string;
  readonly path: string;
  readonly node: string | undefined;
  /** A change may have been made all the same: look before asking for it again. Never true of a read. */
  readonly uncertain: boolean;

  constructor(failure: PveFailure) {
    super(sentence(failure), failure.cause === undefined ? undefined : { cause: failure.cause });
    this.kind = failure.kind;
    this.status = failure.status;
    this.reason = failure.reason;
    this.errors = failure.errors ?? {};
    this.method = failure.method;
    this.path = failure.path;
    this.node = failure.node;
    this.uncertain = failure.uncertain ?? false;
  }
}

const sentence = ({ status, reason, errors, method, path, node, uncertain }: PveFailure) => {
  const details = Object.entries(errors ?? {}).map(([name, text]) => `${name}: ${text.trimEnd()}`);
  const by = node === undefined ? "" : ` on ${node}`;
  const answered = status === 0 ? "" : ` (${status})`;
  const doubt = uncertain === true ? "; it may have happened all the same" : "";
  return `${method} ${path}${by}: ${[reason, ...details].join("; ")}${answered}${doubt}`;
};
