import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Socket } from "node:net";
import { makeCertificate, type SelfMadeCertificate } from "@orrery/machine";
import { answerHttp, methodsLoading, type Twin, type Written } from "@orrery/twin-api";
import { apiFaultOf } from "@orrery/twin-world";
import { AnswerCache } from "./answer-cache.ts";
import { control } from "./control.ts";
import type { PacedClock } from "./paced-clock.ts";

/** A twin that runs: what all its doors share. */
export type Running = {
  readonly twin: Twin;
  readonly clock: PacedClock;
  readonly control: string;
  /** Counts what callers changed. */
  changes: number;
  /** Told of what should not happen: an error that no handler made on purpose. */
  readonly onFailure: (error: unknown, request: string) => void;
  /** Told of each request before it is answered. */
  readonly onRequest: (request: string) => void;
};

export type Door = {
  readonly host: string;
  readonly port: number;
  readonly close: () => Promise<void>;
};

/** pveproxy's own limit on the bytes of a form; uploads have none. */
const mostForm = 512 * 1024;
/** What is kept of the end of an upload. */
const tail = 64 * 1024;
/** pveproxy gives up on a node that says nothing. */
const proxyPatienceMs = 30_000;

/** A reason phrase that HTTP can carry. */
const phrase = (text: string): string => text.replace(/[^\t\x20-\x7e\xa0-\xff]/g, "?");

const headersFor = (type: string | undefined, length: number): string[] => [
  "Cache-Control",
  "max-age=0",
  "Connection",
  "Keep-Alive",
  "Pragma",
  "no-cache",
  "Server",
  "pve-api-daemon/3.0",
  ...(type === undefined ? [] : ["Content-Type", type]),
  "Content-Length",
  String(length),
];

const send = (response: ServerResponse, { status, reason, type, body }: Written): void => {
  const bytes = Buffer.from(body);
  response.writeHead(status, phrase(reason), headersFor(type, bytes.length));
  response.end(bytes);
};

const plainHeaders = ({ headers }: IncomingMessage): Record<string, string | undefined> => {
  const plain: Record<string, string | undefined> = Object.create(null);
  for (const name in headers) {
    const value = headers[name];
    plain[name] = Array.isArray(value) ? value[0] : value;
  }
  return plain;
};

/** A body; of a long upload its two ends, and how much lay between them. */
type Body = { readonly bytes: Buffer; readonly omitted: number };

/** The body, or undefined where it is more than is taken. */
const bodyOf = (request: IncomingMessage): Promise<Body | undefined> =>
  new Promise((resolve, reject) => {
    const isUpload = `${request.headers["content-type"] ?? ""}`.startsWith("multipart/");
    const chunks: Buffer[] = [];
    const head: Buffer[] = [];
    let kept = 0;
    let omitted = 0;
    request.on("data", (chunk: Buffer) => {
      kept += chunk.length;
      chunks.push(chunk);
      if (kept <= mostForm) return;
      if (!isUpload) {
        chunks.length = 0;
        resolve(undefined);
        return;
      }
      if (head.length === 0) {
        head.push(...chunks.splice(0));
        kept = 0;
        return;
      }
      // The end of a form is in its last pieces; what a file is made of, nobody looks at.
      while (chunks.length > 1 && kept - (chunks[0]?.length ?? 0) > tail) {
        const gone = chunks.shift()?.length ?? 0;
        kept -= gone;
        omitted += gone;
      }
    });
    request.on("end", () => resolve({ bytes: Buffer.concat([...head, ...chunks]), omitted }));
    request.on("error", reject);
    request.on("aborted", () => reject(new Error("aborted")));
  });

const empty: Body = { bytes: Buffer.alloc(0), omitted: 0 };
const hasBody = ({ headers }: IncomingMessage): boolean => (headers["content-length"] ?? "0") !== "0";

const real = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

class Listener {
  readonly #running: Running;
  readonly #cache: AnswerCache;
  /** The node that it stands for; without one it stands for the first that is up. */
  readonly #fixed: string | undefined;
  /** The TCP connections that are open. */
  readonly sockets = new Set<Socket>();

  constructor(running: Running, node: string | undefined) {
    this.#running = running;
    this.#cache = new AnswerCache(running);
    this.#fixed = node;
  }

  /** The node that answers now. */
  #node(): string {
    if (this.#fixed !== undefined) return this.#fixed;
    const { nodes } = this.#running.twin.world;
    for (const name in nodes) if (nodes[name]?.state.kind === "online") return name;
    return Object.keys(nodes)[0] ?? "";
  }

  /** Whether the certificate of the node that answers has run out. */
  isExpired(): boolean {
    const { clock, twin } = this.#running;
    clock.sync();
    const [held] = twin.world.nodes[this.#node()]?.certificates ?? [];
    return held !== undefined && held.notAfter <= twin.world.now;
  }

  /** What the node's own state does to a request; true where it goes no further. */
  #isStruck(node: string, socket: Socket): boolean {
    const kind = this.#running.twin.world.nodes[node]?.state.kind;
    if (kind === "hung") return true;
    if (kind === "online" || kind === "stopping") return false;
    socket.destroy();
    return true;
  }

  /** Breaks a connection off as a crashed proxy does: the TCP connection below the encrypted one is reset. */
  #reset(socket: Socket): void {
    for (const raw of this.sockets) {
      if (raw.remotePort === socket.remotePort && raw.remoteAddress === socket.remoteAddress) raw.resetAndDestroy();
    }
  }

  /** What a fault of the API does to a request; true where it goes no further. */
  async #isFaulty(target: string, response: ServerResponse, socket: Socket): Promise<boolean> {
    const { world } = this.#running.twin;
    if (Object.keys(world.faults).length === 0) return false;
    const path = target.replace(/[?#].*$/, "").replace(/^\/api2\/\w+/, "");
    const found = apiFaultOf(world, path);
    if (found === undefined) return false;
    if (found.kind === "api-resets") {
      this.#reset(socket);
      return true;
    }
    if (found.kind === "api-fails") {
      send(response, { status: found.status, reason: found.reason, type: undefined, body: "" });
      return true;
    }
    if (found.kind === "api-delays") await real(found.ms);
    return false;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock, twin } = this.#running;
    const { method = "GET", url = "/" } = request;
    clock.sync();
    const encoding = request.headers["transfer-encoding"];
    if (encoding !== undefined) {
      const chunked = encoding.toLowerCase() === "chunked";
      this.#turnAway(
        request,
        response,
        chunked ? "chunked transfer encoding not supported" : `Unknown transfer encoding '${encoding}'`,
      );
      return;
    }
    const body = hasBody(request) ? await bodyOf(request) : empty;
    if (body === undefined) {
      this.#turnAway(request, response, "for data too large");
      return;
    }
    if (url.startsWith("/orrery/")) {
      this.#running.changes += 1;
      const { authorization } = request.headers;
      const told = control(twin.world, clock, this.#running.control, {
        method,
        path: url,
        authorization,
        body: body.bytes.toString(),
      });
      send(response, { ...told, type: "application/json;charset=UTF-8" });
      return;
    }
    const loading = methodsLoading(method, url.replace(/^\/api2\/\w+|[?#].*$/g, ""));
    if (loading !== undefined) {
      await loading;
      clock.sync();
    }
    const node = this.#node();
    if (this.#isStruck(node, request.socket)) return;
    if (await this.#isFaulty(url, response, request.socket)) return;
    if (method === "GET" && this.#cache.answers(url)) {
      this.#cache.send(request, response, () => this.#ask(request, body, node), headersFor);
      return;
    }
    const written = this.#ask(request, body, node);
    if (method !== "GET") {
      this.#running.changes += 1;
      clock.disturbed();
    }
    if (written.status === 595 && written.reason === "Connection timed out") await clock.sleep(proxyPatienceMs);
    send(response, written);
  }

  /** Refuses a request whose body is not read. Mirrors process_header of PVE/APIServer/AnyEvent.pm. */
  #turnAway(request: IncomingMessage, response: ServerResponse, reason: string): void {
    response.on("finish", () => request.socket.destroy());
    send(response, { status: 501, reason, type: undefined, body: "" });
  }

  #ask(request: IncomingMessage, { bytes, omitted }: Body, node: string): Written {
    const { method = "GET", url: target = "/" } = request;
    const headers = plainHeaders(request);
    return answerHttp(this.#running.twin, { method, target, headers, body: bytes, omitted, node });
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    response.on("error", () => undefined);
    this.#running.onRequest(`${request.method} ${request.url}`);
    this.answer(request, response).catch((error: unknown) => {
      if (request.socket.destroyed) return;
      this.#running.onFailure(error, `${request.method} ${request.url}`);
      if (response.headersSent) request.socket.destroy();
      else send(response, { status: 500, reason: "unexpected error", type: undefined, body: "" });
    });
  }
}

const expiredOf = new WeakMap<SelfMadeCertificate, SelfMadeCertificate>();

/** A certificate for the same that ended yesterday; made when it is first needed. */
const expired = (certificate: SelfMadeCertificate): SelfMadeCertificate => {
  const known = expiredOf.get(certificate);
  if (known !== undefined) return known;
  const { wanted } = certificate;
  const made = makeCertificate({ ...wanted, from: wanted.from - 800 * 86_400_000, until: Date.now() - 86_400_000 });
  expiredOf.set(certificate, made);
  return made;
};

export type DoorOptions = {
  readonly host: string;
  readonly port: number;
  readonly certificate: SelfMadeCertificate;
  readonly node?: string;
};

/** Opens a door: an HTTPS server that speaks for one node, or for the first that is up. Rejects where it cannot listen. */
export const openDoor = async (running: Running, { host, port, certificate, node }: DoorOptions): Promise<Door> => {
  const listener = new Listener(running, node);
  const server: Server = createServer(
    {
      key: certificate.key,
      cert: certificate.pem,
      ALPNProtocols: ["http/1.1"],
      keepAliveTimeout: 5000,
      requestTimeout: 60_000,
      headersTimeout: 30_000,
      handshakeTimeout: 30_000,
      requireHostHeader: false,
    },
    (request, response) => listener.handle(request, response),
  );
  // pveproxy heeds no expectation but that its client goes on.
  server.on("checkExpectation", (request, response) => listener.handle(request, response));
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  server.on("clientError", (_error: NodeJS.ErrnoException, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 bad request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    else socket.destroy();
  });
  const { sockets } = listener;
  // Before the handshake: a certificate that has run out in the world has run out for whoever comes now.
  let shown = certificate;
  server.prependListener("connection", () => {
    const wanted = listener.isExpired() ? expired(certificate) : certificate;
    if (wanted === shown) return;
    shown = wanted;
    server.setSecureContext({ key: wanted.key, cert: wanted.pem });
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  return {
    host,
    port: typeof address === "object" && address !== null ? address.port : port,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
