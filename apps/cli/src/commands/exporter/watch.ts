import type { Exchange } from "@orrery/collect";
import type { Lab } from "@orrery/model";
import { systemClock } from "@orrery/pve";
import { ClusterWatch } from "@orrery/watch";
import { connectModule, type ExporterModule } from "./module.ts";

export type WatchOptions = {
  readonly guests: boolean;
  readonly backups: boolean;
  /** What the cluster is held against. */
  readonly lab: Lab | undefined;
  readonly told: (exchange: Exchange) => void;
  /** Told of what went wrong, a sentence each. */
  readonly said: (sentence: string) => void;
};

/** A cluster that is watched for those who scrape it. */
export class Watch {
  readonly cluster: ClusterWatch;
  #scraped = performance.now();

  constructor(module: ExporterModule, target: string, { said, ...options }: WatchOptions) {
    this.cluster = new ClusterWatch({
      cluster: target,
      clock: systemClock,
      connect: () => connectModule(module, target),
      state: options.lab !== undefined,
      complain: (sentence, error) => said(`${sentence}: ${error instanceof Error ? error.message : String(error)}`),
      ...options,
    });
    this.cluster.start();
  }

  /** Milliseconds since somebody wanted to know. */
  get idleMs(): number {
    return performance.now() - this.#scraped;
  }

  scraped(): void {
    this.#scraped = performance.now();
  }
}
