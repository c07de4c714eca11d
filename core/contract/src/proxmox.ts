import type { Abort } from "./clock.ts";
import type { PveAnswer } from "./exchange.ts";
import type { Method } from "./schema.ts";
import type { TaskEnd, TaskLogLine } from "./task.ts";
import type { AnswerOf, ParametersOf, PathOf } from "./typed-routes.ts";
import type { PveVersion } from "./version.ts";
import type { ParameterValue } from "./wire.ts";

export interface CallOptions {
  /** Stops the call; it then rejects with a `PveError` of kind `aborted`. A mutation may have happened all the same. */
  readonly signal?: Abort | undefined;
  /** Milliseconds after which the call rejects with kind `deadline`, retries included. */
  readonly withinMs?: number | undefined;
}

export interface FollowOptions extends CallOptions {
  /** Milliseconds between two looks at a running task. Default 1000. */
  readonly pollMs?: number | undefined;
  /**
   * Milliseconds for which the cluster may fail to answer about the task before its end is called unknown.
   * Default 120,000, so that it outlives a node that fences and boots.
   */
  readonly patienceMs?: number | undefined;
}

/** A task being followed. Iterating reads its log, line by line, to the end; each iterator begins at the first line. */
export interface FollowedTask extends AsyncIterable<TaskLogLine> {
  readonly upid: string;
  /** How it ended. Waits for that, without reading the log. Rejects with `deadline` or `aborted`. */
  end(): Promise<TaskEnd>;
}

/** `[parameters?, options?]`, the parameters required where the method requires one. */
export type CallArguments<M extends Method, P, V extends PveVersion> =
  Record<never, never> extends ParametersOf<M, P, V>
    ? [parameters?: ParametersOf<M, P, V>, options?: CallOptions]
    : [parameters: ParametersOf<M, P, V>, options?: CallOptions];

/**
 * A Proxmox VE cluster, real or modelled. Every call rejects with a `PveError` when it does not succeed.
 * Answers are folded by the contract: booleans are 0 or 1, numbers numbers, and `data` is already taken out.
 */
export interface Proxmox<V extends PveVersion = "9.2"> {
  readonly version: V;
  get<P extends PathOf<"GET", V>>(path: P, ...call: CallArguments<"GET", P, V>): Promise<AnswerOf<"GET", P, V>>;
  post<P extends PathOf<"POST", V>>(path: P, ...call: CallArguments<"POST", P, V>): Promise<AnswerOf<"POST", P, V>>;
  put<P extends PathOf<"PUT", V>>(path: P, ...call: CallArguments<"PUT", P, V>): Promise<AnswerOf<"PUT", P, V>>;
  delete<P extends PathOf<"DELETE", V>>(
    path: P,
    ...call: CallArguments<"DELETE", P, V>
  ): Promise<AnswerOf<"DELETE", P, V>>;
  /** Any method on any path, template or concrete, with the whole answer: which node gave it, and how many rows there are. */
  request(
    method: Method,
    path: string,
    parameters?: Readonly<Record<string, ParameterValue>>,
    options?: CallOptions,
  ): Promise<PveAnswer<unknown>>;
  /** Follows a task by the UPID that started it. Throws a `PveError` (`not-sent`) when that is no UPID. */
  follow(upid: string, options?: FollowOptions): FollowedTask;
}
