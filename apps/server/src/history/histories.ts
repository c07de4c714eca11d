import { History, type Store } from "@orrery/store";
import { type ClusterWatch, HistoryKeeping, type HistorySink, type HistorySource, MemoryHistory } from "@orrery/watch";
import type { Reign } from "../clusters/cluster.ts";
import { StoreHistory } from "./store-history.ts";

const sweepMs = 600_000;

type Given = {
  readonly store: Store | undefined;
  readonly now: () => number;
  readonly complain: (sentence: string, error: unknown) => void;
};

/** Values over time of all clusters: in the store, or the last hours of them in this process. */
export class Histories {
  readonly source: HistorySource;
  readonly #sink: HistorySink;
  readonly #keeping = new Map<string, HistoryKeeping>();
  readonly #led = new Map<string, { readonly watch: ClusterWatch; readonly reign: Reign }>();
  readonly #sweeping: NodeJS.Timeout | undefined;

  constructor({ store, now, complain }: Given) {
    if (store === undefined) {
      this.#sink = this.source = new MemoryHistory();
      return;
    }
    const history = new History(store);
    this.#sink = this.source = new StoreHistory(history, now);
    this.#sweeping = setInterval(() => {
      let leads = false;
      for (const [cluster, { watch, reign }] of this.#led) {
        if (!reign.lost.aborted) leads = true;
        // Another server looks at it by now.
        else if (watch.hasEnded) this.keeping(cluster).forget();
      }
      if (!leads) return;
      history.sweep(now()).catch((error: unknown) => complain("History could not be packed", error));
    }, sweepMs);
  }

  /** Keeps what a watch sees, for as long as this server leads the cluster; what it sees while that is not known waits. */
  follow(cluster: string, watch: ClusterWatch, reign: Reign): void {
    this.#led.set(cluster, { watch, reign });
    const keeping = this.keeping(cluster);
    watch.listen((look) => keeping.take(look));
  }

  /** How the keeping of a cluster's history goes. */
  keeping(cluster: string): HistoryKeeping {
    const known = this.#keeping.get(cluster);
    if (known !== undefined) return known;
    const keeping = new HistoryKeeping(this.#sink, () => this.#led.get(cluster)?.reign.lost.aborted === false);
    this.#keeping.set(cluster, keeping);
    return keeping;
  }

  stop(): void {
    clearInterval(this.#sweeping);
  }
}
