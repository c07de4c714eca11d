import type { ExporterModule } from "./module.ts";
import { Watch, type WatchOptions } from "./watch.ts";

/** Nobody wanted to know for so long that the cluster is left alone until somebody does. */
const idleMs = 900_000;
/** A cluster that could not be reached is not tried again sooner, whoever asks. */
const pauseMs = 5_000;

type Held = { readonly watch: Promise<Watch>; failedAt?: number };

/** The clusters that are watched, each from the first time that somebody asks. */
export class Watches {
  readonly #held = new Map<string, Held>();
  readonly #options: (module: ExporterModule) => WatchOptions;
  readonly #tidying: NodeJS.Timeout;

  constructor(options: (module: ExporterModule) => WatchOptions) {
    this.#options = options;
    this.#tidying = setInterval(() => void this.#tidy(), 60_000);
    this.#tidying.unref();
  }

  /** The watch of a target that the module may ask. Rejects where the target cannot be reached. */
  of(module: ExporterModule, target: string): Promise<Watch> {
    // Doors to one cluster are one watch.
    const key = `${module.name} ${module.oneCluster ? "" : target}`;
    const held = this.#held.get(key);
    if (held !== undefined && (held.failedAt === undefined || performance.now() - held.failedAt < pauseMs))
      return held.watch;
    const made: Held = { watch: Watch.open(module, target, this.#options(module)) };
    made.watch.catch(() => {
      made.failedAt = performance.now();
    });
    this.#held.set(key, made);
    return made.watch;
  }

  async #tidy(): Promise<void> {
    for (const [key, { watch }] of this.#held) {
      const open = await watch.catch(() => undefined);
      if (open !== undefined && open.idleMs < idleMs) continue;
      this.#held.delete(key);
      await open?.close();
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#tidying);
    const watches = [...this.#held.values()].map(({ watch }) => watch.catch(() => undefined));
    this.#held.clear();
    await Promise.all(watches.map(async (watch) => (await watch)?.close()));
  }
}
