import {
  type Clock,
  type Proxmox,
  type PveReply,
  type PveRequest,
  type PveVersion,
  proxmoxOver,
} from "@orrery/contract";
import { PveConfigurationError } from "./configuration-error.ts";
import type { Credentials } from "./credentials.ts";
import { type Attempt, openDelivery } from "./delivery.ts";
import { type Endpoint, openEndpoint } from "./endpoint.ts";
import { lanes } from "./lanes.ts";
import { redacted, secretsIn } from "./redaction.ts";
import { openSession } from "./session.ts";
import { openSpan } from "./span.ts";
import { systemClock } from "./system-clock.ts";

export interface PveOptions<V extends PveVersion = "9.2"> {
  /** Whose contract the answers are folded by. Default 9.2. */
  readonly version?: V | undefined;
  /** Doors to one cluster, in the order of preference. */
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
  readonly credentials: Credentials;
  /** Milliseconds for one call, retries included, where the call does not say. Default 60,000. */
  readonly withinMs?: number | undefined;
  /** Milliseconds for a connection to stand. Default 5,000. */
  readonly connectMs?: number | undefined;
  /** Milliseconds that an endpoint may be silent before it counts as dead. Default 35,000: Proxmox gives up on a node after 30,000. */
  readonly silenceMs?: number | undefined;
  /** Milliseconds that a certificate that was looked at counts, on a connection that is never idle. Default 20,000. */
  readonly trustedMs?: number | undefined;
  /** Requests at a time for one node. Default 8. */
  readonly perNode?: number | undefined;
  /** How often a read goes round all endpoints before it fails. Default 4. */
  readonly rounds?: number | undefined;
  /** The largest answer, in bytes. Default 64 MiB. */
  readonly answerBytes?: number | undefined;
  readonly clock?: Clock | undefined;
  /** Dice for the jitter, at least 0 and less than 1. */
  readonly random?: (() => number) | undefined;
  /** Told of every attempt, for logs and metrics. */
  readonly observe?: ((attempt: Attempt) => void) | undefined;
}

/** A cluster over HTTPS. */
export interface PveClient<V extends PveVersion = "9.2"> extends Proxmox<V> {
  /** Closes all connections; what is under way fails. */
  close(): Promise<void>;
}

/** Speaks to a cluster. Nothing is sent before the first call. Throws a `PveConfigurationError` for options that cannot work. */
export const connectPve = <V extends PveVersion = "9.2">(options: PveOptions<V>): PveClient<V> => {
  const { clock = systemClock, random = Math.random, observe, rounds = 4, perNode = 8 } = options;
  const [first] = options.endpoints;
  if (first === undefined) {
    throw new PveConfigurationError("pve-endpoint", "There is no endpoint.", "Give the address of at least one node.");
  }
  const limits = {
    connectMs: options.connectMs ?? 5000,
    silenceMs: options.silenceMs ?? 35_000,
    answerBytes: options.answerBytes ?? 64 * 2 ** 20,
    trustedMs: options.trustedMs ?? 20_000,
  };
  const endpoints = options.endpoints.map((endpoint) => openEndpoint(endpoint, limits));
  const way = lanes(perNode);
  let closed = false;

  const deliver = openDelivery({ endpoints, clock, random, rounds, observe, isClosed: () => closed });

  const sessionAsk = async (request: PveRequest): Promise<PveReply> => {
    const span = openSpan(request, request.withinMs ?? 60_000, clock);
    try {
      // A login changes nothing; only a one-time code is worth no second try.
      const reply = await deliver(request, {}, span, !Object.hasOwn(request.params, "tfa-challenge"));
      return redacted(reply, [...session.secrets(), ...secretsIn(request)]);
    } catch (error) {
      throw span.explain(error);
    } finally {
      span.end();
    }
  };
  const session = openSession(options.credentials, sessionAsk, clock);

  const send = async (request: PveRequest): Promise<PveReply> => {
    const span = openSpan(request, request.withinMs ?? options.withinMs ?? 60_000, clock);
    let leave: (() => void) | undefined;
    try {
      leave = await way.enter(request.node ?? "", span.signal);
      const isSafe = request.method === "GET";
      for (let tries = 1; ; tries += 1) {
        const headers = await session.headers(request.method, span.signal);
        const reply = await deliver(request, headers, span, isSafe);
        // 401 comes before anything is done, so even a change may be sent again.
        if (reply.status !== 401 || tries > 1 || !session.refused(headers)) {
          return redacted(reply, [...session.secrets(), ...secretsIn(request)]);
        }
      }
    } catch (error) {
      throw span.explain(error);
    } finally {
      leave?.();
      span.end();
    }
  };

  const proxmox = proxmoxOver(options.version ?? ("9.2" as V), { send }, clock);
  const close = async () => {
    closed = true;
    await Promise.all(endpoints.map((endpoint) => endpoint.close()));
  };
  return { ...proxmox, close };
};
