import { Worker } from "node:worker_threads";
import type { LinearModel } from "@orrery/placement";
import type { Question, Reply, Solution } from "./solution.ts";

export interface SolverLimits {
  /** Seconds for one model at most. */
  readonly seconds: number;
  /** Stops once the best is shown to be within this part of the bound: 0.01 is one percent. */
  readonly gap: number;
}

interface Waiting {
  readonly resolve: (solution: Solution) => void;
  readonly reject: (error: Error) => void;
}

/** HiGHS in a thread of its own: whoever waits is not held up. Questions are answered in turn. Close it when done. */
export class Solver {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url));
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  constructor() {
    // An idle solver does not keep the process from ending.
    this.#worker.unref();
    this.#worker.on("message", (reply: Reply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (this.#waiting.size === 0) this.#worker.unref();
      if (reply.kind === "answer") waiting?.resolve(reply.solution);
      else waiting?.reject(new Error(`HiGHS failed: ${reply.message}`));
    });
    this.#worker.on("error", (error) => this.#failAll(error));
    this.#worker.on("exit", () => this.#failAll(new Error("The solver was closed.")));
  }

  /** Rejects where HiGHS fails and where the solver is closed before the answer. */
  solve(model: LinearModel, start: Float64Array, { seconds, gap }: SolverLimits): Promise<Solution> {
    const question: Question = { id: this.#asked++, model, start, seconds, gap };
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(question.id, { resolve, reject });
      this.#worker.postMessage(question);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #failAll(error: unknown): void {
    const failure = error instanceof Error ? error : new Error(String(error));
    for (const { reject } of this.#waiting.values()) reject(failure);
    this.#waiting.clear();
  }
}
