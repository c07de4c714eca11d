/** Lets so many through at a time for each node, first come first served; the cluster as a whole is a node of its own. */
export class Gate {
  readonly #perNode: number;
  readonly #under = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();
  #most = 0;

  constructor(perNode: number) {
    this.#perNode = Math.max(1, perNode);
  }

  /** The most that were ever under way at once for one node. */
  get most(): number {
    return this.#most;
  }

  async through<T>(node: string, work: () => Promise<T>): Promise<T> {
    const under = this.#under.get(node) ?? 0;
    if (under >= this.#perNode) {
      const queue = this.#waiting.get(node) ?? [];
      this.#waiting.set(node, queue);
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      this.#under.set(node, under + 1);
      this.#most = Math.max(this.#most, under + 1);
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.get(node)?.shift();
      if (next === undefined) this.#under.set(node, (this.#under.get(node) ?? 1) - 1);
      else next();
    }
  }
}
