import type { Sample } from "@orrery/alerting";
import { ApiMetrics, cycleMs, type Exchange, Measure, Monitor, type Wanted } from "@orrery/collect";
import type { Clock } from "@orrery/contract";
import type { Lab } from "@orrery/model";
import { unseenFirewalls } from "@orrery/plan";
import { keptValue, type Monitored, whyNotFresh } from "@orrery/state";
import type { Format, Metrics, MetricsPage } from "@orrery/telemetry";
import { Connected, type WatchedCluster } from "./connected.ts";
import { type Judge, Judging } from "./judging.ts";
import type { Look } from "./look.ts";
import { Pages } from "./pages.ts";
import { readTaskLog, type TaskLog } from "./task-log.ts";

export type WatchOptions = {
  readonly cluster: string;
  readonly clock: Clock;
  /** Called when the cluster is to be asked, and again where a connection is of no more use. */
  readonly connect: () => Promise<WatchedCluster>;
  /** What the cluster is held against. */
  readonly lab?: Lab | undefined;
  /** How it is held against it, where that is not to be done in this thread. */
  readonly judge?: Judge;
  /** Whether a cluster state is read. Default true; always where there is a lab. */
  readonly state?: boolean;
  readonly guests?: boolean;
  readonly backups?: boolean;
  /** Milliseconds for one request. Default 8,000. */
  readonly withinMs?: number;
  /** How many times faster than usual everything is asked: for worlds whose time runs faster. Default 1. */
  readonly speed?: number;
  /** How many times as fast as real time the clock runs: what requests take is told in real time. Default 1. */
  readonly hurry?: number;
  /** Told of every request. */
  readonly told?: (exchange: Exchange) => void;
  /** Told of what went wrong here, a sentence each: never of the cluster's troubles, which are in the looks. */
  readonly complain?: (sentence: string, error: unknown) => void;
};

type Listener = (look: Look) => unknown;

/** Clocks are set right by a little all the time. */
const jumpMs = 2000;

const noneStale: ReadonlyMap<string, string> = new Map();

export type WatchedPage =
  | { readonly kind: "page"; readonly body: Buffer }
  | { readonly kind: "dark"; readonly why: string };

/** Why nothing is known of a cluster; undefined where something is. */
const darkness = ({ cluster: { resources, membership } }: Monitored): string | undefined =>
  keptValue(resources) === undefined && keptValue(membership) === undefined
    ? (whyNotFresh(resources) ?? "it did not answer")
    : undefined;

/** Why a look is not whole; undefined where it is. */
const troubleOf = ({ cluster: { resources, membership } }: Monitored): string | undefined => {
  for (const kept of [resources, membership])
    if (kept.kind !== "fresh") return whyNotFresh(kept) ?? "it has not answered yet";
  return undefined;
};

/** Looks at one cluster every ten seconds, and tells whoever listens. Goes on whatever fails. */
export class ClusterWatch {
  readonly #options: WatchOptions;
  readonly #clock: Clock;
  readonly #connected: Connected;
  readonly #monitor: Monitor;
  readonly #measure = new Measure();
  readonly #api = new ApiMetrics();
  readonly #pages: Pages;
  readonly #judging: Judging | undefined;
  readonly #cycleMs: number;
  readonly #listeners = new Set<Listener>();
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;
  #last: Look | undefined;
  #requests = 0;
  #before: { readonly now: number; readonly monotonic: number } | undefined;

  constructor(options: WatchOptions) {
    const { clock, connect, lab, guests = true, backups = true, withinMs = 8000, speed = 1, hurry = 1 } = options;
    this.#options = options;
    this.#clock = clock;
    this.#connected = new Connected(connect, clock);
    this.#cycleMs = cycleMs / speed;
    const state = lab !== undefined || options.state !== false;
    const told = (exchange: Exchange): void => this.#told(exchange);
    this.#monitor = new Monitor(this.#connected, clock, { guests, backups, withinMs, speed, hurry, state, told });
    this.#pages = new Pages(clock, (wanted) => this.#page(wanted));
    this.#judging = lab === undefined ? undefined : new Judging(lab, clock, options.judge);
  }

  /** The last look; undefined before the first. */
  get last(): Look | undefined {
    return this.#last;
  }

  /** Resolves when what everybody asks for first was answered, or failed. */
  get begun(): Promise<void> {
    return this.#monitor.begun;
  }

  /** What is measured now, as a page; why there is none, where nothing is known of the cluster. */
  async page(wanted: Wanted, format: Format, gzipped: boolean): Promise<WatchedPage> {
    await this.#monitor.begun;
    const why = darkness(this.#monitor.seen());
    if (why !== undefined) return { kind: "dark", why };
    return { kind: "page", body: await this.#pages.page(this.#monitor.revision, wanted, format, gzipped) };
  }

  /** Puts what is measured now; nothing, where nothing is known of the cluster. */
  measure(to: Metrics): void {
    const seen = this.#monitor.seen();
    if (darkness(seen) !== undefined) return;
    this.#measure.put(to, seen, { cluster: true, node: true });
    this.#judging?.measure(to, seen);
  }

  /** Puts how the asking goes. */
  measureApi(to: Metrics): void {
    this.#api.write(to);
  }

  /** Reads now what is otherwise read slowly: it may have been changed on purpose. Resolves when that was tried. */
  async renew(): Promise<void> {
    const [requests, began] = [this.#requests, this.#clock.monotonic()];
    this.#monitor.renew();
    this.#judging?.hasten();
    await this.#cycle();
    if (!this.#ending.signal.aborted) this.#tell(this.#look({ requests, began }));
  }

  /** Asks the cluster what a task wrote: somebody wants to see it, and it is not kept. Rejects with a `PveError`. */
  taskLog(task: { readonly node: string; readonly upid: string }): Promise<TaskLog> {
    return readTaskLog(this.#connected, task, this.#options.withinMs ?? 8000);
  }

  /** Told of each look, one after the other. What a listener throws is complained of. Gives what ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  get hasEnded(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Ends the watch and its connection: nobody waits for a cluster that hangs. */
  async stop(): Promise<void> {
    this.#ending.abort(new Error("the watch has ended"));
    await this.#connected.close();
    await this.#running;
  }

  #told(exchange: Exchange): void {
    this.#requests += 1;
    this.#api.told(exchange);
    this.#options.told?.(exchange);
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    const under = new Set<Promise<void>>();
    while (!signal.aborted) {
      const began = this.#clock.monotonic();
      const requests = this.#requests;
      const cycle = this.#cycle().finally(() => under.delete(cycle));
      under.add(cycle);
      await Promise.race([cycle, this.#pause(this.#cycleMs / 2)]);
      if (signal.aborted) break;
      this.#tell(this.#look({ requests, began }));
      await this.#pause(Math.max(0, this.#cycleMs - (this.#clock.monotonic() - began)));
    }
    await Promise.all(under);
  }

  async #pause(milliseconds: number): Promise<void> {
    await this.#clock.sleep(milliseconds, this.#ending.signal).catch(() => undefined);
  }

  async #cycle(): Promise<void> {
    try {
      await this.#monitor.cycle(this.#ending.signal);
    } catch (error) {
      this.#complain("A look went wrong", error);
    }
  }

  #look(since: { readonly requests: number; readonly began: number }): Look {
    const seen = this.#monitor.seen();
    const assembled = this.#monitor.state();
    const trouble = troubleOf(seen);
    const jumped = this.#jumped(seen.at);
    return {
      cluster: this.#options.cluster,
      at: seen.at,
      ok: trouble === undefined,
      ...(trouble === undefined ? {} : { trouble }),
      ...(jumped === undefined ? {} : { jumped }),
      ...(this.#monitor.isWhole && this.#judging?.hasJudged !== false ? {} : { isBeginning: true }),
      state: assembled?.state,
      stale: assembled?.stale ?? noneStale,
      seen,
      samples: this.#samples(seen),
      requests: this.#requests - since.requests,
      tookMs: this.#clock.monotonic() - since.began,
    };
  }

  /** As a scrape would give them: one that brings nothing has failed. */
  #samples(seen: Monitored): readonly Sample[] {
    const failed = darkness(seen) !== undefined;
    const own: Sample = { metric: "up", labels: { job: "orrery" }, value: failed ? 0 : 1 };
    return failed
      ? [own]
      : [
          own,
          ...this.#measure.samples(seen, (to) => {
            this.#judging?.measure(to, seen);
            this.#api.write(to);
          }),
        ];
  }

  #page(wanted: Wanted): MetricsPage {
    const seen = this.#monitor.seen();
    return this.#measure.page(seen, wanted, (to) => this.#judging?.measure(to, seen));
  }

  #jumped(now: number): number | undefined {
    const monotonic = this.#clock.monotonic();
    const before = this.#before;
    this.#before = { now, monotonic };
    if (before === undefined) return undefined;
    const jumped = now - before.now - (monotonic - before.monotonic);
    return Math.abs(jumped) < jumpMs ? undefined : jumped;
  }

  #tell(look: Look): void {
    this.#last = look;
    this.#judge(look);
    for (const listener of this.#listeners) {
      try {
        const told = listener(look);
        if (told instanceof Promise)
          told.catch((error: unknown) => this.#complain("What was seen could not be worked upon", error));
      } catch (error) {
        this.#complain("What was seen could not be worked upon", error);
      }
    }
  }

  /** Behind the looks: what takes long holds none of them up. */
  #judge({ state }: Look): void {
    const { lab } = this.#options;
    if (state === undefined || lab === undefined) return;
    if (lab.firewall?.guests !== undefined)
      this.#monitor.wantFirewalls(
        unseenFirewalls(lab, state).flatMap((source) => (source.of === "guest" ? [source.vmid] : [])),
      );
    if (!this.#monitor.isWhole) return;
    this.#judging
      ?.follow(state)
      .catch((error: unknown) => this.#complain("The cluster was not held against its declaration", error));
  }

  #complain(sentence: string, error: unknown): void {
    try {
      this.#options.complain?.(sentence, error);
    } catch {
      // A log that fails must not end the watch.
    }
  }
}
