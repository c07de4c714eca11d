/** A server whose clock runs as fast as it can work, for `idle.ts`: tells its memory each hour of that clock. */
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import type { Abort, Clock } from "@orrery/contract";
import { loadDeclaration } from "@orrery/declaration";
import { connectTo, startServer, watchFeed } from "@orrery/server";
import { openStore } from "@orrery/store";

export type IdleQuestion = {
  readonly lab: string;
  readonly home: string;
  readonly url: string;
  readonly fingerprint: string;
  readonly token: string;
  readonly hours: number;
};
/** After a collection of garbage: what lives on the heap, and outside of it; and what the process has. Bytes. */
export type IdleHour = {
  readonly hour: number;
  readonly heap: number;
  readonly external: number;
  readonly rss: number;
};

const hourMs = 3_600_000;

type Sleeper = { readonly at: number; readonly wake: () => void };

/** Goes on to whoever sleeps shortest as soon as nobody waits for an answer. */
class HastyClock implements Clock {
  #now = Date.now();
  readonly #began = this.#now;
  readonly #sleepers = new Set<Sleeper>();
  /** Requests that are under way. */
  asking = 0;

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#began;
  }

  sleep(milliseconds: number, abort?: Abort): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (end: () => void) => () => {
        this.#sleepers.delete(sleeper);
        abort?.removeEventListener("abort", stop);
        end();
      };
      const sleeper: Sleeper = { at: this.#now + Math.max(0, milliseconds), wake: leave(resolve) };
      const stop = leave(() => reject(abort?.reason));
      abort?.addEventListener("abort", stop);
      this.#sleepers.add(sleeper);
    });
  }

  /** Goes on to a moment; `pause` lets what was woken do its work. */
  async until(end: number, pause: () => Promise<void>): Promise<void> {
    while (this.#now < end) {
      do await pause();
      while (this.asking > 0);
      const next = [...this.#sleepers].toSorted((one, other) => one.at - other.at)[0];
      // It has to become the leader of the cluster first, or to connect again.
      if (next === undefined) {
        await setTimeout(10);
        continue;
      }
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
  }
}

const asked: IdleQuestion = JSON.parse(process.argv[2] ?? "");
const [id = "", secret = ""] = asked.token.split("=");
const read = await loadDeclaration(asked.lab);
if (read.kind === "refused") throw new Error(read.problems.map(({ message }) => message).join("\n"));
const { lab, locate } = read;
const clock = new HastyClock();
const connection = {
  urls: [asked.url],
  fingerprint: asked.fingerprint,
  credentials: { token: id, secret: "env:TWIN_SECRET" },
};
const connect = async () => {
  const pve = await connectTo(connection, { TWIN_SECRET: secret });
  const request: typeof pve.request = async (...question) => {
    clock.asking += 1;
    try {
      return await pve.request(...question);
    } finally {
      clock.asking -= 1;
    }
  };
  return { version: pve.version, request, close: () => pve.close() };
};
const store = await openStore({ kind: "embedded", home: asked.home });
const server = await startServer({
  clusters: [
    { id: "lab", declared: { lab, locate }, makeFeed: () => watchFeed({ cluster: "lab", connect, clock, lab }) },
  ],
  listen: { host: "127.0.0.1", port: 0 },
  log: { level: "silent" },
  clock,
  store,
});
setFlagsFromString("--semi-space-growth-factor=1");
const collect = globalThis.gc;
if (collect === undefined) throw new Error("Start it with --expose-gc.");
const began = clock.now();
// Every tenth pause is a real one, for the store.
let pauses = 0;
const pause = () =>
  new Promise<void>((resolve) => {
    pauses += 1;
    if (pauses % 10 === 0) void setTimeout(1).then(resolve);
    else setImmediate(resolve);
  });
for (let hour = 0; hour <= asked.hours; hour += 1) {
  await clock.until(began + hour * hourMs, pause);
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  const told: IdleHour = { hour, heap: heapUsed, external, rss };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
await server.stop();
await store.close();
