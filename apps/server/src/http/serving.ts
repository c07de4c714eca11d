import { StoreError } from "@orrery/store";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import type { Identified } from "../access/sign-in.ts";
import { serveConsole } from "../console/console-serving.ts";
import type { AuditDraft } from "../keeping/keeping.ts";
import { OutOfReach } from "../keeping/out-of-reach.ts";
import type { logging } from "../log.ts";
import type { Services } from "../services.ts";
import { admit, auditOf, type Limits, limitAddress, limitAttempts, limitCaller, refuseForged } from "./gate.ts";
import { isKnown, packedFor, tagOf } from "./json-body.ts";
import { Refusal } from "./refusal.ts";
import { refusalPage } from "./refusal-page.ts";
import type { JsonRoute, Route } from "./route.ts";
import { securityHeaders } from "./security-headers.ts";
import { Trail } from "./trail.ts";

export type Serving = {
  readonly routes: readonly Route[];
  readonly services: Services;
  readonly limits: Limits;
  readonly tls: { readonly key: string; readonly cert: string };
  readonly logger: ReturnType<typeof logging>;
  /** Holds every answer against its schema: for tests. */
  readonly checkReplies: boolean;
};

const textOf = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

const pathOf = ({ url }: FastifyRequest): string => url.split("?", 1)[0] ?? url;

/** What Fastify itself refuses, in our words. */
const ofFastify: Readonly<Record<string, Refusal>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new Refusal("unsupported", "Send JSON, and say so: content-type: application/json."),
  FST_ERR_CTP_EMPTY_JSON_BODY: new Refusal("bad-input", "body: is empty, and said to be JSON.", { place: "body" }),
  FST_ERR_CTP_INVALID_JSON_BODY: new Refusal("bad-input", "body: is no JSON.", { place: "body" }),
  FST_ERR_CTP_BODY_TOO_LARGE: new Refusal("too-large", "The body is larger than 256 KiB."),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: new Refusal("bad-input", "The body is not as long as was said."),
  FST_ERR_BAD_URL: new Refusal("bad-input", "path: cannot be decoded.", { place: "path" }),
};

const outOfReach = ({ uncertain }: Pick<OutOfReach, "uncertain">): Refusal =>
  new Refusal(
    "not-ready",
    uncertain
      ? "The server's own store went out of reach meanwhile. Whether this was done is not known: look before asking again."
      : "The server's own store does not answer, or takes nothing. Nothing was done; ask again in a while.",
    { retryAfter: 5 },
  );

const refusalOf = (error: unknown): Refusal | undefined => {
  if (error instanceof Refusal) return error;
  if (error instanceof OutOfReach || error instanceof StoreError) return outOfReach(error);
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  const known = Object.hasOwn(ofFastify, code) ? ofFastify[code] : undefined;
  if (known !== undefined) return known;
  const status = "statusCode" in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 500 ? new Refusal("bad-input", "The request cannot be read.") : undefined;
};

/** What Fastify carries with a route. */
type RouteConfig = { readonly operation?: string; readonly isPage?: boolean };

const statusOf = (route: Route): number => {
  switch (route.kind) {
    case "json":
      return route.status;
    case "text":
      return 200;
    case "redirect":
      return 303;
  }
};

/** What is told of clusters is asked for again and again, and holds no secret that packing could give away. */
const isPolled = ({ method, url, records }: JsonRoute): boolean =>
  method === "GET" && records !== true && /^\/api\/clusters(\/|$)/.test(url);

/** Routes as HTTPS, each behind the gate, with what happened in the audit trail. */
export class HttpServing {
  readonly app: FastifyInstance;
  readonly #given: Serving;
  readonly #identified = new WeakMap<FastifyRequest, Identified>();
  readonly #begun = new WeakSet<FastifyRequest>();
  readonly #trail: Trail;
  readonly #became = new WeakMap<FastifyRequest, Pick<AuditDraft, "who" | "account">>();

  constructor(given: Serving) {
    this.#given = given;
    this.#trail = new Trail(given.services.keeping.audit, given.services.log);
    this.app = fastify({
      https: { ...given.tls, minVersion: "TLSv1.2" },
      logger: given.logger,
      bodyLimit: 256 * 1024,
      requestTimeout: 30_000,
      connectionTimeout: 0,
      exposeHeadRoutes: false,
      forceCloseConnections: "idle",
      routerOptions: { maxParamLength: 200 },
      frameworkErrors: (_error, request, reply) => {
        void this.#refuse(new Refusal("bad-input", "path: cannot be decoded.", { place: "path" }), request, reply);
      },
    });
    // Text would otherwise pass for a body of JSON that is one string.
    this.app.removeContentTypeParser("text/plain");
    this.app.addHook("onRequest", async (_request, reply) => {
      reply.headers(securityHeaders);
      // By it a browser knows how old what it shows is.
      reply.header("date", new Date(given.services.clock.now()).toUTCString());
    });
    this.app.addHook("onResponse", async ({ method, routeOptions }, reply) => {
      given.services.metrics.answered(method, routeOptions.url, reply.statusCode, reply.elapsedTime / 1000);
    });
    this.app.setErrorHandler((error, request, reply) => this.#refuse(error, request, reply));
    this.app.setNotFoundHandler((request, reply) => {
      limitAddress(given.limits, request.ip);
      return this.#refuse(new Refusal("not-found", "There is no such path. GET /api/docs lists all."), request, reply);
    });
    this.app.addHook("onClose", () => this.#trail.stop());
    for (const route of given.routes) this.#serve(route);
    serveConsole(this.app, given.services.console, (address) => limitAddress(given.limits, address));
  }

  #serve(route: Route): void {
    this.app.route({
      method: route.method,
      url: route.url.replaceAll(/\{(\w+)\}/g, ":$1"),
      config: { operation: route.id, isPage: route.kind === "redirect" },
      onRequest: (request) => this.#enter(route, request),
      handler: (request, reply) => this.#answer(route, request, reply),
    });
  }

  async #enter(route: Route, request: FastifyRequest): Promise<void> {
    const { limits, services } = this.#given;
    const { headers, ip } = request;
    limitAddress(limits, ip);
    const identified = await services.signIn.identify({
      cookie: headers.cookie,
      authorization: headers.authorization,
      address: ip,
    });
    this.#identified.set(request, identified);
    limitCaller(limits, identified.caller);
    refuseForged(route, identified, {
      csrf: textOf(headers["x-orrery-csrf"]),
      origin: headers.origin,
      site: textOf(headers["sec-fetch-site"]),
      host: headers.host,
    });
    if (route.guessable === true) limitAttempts(limits, ip);
    admit(route, identified);
  }

  async #answer(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { services } = this.#given;
    const { caller } = this.#identified.get(request) ?? {};
    if (caller === undefined) throw new Error("nobody was asked for");
    const changes = route.method !== "GET" || route.records === true;
    if (changes) {
      await this.#record(request, "begins");
      this.#begun.add(request);
    }
    const raw = { path: request.params, query: request.query, body: request.body };
    const exchange = {
      header: (name: string, value: string) => void reply.header(name, value),
      asked: (name: string) => textOf(request.headers[name]),
      became: ({ id, name }: { readonly id: string; readonly name: string }) =>
        void this.#became.set(request, { account: id, who: name }),
    };
    const answer = await route.answer(raw, { caller, exchange, services });
    if (changes) await this.#record(request, "ends", { status: statusOf(route) });
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
    if (route.kind === "text") {
      if (!reply.hasHeader("content-type")) reply.type(route.type);
      return reply.send(answer);
    }
    if (route.kind === "redirect") return reply.redirect(String(answer), statusOf(route));
    if (this.#given.checkReplies) route.reply.parse(JSON.parse(JSON.stringify(answer)));
    return this.#sendJson(route, JSON.stringify(answer), request, reply);
  }

  async #sendJson(route: JsonRoute, text: string, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { headers } = request;
    reply.code(route.status).type("application/json; charset=utf-8");
    if (!isPolled(route)) return reply.send(text);
    const tag = tagOf(text);
    // Kept by the browser of whoever asked, which asks again each time whether it still holds.
    reply.headers({ "cache-control": "private, no-cache", etag: tag, vary: "accept-encoding, authorization, cookie" });
    if (isKnown(tag, headers["if-none-match"])) return reply.code(304).removeHeader("content-type").send();
    const { encoding, body } = await packedFor(text, textOf(headers["accept-encoding"]));
    if (encoding !== undefined) reply.header("content-encoding", encoding);
    return reply.send(body);
  }

  async #record(
    request: FastifyRequest,
    phase: AuditDraft["phase"],
    more: { readonly status?: number; readonly why?: string } = {},
  ): Promise<void> {
    const { services } = this.#given;
    const caller = this.#identified.get(request)?.caller ?? { kind: "nobody", address: request.ip };
    const { operation } = request.routeOptions.config as RouteConfig;
    const about = {
      at: services.ownClock.now(),
      what: operation ?? request.method,
      path: pathOf(request),
      request: request.id,
    };
    const draft = { ...auditOf(caller, about, phase), ...this.#became.get(request), ...more };
    await (phase === "ends" ? this.#trail.end(draft) : this.#trail.begin(draft));
  }

  async #refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (error instanceof OutOfReach || error instanceof StoreError)
      request.log.error({ err: error }, "what the server keeps is out of reach");
    let refusal = refusalOf(error);
    if (refusal === undefined) {
      request.log.error({ err: error }, "a request failed");
      refusal = new Refusal("failed", `Something went wrong here. The log tells more under request ${request.id}.`);
    }
    await this.#recordRefusal(refusal, request).catch((trouble: unknown) => {
      if (trouble instanceof Refusal && refusal?.status !== 500) refusal = trouble;
    });
    if (refusal.retryAfter !== undefined) reply.header("retry-after", String(refusal.retryAfter));
    if (refusal.status === 401) reply.header("www-authenticate", "Bearer");
    const { isPage } = request.routeOptions.config as RouteConfig;
    reply
      .code(refusal.status)
      .headers({ "cache-control": "no-store", ...securityHeaders })
      .type(isPage === true ? "text/html; charset=utf-8" : "application/json; charset=utf-8")
      .send(isPage === true ? refusalPage(refusal) : JSON.stringify(refusal));
  }

  /** A change that began ends in the trail; who was not let in is there too. What was merely mistyped is not. */
  async #recordRefusal(refusal: Refusal, request: FastifyRequest): Promise<void> {
    const outcome = { status: refusal.status, why: refusal.message };
    if (this.#begun.has(request)) await this.#record(request, "ends", outcome);
    else if ([401, 403, 429].includes(refusal.status)) await this.#record(request, "refused", outcome);
  }
}
