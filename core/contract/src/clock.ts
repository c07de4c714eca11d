/**
 * Something that asks to stop: a DOM or Node `AbortSignal` is one. Written out because this tier knows neither.
 */
export interface Abort {
  readonly aborted: boolean;
  /** What the one who aborted gave as the reason; thrown as it is. */
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** Time, as a procedure sees it: real on a cluster, virtual on the twin. */
export interface Clock {
  /** Now, in milliseconds since 1970-01-01T00:00:00Z. May jump, as a real clock does: never subtract two of these. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. For durations. */
  monotonic(): number;
  /** Resolves after so many milliseconds of this clock. Rejects with `abort.reason` as soon as that aborts. */
  sleep(milliseconds: number, abort?: Abort): Promise<void>;
  /** Of a clock that can be made to stand: it stands until the work is done. */
  hold?<T>(work: Promise<T>): Promise<T>;
}
