import { connect, type TLSSocket } from "node:tls";
import type { Sent } from "./mutation.ts";
import type { Answer } from "./verdict.ts";

/** What came back on a connection: an answer, or its end without one. */
export type Came =
  | { readonly kind: "answer"; readonly answer: Answer; readonly closes: boolean }
  | { readonly kind: "closed" }
  | { readonly kind: "silent" };

/** A request as bytes: nothing is checked or put right on the way. */
export const bytesOf = ({ method, target, headers, body }: Sent): Buffer => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n]/g, "")}\r\n`);
  const length = body.length > 0 ? `Content-Length: ${body.length}\r\n` : "";
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: twin\r\n${lines.join("")}${length}\r\n`, "latin1"),
    body,
  ]);
};

const split = "\r\n\r\n";

/** The first answer in what has come, and where it ends. */
const read = (seen: Buffer): { answer: Answer; end: number; closes: boolean } | undefined => {
  const mark = seen.indexOf(split);
  if (mark < 0) return undefined;
  const [first = "", ...lines] = seen.subarray(0, mark).toString("latin1").split("\r\n");
  const [, status = "0", reason = ""] = /^HTTP\/1\.1 (\d{3}) ?(.*)$/.exec(first) ?? [];
  const headers = new Map(
    lines.map((line) => [line.split(":", 1)[0]?.toLowerCase() ?? "", line.slice(line.indexOf(":") + 1).trim()]),
  );
  const start = mark + split.length;
  if (status === "100") {
    const rest = read(seen.subarray(start));
    return rest === undefined ? undefined : { ...rest, end: rest.end + start };
  }
  const end = start + Number(headers.get("content-length") ?? 0);
  if (seen.length < end) return undefined;
  const answer = {
    status: Number(status),
    reason,
    type: headers.get("content-type"),
    body: seen.subarray(start, end).toString(),
  };
  return { answer, end, closes: headers.get("connection")?.toLowerCase() === "close" };
};

/** One TLS connection at a time to a door; another one where the last was closed. */
export class Wire {
  readonly #port: number;
  #socket: TLSSocket | undefined;
  #seen = Buffer.alloc(0);

  constructor(port: number) {
    this.#port = port;
  }

  async #open(): Promise<TLSSocket> {
    if (this.#socket !== undefined && !this.#socket.destroyed && this.#socket.readable && this.#socket.writable)
      return this.#socket;
    const socket = connect({ host: "127.0.0.1", port: this.#port, rejectUnauthorized: false });
    await new Promise<void>((resolve, reject) => {
      socket.once("secureConnect", resolve);
      socket.once("error", reject);
    });
    socket.on("error", () => undefined);
    this.#seen = Buffer.alloc(0);
    this.#socket = socket;
    return socket;
  }

  /** Sends bytes, in these pieces, and takes what comes: the first answer, or the end. */
  async send(pieces: readonly Buffer[], patienceMs = 10_000): Promise<Came> {
    const socket = await this.#open();
    const came = new Promise<Came>((resolve) => {
      const done = (what: Came): void => {
        clearTimeout(timer);
        socket.off("data", more);
        socket.off("close", end);
        resolve(what);
      };
      const more = (chunk: Buffer): void => {
        this.#seen = Buffer.concat([this.#seen, chunk]);
        const found = read(this.#seen);
        if (found === undefined) return;
        this.#seen = this.#seen.subarray(found.end);
        if (found.closes) this.close();
        done({ kind: "answer", answer: found.answer, closes: found.closes });
      };
      const end = (): void => done({ kind: "closed" });
      const timer = setTimeout(() => {
        this.close();
        done({ kind: "silent" });
      }, patienceMs);
      socket.on("data", more);
      socket.on("close", end);
    });
    for (const piece of pieces) {
      if (socket.destroyed) break;
      await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
    }
    return came;
  }

  /** Says that nothing more will be sent, and takes what comes. */
  async sendAndEnd(bytes: Buffer): Promise<Came> {
    const socket = await this.#open();
    const came = this.send([bytes]);
    socket.end();
    return came;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}
