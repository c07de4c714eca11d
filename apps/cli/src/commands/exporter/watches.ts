import type { ExporterModule } from "./module.ts";
import { Watch, type WatchOptions } from "./watch.ts";

/** Nobody wanted to know for so long that the cluster is left alone until somebody does. */
const idleMs = 900_000;

/** The clusters that are watched, each from the first time that somebody asks. */
export class Watches {
  readonly #held = new Map<string, Watch>();
  readonly #options: WatchOptions;
  readonly #tidying: NodeJS.Timeout;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#tidying = setInterval(() => void this.#tidy(), 60_000);
    this.#tidying.unref();
  }

  /** The watch of a target that the module may ask. */
  of(module: ExporterModule, target: string): Watch {
    // Doors to one cluster are one watch.
    const key = `${module.name} ${module.oneCluster ? "" : target}`;
    const held = this.#held.get(key) ?? new Watch(module, target, this.#options);
    this.#held.set(key, held);
    held.scraped();
    return held;
  }

  async #tidy(): Promise<void> {
    for (const [key, watch] of this.#held) {
      if (watch.idleMs < idleMs) continue;
      this.#held.delete(key);
      await watch.cluster.stop();
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#tidying);
    const watches = [...this.#held.values()];
    this.#held.clear();
    await Promise.all(watches.map(({ cluster }) => cluster.stop()));
  }
}
