import { randomUUID } from "node:crypto";
import { Worker } from "node:worker_threads";
import type { EventBus } from "../events/event-bus.ts";
import type { RehearsalJob, RehearsalQuestion, RehearsalReply, RehearsalState } from "./rehearsal.ts";

/** So many are kept, the newest; so many may wait; one runs at a time, for so long at most. */
const limits = { kept: 50, waiting: 10, longestMs: 10 * 60_000 };

type Waiting = { readonly id: string; readonly question: RehearsalQuestion };

/** Rehearsals as jobs, each in a thread of its own: whoever asks the server meanwhile is answered. Kept in this process. */
export class Rehearsals {
  readonly #jobs = new Map<string, RehearsalJob>();
  readonly #waiting: Waiting[] = [];
  readonly #events: EventBus;
  readonly #now: () => number;
  #running: { readonly id: string; readonly worker: Worker } | undefined;

  constructor(events: EventBus, now: () => number) {
    this.#events = events;
    this.#now = now;
  }

  of(cluster: string): readonly RehearsalJob[] {
    return [...this.#jobs.values()].filter((job) => job.cluster === cluster).reverse();
  }

  get(cluster: string, id: string): RehearsalJob | undefined {
    const job = this.#jobs.get(id);
    return job?.cluster === cluster ? job : undefined;
  }

  /** Undefined where too many wait already. */
  ask(cluster: string, by: string, question: RehearsalQuestion): RehearsalJob | undefined {
    if (this.#waiting.length >= limits.waiting) return undefined;
    const job: RehearsalJob = {
      id: randomUUID(),
      cluster,
      by,
      askedAt: this.#now(),
      observedAt: question.state.at,
      asked: question.asked,
      state: { kind: "queued" },
    };
    this.#jobs.set(job.id, job);
    this.#forget();
    this.#waiting.push({ id: job.id, question });
    this.#next();
    return this.#jobs.get(job.id) ?? job;
  }

  cancel(id: string): void {
    const waits = this.#waiting.findIndex((one) => one.id === id);
    if (waits >= 0) this.#waiting.splice(waits, 1);
    else if (this.#running?.id !== id) return;
    this.#turn(id, { kind: "cancelled", at: this.#now() });
    if (this.#running?.id === id) void this.#running.worker.terminate();
  }

  async stop(): Promise<void> {
    for (const { id } of this.#waiting.splice(0)) this.#turn(id, { kind: "cancelled", at: this.#now() });
    const running = this.#running;
    if (running === undefined) return;
    this.cancel(running.id);
    await running.worker.terminate();
  }

  #forget(): void {
    for (const { id, state } of this.#jobs.values()) {
      if (this.#jobs.size <= limits.kept) return;
      if (state.kind !== "queued" && state.kind !== "running") this.#jobs.delete(id);
    }
  }

  #turn(id: string, state: RehearsalState): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    this.#jobs.set(id, { ...job, state });
    this.#events.tell({ kind: "rehearsal", cluster: job.cluster, data: { id, state: state.kind } });
  }

  /** What a thread came to; of one that was cancelled nothing more is told. */
  #end(id: string, state: RehearsalState): void {
    if (this.#jobs.get(id)?.state.kind === "running") this.#turn(id, state);
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    const { id, question } = next;
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: question });
    this.#running = { id, worker };
    this.#turn(id, { kind: "running", since: this.#now() });
    const impatient = setTimeout(() => {
      this.#end(id, { kind: "failed", at: this.#now(), why: "It took longer than 10 minutes." });
      void worker.terminate();
    }, limits.longestMs);
    worker.on("message", (reply: RehearsalReply) => {
      const at = this.#now();
      this.#end(
        id,
        reply.kind === "refused"
          ? { kind: "failed", at, why: reply.why }
          : { kind: "done", at, rehearsal: reply.rehearsal, assumptions: reply.assumptions },
      );
    });
    worker.on("error", (error) => {
      const why = error instanceof Error ? error.message : "the thread failed";
      this.#end(id, { kind: "failed", at: this.#now(), why });
    });
    worker.on("exit", () => {
      clearTimeout(impatient);
      this.#end(id, { kind: "failed", at: this.#now(), why: "The thread ended without an answer." });
      this.#running = undefined;
      this.#next();
    });
  }
}
