import type { Sample } from "@orrery/alerting";
import { ApiMetrics, cycleMs, type Exchange, Measure, Monitor, type MonitorOptions } from "@orrery/collect";
import type { Clock } from "@orrery/contract";
import { keptValue, type Monitored, whyNotFresh } from "@orrery/state";
import { Connected, type WatchedCluster } from "./connected.ts";
import type { Look } from "./look.ts";

export type WatchOptions = {
  readonly cluster: string;
  readonly clock: Clock;
  /** Called when the cluster is to be asked, and again where a connection is of no more use. */
  readonly connect: () => Promise<WatchedCluster>;
  readonly monitor?: Omit<MonitorOptions, "told">;
  /** Told of what went wrong here, a sentence each: never of the cluster's troubles, which are in the looks. */
  readonly complain?: (sentence: string, error: unknown) => void;
};

type Listener = (look: Look) => unknown;

/** What hangs does not keep a look waiting: it is told with what there is. */
const patienceMs = cycleMs / 2;
/** Clocks are set right by a little all the time. */
const jumpMs = 2000;

const isDark = ({ cluster }: Monitored): boolean =>
  keptValue(cluster.resources) === undefined && keptValue(cluster.membership) === undefined;

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
  readonly #listeners = new Set<Listener>();
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;
  #last: Look | undefined;
  #requests = 0;
  #before: { readonly now: number; readonly monotonic: number } | undefined;

  constructor(options: WatchOptions) {
    const { clock, connect } = options;
    this.#options = options;
    this.#clock = clock;
    this.#connected = new Connected(connect, clock);
    this.#monitor = new Monitor(this.#connected, clock, { ...options.monitor, told: (one) => this.#told(one) });
  }

  /** The last look; undefined before the first. */
  get last(): Look | undefined {
    return this.#last;
  }

  /** Told of each look, one after the other. What a listener throws is complained of. Gives what ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#running ??= this.#run();
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
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    const under = new Set<Promise<void>>();
    while (!signal.aborted) {
      const began = this.#clock.monotonic();
      const requests = this.#requests;
      const cycle = this.#cycle().finally(() => under.delete(cycle));
      under.add(cycle);
      await Promise.race([cycle, this.#pause(patienceMs)]);
      if (signal.aborted) break;
      this.#tell(this.#look({ requests, began }));
      await this.#pause(cycleMs - (this.#clock.monotonic() - began));
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
    const trouble = troubleOf(seen);
    const jumped = this.#jumped(seen.at);
    return {
      cluster: this.#options.cluster,
      at: seen.at,
      ok: trouble === undefined,
      ...(trouble === undefined ? {} : { trouble }),
      ...(jumped === undefined ? {} : { jumped }),
      state: undefined,
      seen,
      samples: this.#samples(seen),
      requests: this.#requests - since.requests,
      tookMs: this.#clock.monotonic() - since.began,
    };
  }

  /** As a scrape would give them: one that brings nothing has failed. */
  #samples(seen: Monitored): readonly Sample[] {
    const failed = isDark(seen);
    const own: Sample = { metric: "up", labels: { job: "orrery" }, value: failed ? 0 : 1 };
    return failed ? [own] : [own, ...this.#measure.samples(seen, (to) => this.#api.write(to))];
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

  #complain(sentence: string, error: unknown): void {
    this.#options.complain?.(sentence, error);
  }
}
