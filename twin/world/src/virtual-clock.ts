import type { Abort, Clock } from "@orrery/contract";
import { advanceTo, nextEventAt } from "./kernel.ts";
import type { World } from "./world.ts";

type Sleeper = { at: number; order: number; wake: () => void };

/**
 * The world's clock for asynchronous code. Time stands while anything is being computed or waited for outside the
 * world; it goes on, to the next event or the next sleeper, once all that `drive` was given sleeps.
 */
export class VirtualClock implements Clock {
  readonly world: World;
  readonly #settle: () => Promise<void>;
  readonly #sleepers: Sleeper[] = [];
  readonly #began: number;
  #order = 0;
  #held = 0;

  /** `settle` resolves when every callback that can run now has run: a macrotask, such as `setImmediate`. */
  constructor(world: World, settle: () => Promise<void>) {
    this.world = world;
    this.#settle = settle;
    this.#began = world.now;
  }

  now(): number {
    return this.world.now;
  }

  monotonic(): number {
    return this.world.now - this.#began;
  }

  async sleep(milliseconds: number, abort?: Abort): Promise<void> {
    if (abort?.aborted) throw abort.reason;
    await new Promise<void>((resolve, reject) => {
      const sleeper: Sleeper = { at: this.world.now + Math.max(0, milliseconds), order: this.#order++, wake: () => {} };
      const onAbort = () => {
        this.#drop(sleeper);
        reject(abort?.reason);
      };
      sleeper.wake = () => {
        abort?.removeEventListener("abort", onAbort);
        resolve();
      };
      abort?.addEventListener("abort", onAbort);
      this.#sleepers.push(sleeper);
    });
  }

  /** Time stands until the work is done: for what waits outside the world, on a disk or a socket. */
  async hold<T>(work: Promise<T>): Promise<T> {
    this.#held += 1;
    try {
      return await work;
    } finally {
      this.#held -= 1;
    }
  }

  /**
   * Lets time pass until the work is done, as fast as can be computed. Fails when all sleep for ever or `limit`
   * (epoch milliseconds of the world) is reached.
   */
  async drive<T>(work: Promise<T>, limit = Number.POSITIVE_INFINITY): Promise<T> {
    let done = false;
    const watched = work.finally(() => {
      done = true;
    });
    watched.catch(() => {});
    for (;;) {
      await this.#settle();
      if (done) break;
      if (this.#held > 0) continue;
      const next = this.#nextAt();
      if (next === undefined) throw new Error("The work waits for something that will never happen in this world.");
      if (next > limit) throw new Error(`The work was not done by ${new Date(limit).toISOString()} of the world.`);
      advanceTo(this.world, next);
      this.#wakeDue();
    }
    return watched;
  }

  /** Lets time pass to a moment, with all that happens and wakes on the way. */
  async advance(to: number): Promise<void> {
    for (;;) {
      await this.#settle();
      if (this.#held > 0) continue;
      const next = this.#nextAt();
      if (next === undefined || next > to) break;
      advanceTo(this.world, next);
      this.#wakeDue();
    }
    advanceTo(this.world, to);
  }

  #nextAt(): number | undefined {
    let next = nextEventAt(this.world);
    for (const { at } of this.#sleepers) if (next === undefined || at < next) next = at;
    return next;
  }

  /** One sleeper wakes at a time, so that what it does is done before the next one looks. */
  #wakeDue(): void {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.at > this.world.now) continue;
      if (!first || sleeper.at < first.at || (sleeper.at === first.at && sleeper.order < first.order)) first = sleeper;
    }
    if (!first) return;
    this.#drop(first);
    first.wake();
  }

  #drop(sleeper: Sleeper): void {
    const index = this.#sleepers.indexOf(sleeper);
    if (index >= 0) this.#sleepers.splice(index, 1);
  }
}
