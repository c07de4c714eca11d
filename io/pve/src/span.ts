import { type Clock, PveError, type PveRequest } from "@orrery/contract";

/** The time that one call may take, from outside (a signal) and inside (a deadline). */
export interface Span {
  readonly signal: AbortSignal;
  /** Call when something was sent that may have had its effect. */
  begun(): void;
  /** What to throw for what was caught: the span's own end as a `PveError`, anything else unchanged. */
  explain(error: unknown): unknown;
  /** Must be called when the call is over. */
  end(): void;
}

class Ended extends Error {
  readonly kind: "aborted" | "deadline";
  constructor(kind: Ended["kind"], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

export const openSpan = (request: PveRequest, withinMs: number, clock: Clock): Span => {
  const { method, path, node, signal } = request;
  const controller = new AbortController();
  const done = new AbortController();
  let mayHaveHappened = false;

  const stop = () => controller.abort(new Ended("aborted", "the call was aborted", signal?.reason));
  if (signal?.aborted === true) stop();
  else signal?.addEventListener("abort", stop);
  clock.sleep(withinMs, done.signal).then(
    () => controller.abort(new Ended("deadline", `no answer within ${withinMs} ms`)),
    () => undefined,
  );

  return {
    signal: controller.signal,
    begun: () => {
      mayHaveHappened = true;
    },
    explain: (error) => {
      if (!(error instanceof Ended)) return error;
      const { kind, message: reason, cause } = error;
      return new PveError({ kind, status: 0, reason, method, path, node, uncertain: mayHaveHappened, cause });
    },
    end: () => {
      signal?.removeEventListener("abort", stop);
      done.abort();
    },
  };
};
