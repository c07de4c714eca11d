import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Wanted } from "@orrery/collect";
import type { Clock } from "@orrery/contract";
import type { Format, MetricsPage } from "@orrery/telemetry";

const packed = promisify(gzip);

/** How long a page may be given again, though nothing new was answered: what it holds grows old too. */
const pageMs = 1000;

type Kept = { readonly revision: number; readonly at: number; readonly body: Promise<Buffer> };

/** Pages of metrics, rendered again only where something new was answered since. */
export class Pages {
  readonly #clock: Clock;
  readonly #render: (wanted: Wanted) => MetricsPage;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock, render: (wanted: Wanted) => MetricsPage) {
    this.#clock = clock;
    this.#render = render;
  }

  page(revision: number, wanted: Wanted, format: Format, gzipped: boolean): Promise<Buffer> {
    const now = this.#clock.monotonic();
    const key = `${wanted.cluster} ${wanted.node} ${format} ${gzipped}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.revision === revision && now - kept.at < pageMs) return kept.body;
    const text = Buffer.from(this.#render(wanted).text(format));
    const body = gzipped ? packed(text, { level: 1 }) : Promise.resolve(text);
    this.#kept.set(key, { revision, at: now, body });
    return body;
  }
}
