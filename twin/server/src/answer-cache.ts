import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { Written } from "@orrery/twin-api";
import type { Running } from "./door.ts";

type Kept = { readonly state: string; readonly written: Written; readonly bytes: Buffer; zipped?: Buffer };

/** Lists that are large, asked for again and again, and told by pvestatd: figures in them are never of this very moment. */
const kept = /^\/api2\/(?:json|extjs)\/cluster\/resources(?:\?|$)/;
const mostKept = 64;
/** Figures are told anew after so many milliseconds of the world; pvestatd takes ten seconds. */
const freshMs = 1000;

/**
 * Answers that hold while nothing has happened, nothing was changed and a second has not passed in the world: for the
 * same question of the same caller the same bytes.
 */
export class AnswerCache {
  readonly #running: Running;
  readonly #answers = new Map<string, Kept>();

  constructor(running: Running) {
    this.#running = running;
  }

  answers(target: string): boolean {
    return kept.test(target);
  }

  #state(): string {
    const { clock, twin, changes } = this.#running;
    return `${changes} ${twin.revision} ${clock.happened} ${Math.floor(twin.world.now / freshMs)}`;
  }

  send(
    request: IncomingMessage,
    response: ServerResponse,
    ask: () => Written,
    headersFor: (type: string | undefined, length: number) => string[],
  ): void {
    const { url = "", headers } = request;
    const key = createHash("sha256")
      .update(`${url}\n${headers.cookie ?? ""}\n${headers.authorization ?? ""}`)
      .digest("base64");
    const state = this.#state();
    let found = this.#answers.get(key);
    if (found === undefined || found.state !== state) {
      const written = ask();
      found = { state, written, bytes: Buffer.from(written.body) };
      if (this.#answers.size >= mostKept) this.#answers.clear();
      this.#answers.set(key, found);
    }
    const { written } = found;
    const zip = /\bgzip\b/.test(`${headers["accept-encoding"] ?? ""}`) && found.bytes.length > 1024;
    if (zip) found.zipped ??= gzipSync(found.bytes, { level: 1 });
    const bytes = zip && found.zipped !== undefined ? found.zipped : found.bytes;
    const lines = headersFor(written.type, bytes.length);
    response.writeHead(
      written.status,
      written.reason.replace(/[^\x20-\x7e]/g, "?"),
      zip ? [...lines, "Content-Encoding", "gzip"] : lines,
    );
    response.end(bytes);
  }
}
