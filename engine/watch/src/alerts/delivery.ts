import type { Notifier } from "@orrery/alerting";
import type { Clock } from "@orrery/contract";
import type { AlertReceiver } from "@orrery/model";
import type { AlertMemory, KeptNotice, NoticeState } from "./alert-memory.ts";

export type Receivers = Readonly<Record<string, AlertReceiver>>;

/** Longer than any sending takes, tries and waits included. Milliseconds. */
const claimMs = 90_000;
const firstWaitMs = 30_000;
const longestWaitMs = 600_000;
/** News that is older than this is no news. */
const giveUpMs = 24 * 3_600_000;

/** Sends the notices of a cluster: to each receiver one after the other, in order; what fails waits, and those behind it. */
export class Delivery {
  readonly #cluster: string;
  readonly #memory: AlertMemory;
  readonly #notifier: Notifier;
  readonly #clock: Pick<Clock, "now">;
  readonly #ended: AbortSignal;
  /** Receivers that are being told something now. */
  readonly #busy = new Set<string>();

  constructor(given: {
    readonly cluster: string;
    readonly memory: AlertMemory;
    readonly notifier: Notifier;
    readonly clock: Pick<Clock, "now">;
    readonly ended: AbortSignal;
  }) {
    this.#cluster = given.cluster;
    this.#memory = given.memory;
    this.#notifier = given.notifier;
    this.#clock = given.clock;
    this.#ended = given.ended;
  }

  /** Sends what is due. Rejects where the memory does not answer: what was not settled is sent again, with its own id. */
  async deliver(receivers: Receivers): Promise<void> {
    const unsettled = await this.#memory.unsettled(this.#cluster);
    const queues = [...Map.groupBy(unsettled, ({ receiver }) => receiver)];
    // Who is slow keeps nobody else waiting.
    await Promise.all(
      queues.map(async ([name, notices]) => {
        if (this.#busy.has(name)) return;
        this.#busy.add(name);
        try {
          await this.#queue(receivers[name], notices);
        } finally {
          this.#busy.delete(name);
        }
      }),
    );
  }

  async #queue(receiver: AlertReceiver | undefined, notices: readonly KeptNotice[]): Promise<void> {
    for (const notice of notices) {
      if (this.#ended.aborted || !(await this.#send(receiver, notice))) return;
    }
  }

  /** Whether the next one may go out. */
  async #send(receiver: AlertReceiver | undefined, notice: KeptNotice): Promise<boolean> {
    const { id, at, message, state } = notice;
    const now = this.#clock.now();
    if (state.kind === "waiting" && state.next > now) return false;
    if (state.kind === "sending" && state.until > now) return false;
    if (!(await this.#memory.claim(this.#cluster, id, now, now + claimMs))) return false;
    const tries = "tries" in state ? state.tries + 1 : 1;
    const settle = (next: NoticeState) => this.#memory.settle(this.#cluster, id, next);
    if (receiver === undefined) {
      await settle({ kind: "failed", at: now, tries, why: "there is no such receiver any more" });
      return true;
    }
    const delivery = await this.#notifier.send(receiver, message, id);
    const then = this.#clock.now();
    if (delivery.kind === "sent") {
      await settle({ kind: "sent", at: then, tries });
      return true;
    }
    if (!delivery.retryable || then - at > giveUpMs) {
      await settle({ kind: "failed", at: then, tries, why: delivery.why });
      return true;
    }
    const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(tries - 1, 10));
    await settle({ kind: "waiting", tries, next: then + wait, why: delivery.why });
    return false;
  }
}
