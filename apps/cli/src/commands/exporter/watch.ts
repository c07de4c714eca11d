import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type Declared, type Exchange, Measure, Monitor, type MonitorOptions, type Wanted } from "@orrery/collect";
import type { PveVersion } from "@orrery/contract";
import { type PveClient, systemClock } from "@orrery/pve";
import { keptValue, whyNotFresh } from "@orrery/state";
import type { Format } from "@orrery/telemetry";
import { watchLab } from "./lab-watch.ts";
import { connectModule, type ExporterModule } from "./module.ts";

const packed = promisify(gzip);

export type WatchOptions = MonitorOptions & {
  readonly told: (exchange: Exchange) => void;
  /** What the cluster is held against. */
  readonly declared: Declared | undefined;
  /** Told of what went wrong, a sentence each. */
  readonly said: (sentence: string) => void;
};

/** A page, or why there is none. */
export type Page =
  | { readonly kind: "page"; readonly body: Buffer; readonly gzipped: boolean }
  | { readonly kind: "dark"; readonly why: string };

/** How long a page may be given again, though nothing new was answered: what it holds grows old too. */
const pageMs = 1000;

type Kept = { readonly revision: number; readonly at: number; readonly body: Promise<Buffer> };

/** A cluster that is watched for those who scrape it. */
export class Watch {
  readonly #pve: PveClient<PveVersion>;
  readonly #monitor: Monitor;
  readonly #measure = new Measure();
  readonly #options: WatchOptions;
  readonly #stop = new AbortController();
  readonly #running: readonly Promise<void>[];
  readonly #pages = new Map<string, Kept>();
  #scraped = performance.now();

  constructor(pve: PveClient<PveVersion>, options: WatchOptions) {
    this.#pve = pve;
    this.#options = options;
    this.#monitor = new Monitor(pve, systemClock, options);
    const { declared, said } = options;
    const { signal } = this.#stop;
    this.#running = [
      this.#monitor.run(signal),
      ...(declared === undefined ? [] : [this.#monitor.begun.then(() => watchLab(declared, pve, signal, said))]),
    ];
  }

  static async open(module: ExporterModule, target: string, options: WatchOptions): Promise<Watch> {
    return new Watch(await connectModule(module, target), options);
  }

  /** Milliseconds since somebody wanted to know. */
  get idleMs(): number {
    return performance.now() - this.#scraped;
  }

  /** Resolves once there is something to show. */
  get begun(): Promise<void> {
    return this.#monitor.begun;
  }

  /** The page in a format; rendered again only where something new was answered since. */
  async page(wanted: Wanted, format: Format, gzipped: boolean): Promise<Page> {
    this.#scraped = performance.now();
    await this.#monitor.begun;
    const now = performance.now();
    const { revision } = this.#monitor;
    const key = `${wanted.cluster} ${wanted.node} ${format} ${gzipped}`;
    const kept = this.#pages.get(key);
    if (kept !== undefined && kept.revision === revision && now - kept.at < pageMs)
      return { kind: "page", body: await kept.body, gzipped };
    const seen = this.#monitor.seen();
    const { resources, membership } = seen.cluster;
    if (keptValue(resources) === undefined && keptValue(membership) === undefined)
      return { kind: "dark", why: whyNotFresh(resources) ?? "it did not answer" };
    const page = this.#measure.page(seen, wanted);
    this.#options.declared?.measure(page, seen);
    const text = Buffer.from(page.text(format));
    const body = gzipped ? packed(text, { level: 1 }) : Promise.resolve(text);
    this.#pages.set(key, { revision, at: now, body });
    return { kind: "page", body: await body, gzipped };
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
    await this.#pve.close();
  }
}
