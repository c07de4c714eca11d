import type { Look } from "../look.ts";
import type { HistoryLook, HistorySink } from "./history-port.ts";
import { keptMetrics } from "./kept-metrics.ts";

/** How the keeping goes. Times are epoch milliseconds. */
export type KeepingState = {
  readonly kept: number;
  /** Looks that wait until they can be kept. */
  readonly waiting: number;
  /** Looks that will never be: there was no room for more to wait. */
  readonly dropped: number;
  readonly trouble?: { readonly since: number; readonly why: string };
};

/** An hour of looks. */
const usualRoom = 360;

/**
 * Keeps looks, one after the other. What cannot be kept now waits, the newest hour of it, and is kept when that is possible
 * again; so does everything while `mayKeep` says no.
 */
export class HistoryKeeping {
  readonly #sink: HistorySink;
  readonly #mayKeep: () => boolean;
  readonly #room: number;
  readonly #waiting: HistoryLook[] = [];
  #under: Promise<void> | undefined;
  #kept = 0;
  #dropped = 0;
  #trouble: { readonly since: number; readonly why: string } | undefined;

  constructor(sink: HistorySink, mayKeep: () => boolean = () => true, room = usualRoom) {
    this.#sink = sink;
    this.#mayKeep = mayKeep;
    this.#room = room;
  }

  get state(): KeepingState {
    const trouble = this.#trouble;
    return {
      kept: this.#kept,
      waiting: this.#waiting.length,
      dropped: this.#dropped,
      ...(trouble === undefined ? {} : { trouble }),
    };
  }

  /** Takes a look in, and keeps what can be kept. Resolves when that was tried; never rejects. */
  async take({ cluster, at, samples }: Look): Promise<void> {
    this.#waiting.push({ cluster, at, samples: samples.filter(({ metric }) => keptMetrics[metric] !== undefined) });
    if (this.#waiting.length > this.#room) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
    this.#under ??= this.#keep(at).finally(() => {
      this.#under = undefined;
    });
    await this.#under;
  }

  /** Somebody else keeps them. */
  forget(): void {
    this.#waiting.length = 0;
  }

  async #keep(at: number): Promise<void> {
    for (let [next] = this.#waiting; next !== undefined && this.#mayKeep(); [next] = this.#waiting) {
      try {
        await this.#sink.append(next);
      } catch (error) {
        this.#trouble = {
          since: this.#trouble?.since ?? at,
          why: error instanceof Error ? error.message : String(error),
        };
        return;
      }
      this.#trouble = undefined;
      this.#kept += 1;
      if (this.#waiting[0] === next) this.#waiting.shift();
    }
  }
}
