import {
  type Clock,
  PveError,
  type PveFailure,
  type PveReply,
  type PveRequest,
  type PveTransport,
} from "@orrery/contract";
import { apiFaultOf, type FaultKind } from "@orrery/twin-world";
import type { Credentials } from "./access/login.ts";
import { newCsrfToken, newTicket } from "./access/ticket.ts";
import { writeAnswer } from "./answer-text.ts";
import { dispatch } from "./dispatch.ts";
import { methodsLoading } from "./methods.ts";
import type { Twin } from "./twin.ts";

export type InProcess = {
  /** Where delays and time-outs pass: the world's own clock, for instance. */
  readonly clock: Clock;
  /** Who asks; `root@pam` unless told. */
  readonly user?: string;
  /** The node that is asked; the first that is up unless told. */
  readonly node?: string;
};

type Login = { readonly at: number; readonly credentials: Extract<Credentials, { kind: "ticket" }> };

/** Half of what a ticket lasts. */
const renewMs = 3_600_000;

/** The proxy gives up on a node that says nothing. */
const proxyPatienceMs = 30_000;

const failing = (request: PveRequest, failure: Pick<PveFailure, "kind" | "reason"> & Partial<PveFailure>): PveError =>
  new PveError({ status: 0, method: request.method, path: request.path, ...failure });

/** One request in the making, with what may end it before its answer. */
class Exchange {
  readonly #clock: Clock;
  readonly #request: PveRequest;
  readonly #began: number;

  constructor(clock: Clock, request: PveRequest) {
    this.#clock = clock;
    this.#request = request;
    this.#began = clock.monotonic();
  }

  needLive(): void {
    const { signal } = this.#request;
    if (signal?.aborted === true)
      throw failing(this.#request, { kind: "aborted", reason: "the call was aborted", cause: signal.reason });
  }

  /** Waits, or ends where the caller's patience does. */
  async wait(milliseconds: number, node: string, sent: boolean): Promise<void> {
    const { signal, withinMs, method } = this.#request;
    const uncertain = sent && method !== "GET";
    const left = withinMs === undefined ? Number.POSITIVE_INFINITY : withinMs - (this.#clock.monotonic() - this.#began);
    try {
      await this.#clock.sleep(Math.max(0, Math.min(milliseconds, left)), signal);
    } catch (cause) {
      throw failing(this.#request, { kind: "aborted", reason: "the call was aborted", node, uncertain, cause });
    }
    if (milliseconds > left)
      throw failing(this.#request, { kind: "deadline", reason: `no answer within ${withinMs} ms`, node, uncertain });
  }
}

const parameterValue = (value: PveRequest["params"][string]): unknown =>
  Array.isArray(value) ? value.map(String) : String(value);

const isMute = (twin: Twin, node: string): boolean => {
  const kind = twin.world.nodes[node]?.state.kind;
  return kind !== "online" && kind !== "stopping";
};

/** Answers the port's requests over a twin in this process: what the HTTPS server answers, without the server. */
export class InProcessTransport implements PveTransport {
  readonly #twin: Twin;
  readonly #options: InProcess;
  #login: Login | undefined;

  constructor(twin: Twin, options: InProcess) {
    this.#twin = twin;
    this.#options = options;
  }

  #node(): string | undefined {
    const { node } = this.#options;
    if (node !== undefined) return isMute(this.#twin, node) ? undefined : node;
    return Object.keys(this.#twin.world.nodes).find((name) => !isMute(this.#twin, name));
  }

  /** A ticket as a client has one: the same until it is old. */
  #credentials(user: string): Login["credentials"] {
    const twin = this.#twin;
    const age = twin.world.now - (this.#login?.at ?? Number.NaN);
    if (this.#login === undefined || !(age >= 0 && age < renewMs)) {
      const credentials = { kind: "ticket", ticket: newTicket(twin, user), csrf: newCsrfToken(twin, user) } as const;
      this.#login = { at: twin.world.now, credentials };
    }
    return this.#login.credentials;
  }

  #ask(request: PveRequest, node: string): PveReply {
    const twin = this.#twin;
    const { user = "root@pam" } = this.#options;
    const parameters: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(request.params)) parameters[name] = parameterValue(value);
    const answer = dispatch(twin, {
      method: request.method,
      path: request.path
        .split("/")
        .map((step) => decodeURIComponent(step))
        .join("/"),
      parameters,
      credentials: this.#credentials(user),
      node,
    });
    const { status, reason, body, type } = writeAnswer(answer, "json");
    const isJson = type?.startsWith("application/json") === true && body !== "";
    return { status, reason, body: isJson ? JSON.parse(body) : body === "" ? undefined : body, answeredBy: node };
  }

  async #suffer(
    request: PveRequest,
    fault: FaultKind,
    exchange: Exchange,
    node: string,
  ): Promise<PveReply | undefined> {
    if (fault.kind === "api-resets") {
      const uncertain = request.method !== "GET";
      throw failing(request, { kind: "unreachable", reason: "the connection was reset", node, uncertain });
    }
    if (fault.kind === "api-fails")
      return { status: fault.status, reason: fault.reason, body: undefined, answeredBy: node };
    if (fault.kind === "api-delays") await exchange.wait(fault.ms, node, true);
    return undefined;
  }

  async send(request: PveRequest): Promise<PveReply> {
    const { clock } = this.#options;
    const exchange = new Exchange(clock, request);
    exchange.needLive();
    const loading = methodsLoading(request.method, request.path);
    if (loading !== undefined) await (clock.hold?.(loading) ?? loading);
    const node = this.#node();
    if (node === undefined) throw failing(request, { kind: "unreachable", reason: "no node answers" });
    const fault = apiFaultOf(this.#twin.world, request.path);
    const told = fault === undefined ? undefined : await this.#suffer(request, fault, exchange, node);
    if (told !== undefined) return told;
    const reply = this.#ask(request, node);
    if (request.method !== "GET") this.#twin.revision += 1;
    if (reply.status === 595 && reply.reason === "Connection timed out")
      await exchange.wait(proxyPatienceMs, node, true);
    return reply;
  }
}
