import { setTimeout as sleep } from "node:timers/promises";
import type { AuditDraft, Keeping } from "../keeping/keeping.ts";
import { Refusal } from "./refusal.ts";

type Log = { readonly error: (about: object, message: string) => void };

const retryMs = 1000;
/** So many wait at most; what is beyond that the log alone tells. */
const mostLate = 10_000;

/**
 * The audit trail as requests write it. A beginning that cannot be kept is refused, and nothing is done. An end is of
 * something that is done: it waits until it can be kept, and until then the trail has the beginning alone.
 */
export class Trail {
  readonly #audit: Keeping["audit"];
  readonly #log: Log;
  readonly #late: AuditDraft[] = [];
  readonly #stopping = new AbortController();
  #flushing: Promise<void> | undefined;

  constructor(audit: Keeping["audit"], log: Log) {
    this.#audit = audit;
    this.#log = log;
  }

  async begin(draft: AuditDraft): Promise<void> {
    try {
      await this.#audit.append(draft);
    } catch (error) {
      this.#log.error({ err: error, request: draft.request }, "the audit trail takes nothing");
      throw new Refusal("not-ready", "Nothing can be recorded now, and so nothing is changed. Try again later.", {
        retryAfter: 5,
      });
    }
  }

  async end(draft: AuditDraft): Promise<void> {
    if (this.#late.length === 0) {
      try {
        await this.#audit.append(draft);
        return;
      } catch (error) {
        this.#log.error({ err: error, request: draft.request }, "the audit trail takes no end now; it is tried again");
      }
    }
    if (this.#late.length >= mostLate)
      this.#log.error({ draft }, "too many ends wait for the audit trail: this one is in the log alone");
    else this.#late.push(draft);
    this.#flushing ??= this.#flush();
  }

  /** Tries a last time to keep what waits. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#flushing;
    for (const draft of this.#late) this.#log.error({ draft }, "this end never came into the audit trail");
  }

  async #flush(): Promise<void> {
    for (let draft = this.#late[0]; draft !== undefined; draft = this.#late[0]) {
      await sleep(retryMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      try {
        await this.#drain();
      } catch (error) {
        if (this.#stopping.signal.aborted) break;
        this.#log.error({ err: error, waiting: this.#late.length }, "the audit trail takes no end yet");
      }
    }
    this.#flushing = undefined;
  }

  async #drain(): Promise<void> {
    for (let draft = this.#late[0]; draft !== undefined; draft = this.#late[0]) {
      await this.#audit.append(draft);
      this.#late.shift();
    }
  }
}
