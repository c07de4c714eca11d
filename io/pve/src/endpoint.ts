import { errors, Pool } from "undici";
import { PveConfigurationError } from "./configuration-error.ts";
import { ConnectFailure, type Trust, trustedConnector } from "./trust.ts";

/** One node's door to the API of its cluster. */
export interface Endpoint {
  /** `https://10.25.10.11`; the port is 8006 where none is given. */
  readonly url: string;
  /** The node's name; in errors and answers the address stands in for it where it is not given. */
  readonly node?: string | undefined;
  readonly trust: Trust;
}

/** How long and how large. All milliseconds and bytes. */
export interface EndpointLimits {
  readonly connectMs: number;
  /** Until the first byte of an answer, and between two parts of it. */
  readonly silenceMs: number;
  readonly answerBytes: number;
  /** How old a connection may grow before it is used for nothing new: each one has its certificate looked at. */
  readonly trustedMs: number;
}

/** A request as HTTP has it. */
export interface HttpRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

interface HttpReply {
  readonly status: number;
  readonly reason: string;
  readonly body: unknown;
}

/**
 * No answer, or none that can be read. Has no cause: what undici and JSON.parse throw may quote the answer, and the
 * answer to a login is a secret.
 */
export class ExchangeFailure extends Error {
  override readonly name = "ExchangeFailure";
  readonly kind: "unreachable" | "untrusted" | "broken-answer";
  /** The other side may have got the request. */
  readonly sent: boolean;

  constructor(kind: ExchangeFailure["kind"], message: string, sent: boolean) {
    super(message);
    this.kind = kind;
    this.sent = sent;
  }
}

export interface OpenEndpoint {
  /** The node's name, or its address. */
  readonly name: string;
  /** Rejects with an `ExchangeFailure`, or with the signal's reason. */
  exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
  close(): Promise<void>;
}

const originOf = ({ url }: Endpoint): URL => {
  const hint = "An endpoint is written https://HOST or https://HOST:PORT.";
  const refuse = (what: string) => new PveConfigurationError("pve-endpoint", `The endpoint "${url}" ${what}.`, hint);
  if (!URL.canParse(url)) throw refuse("is no URL");
  const parsed = new URL(url);
  if (parsed.protocol !== "https:") throw refuse("is not https");
  if (parsed.username !== "" || parsed.password !== "") {
    throw new PveConfigurationError("pve-endpoint", `The endpoint at ${parsed.host} has a user in its URL.`, hint);
  }
  if (!/^\/?$/.test(parsed.pathname) || parsed.search !== "") throw refuse("has a path");
  // The URL parser drops :443, which is not what an address without a port means here.
  if (parsed.port === "" && !/:443\/?$/.test(url)) parsed.port = "8006";
  return parsed;
};

const isJson = (contentType: string | string[] | undefined) => String(contentType).startsWith("application/json");

const parsedBody = (status: number, contentType: string | string[] | undefined, text: string): unknown => {
  if (text === "") return undefined;
  if (!isJson(contentType)) return text;
  try {
    return JSON.parse(text);
  } catch {
    // The reason phrase of a failure says enough.
    if (status >= 400) return undefined;
    throw new ExchangeFailure("broken-answer", "the answer is no JSON", true);
  }
};

const messageOf = (error: unknown) => (error instanceof Error ? error.message || error.name : String(error));

export const openEndpoint = (endpoint: Endpoint, limits: EndpointLimits): OpenEndpoint => {
  const origin = originOf(endpoint);
  const pool = new Pool(origin.origin, {
    connect: trustedConnector(endpoint.trust, limits.connectMs),
    // As many as there are requests: their number is bounded a node, and those for a node that hangs must not be in
    // the way of those for others.
    connections: null,
    pipelining: 1,
    // pveproxy closes an idle connection after 5 s.
    keepAliveTimeout: 4000,
    keepAliveMaxTimeout: 4000,
    // Whoever asks all the time would otherwise never see that the certificate is another one.
    clientTtl: limits.trustedMs,
    headersTimeout: limits.silenceMs,
    bodyTimeout: limits.silenceMs,
    maxResponseSize: limits.answerBytes,
  });

  const exchange = async ({ method, path, headers, body }: HttpRequest, signal: AbortSignal): Promise<HttpReply> => {
    try {
      const answer = await pool.request({ method, path, headers, body: body ?? null, signal });
      const text = await answer.body.text();
      const contentType = answer.headers["content-type"];
      // A 200 that says JSON and holds nothing was cut off.
      if (answer.statusCode < 300 && text === "" && isJson(contentType)) {
        throw new ExchangeFailure("broken-answer", "the answer is empty", true);
      }
      const parsed = parsedBody(answer.statusCode, contentType, text);
      return { status: answer.statusCode, reason: answer.statusText, body: parsed };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof ExchangeFailure) throw error;
      if (error instanceof ConnectFailure) throw new ExchangeFailure(error.kind, error.message, false);
      const isBroken =
        error instanceof errors.HTTPParserError ||
        error instanceof errors.HeadersOverflowError ||
        error instanceof errors.ResponseExceededMaxSizeError;
      throw new ExchangeFailure(isBroken ? "broken-answer" : "unreachable", messageOf(error), true);
    }
  };

  return { name: endpoint.node ?? origin.host, exchange, close: () => pool.destroy() };
};
