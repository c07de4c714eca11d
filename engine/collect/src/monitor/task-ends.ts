import type { TaskState, TaskTally } from "@orrery/state";

/** How a task ended, by the status that it left. */
export const outcomeOf = (status: string): TaskTally["outcome"] =>
  status === "OK" ? "ok" : status.startsWith("WARNINGS") ? "warnings" : "failed";

/** Counts how tasks end, from the first look at the log on: what ended before is nobody's news. */
export class TaskEnds {
  readonly #counts = new Map<string, { node: string; type: string; outcome: TaskTally["outcome"]; count: number }>();
  #known: ReadonlySet<string> | undefined;
  #newest = 0;

  /** A node that comes back brings its old tasks along: only what ended no earlier than the newest known does count. */
  look(tasks: readonly TaskState[]): void {
    const ended = tasks.filter(({ end }) => end !== undefined && end.at >= this.#newest - 3600);
    for (const { end } of ended) this.#newest = Math.max(this.#newest, end?.at ?? 0);
    const known = this.#known;
    this.#known = new Set(ended.map(({ upid }) => upid));
    if (known === undefined) return;
    for (const { upid, node, type, end } of ended) {
      if (known.has(upid)) continue;
      const outcome = outcomeOf(end?.status ?? "");
      const key = `${node} ${type} ${outcome}`;
      const tally = this.#counts.get(key) ?? { node, type, outcome, count: 0 };
      tally.count += 1;
      this.#counts.set(key, tally);
    }
  }

  tallies(): TaskTally[] {
    return [...this.#counts.values()].map((tally) => ({ ...tally }));
  }
}
