import { type Clock, failureKind, PveError, type PveReply, type PveRequest } from "@orrery/contract";
import { ExchangeFailure, type OpenEndpoint } from "./endpoint.ts";
import { openFleet } from "./fleet.ts";
import { httpRequest } from "./http-request.ts";
import type { Span } from "./span.ts";

/** One request to one endpoint, and what came of it. Holds no parameter and no credential. */
export interface Attempt {
  readonly method: string;
  readonly path: string;
  /** The node (or address) that was asked. */
  readonly endpoint: string;
  /** An HTTP status, or why there was none. */
  readonly outcome: number | ExchangeFailure["kind"] | "stopped";
  readonly milliseconds: number;
}

export interface DeliveryOptions {
  readonly endpoints: readonly OpenEndpoint[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly rounds: number;
  readonly observe: ((attempt: Attempt) => void) | undefined;
  readonly isClosed: () => boolean;
}

/** Gets a request answered by one of the endpoints. `isSafe`: it may be asked twice. */
export type Deliver = (
  request: PveRequest,
  credentials: Readonly<Record<string, string>>,
  span: Span,
  isSafe: boolean,
) => Promise<PveReply>;

const firstPauseMs = 200;
const longestPauseMs = 5000;

const about = ({ method, path }: PveRequest) => ({ method, path, status: 0 });

/** The failure of a call so far. A certificate that is not trusted outweighs a node that is just away. */
const unanswered = (
  request: PveRequest,
  endpoint: OpenEndpoint,
  failure: ExchangeFailure,
  before: PveError | undefined,
  isSafe: boolean,
): PveError => {
  if (before?.kind === "untrusted" && failure.kind !== "untrusted") return before;
  const { kind, message: reason, sent } = failure;
  const uncertain = sent && !isSafe;
  return new PveError({ ...about(request), kind, reason, node: endpoint.name, uncertain });
};

export const openDelivery = ({ endpoints, clock, random, rounds, observe, isClosed }: DeliveryOptions): Deliver => {
  const fleet = openFleet(endpoints, clock);

  const attempt = async (
    endpoint: OpenEndpoint,
    request: PveRequest,
    credentials: Readonly<Record<string, string>>,
    span: Span,
    isSafe: boolean,
  ): Promise<PveReply> => {
    const { method, path } = request;
    const began = clock.monotonic();
    const told = (outcome: Attempt["outcome"]) =>
      observe?.({ method, path, endpoint: endpoint.name, outcome, milliseconds: clock.monotonic() - began });
    if (!isSafe) span.begun();
    try {
      const reply = await endpoint.exchange(httpRequest(request, credentials), span.signal);
      fleet.answered(endpoint);
      told(reply.status);
      return { ...reply, answeredBy: endpoint.name };
    } catch (error) {
      told(error instanceof ExchangeFailure ? error.kind : "stopped");
      if (error instanceof ExchangeFailure && error.kind !== "broken-answer") fleet.failed(endpoint);
      throw error;
    }
  };

  /** Full jitter: anything up to a bound that doubles each round. */
  const pause = (round: number, signal: AbortSignal) =>
    clock.sleep(random() * Math.min(longestPauseMs, firstPauseMs * 2 ** round), signal);

  /** Tries the endpoints in turn: a read again and again, a change only while it surely was not received. */
  return async (
    request: PveRequest,
    credentials: Readonly<Record<string, string>>,
    span: Span,
    isSafe: boolean,
  ): Promise<PveReply> => {
    let proxyTrouble: PveReply | undefined;
    let last: PveError | undefined;
    for (let round = 0; round < (isSafe ? rounds : 1); round += 1) {
      if (round > 0) await pause(round, span.signal);
      for (const endpoint of fleet.inOrder()) {
        try {
          const reply = await attempt(endpoint, request, credentials, span, isSafe);
          if (!isSafe || failureKind(reply.status, "") !== "node-unreachable") return reply;
          // The node did not answer this endpoint; it may answer another, or the next time.
          if (proxyTrouble !== undefined) return reply;
          proxyTrouble = reply;
        } catch (error) {
          if (!(error instanceof ExchangeFailure)) throw error;
          if (isClosed()) throw new PveError({ ...about(request), kind: "aborted", reason: "the client is closed" });
          last = unanswered(request, endpoint, error, last, isSafe);
          if (error.sent && !isSafe) throw last;
        }
      }
    }
    if (proxyTrouble !== undefined) return proxyTrouble;
    throw last ?? new PveError({ ...about(request), kind: "unreachable", reason: "no endpoint was asked" });
  };
};
