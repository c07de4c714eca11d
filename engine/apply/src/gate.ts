/** Lets so many in at a time, in the order in which they came. */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(places: number) {
    this.#free = Math.max(1, places);
  }

  async enter(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

/** How many actions may be under way. */
export type Limits = { readonly overall: number; readonly perNode: number };

export class Gates {
  readonly #overall: Gate;
  readonly #nodes = new Map<string, Gate>();
  readonly #perNode: number;

  constructor({ overall, perNode }: Limits) {
    this.#overall = new Gate(overall);
    this.#perNode = perNode;
  }

  /** Does the work when there is room for it, on its node first, so that a busy node takes no place from others. */
  async within<T>(node: string | undefined, work: () => Promise<T>): Promise<T> {
    const own = node === undefined ? undefined : (this.#nodes.get(node) ?? new Gate(this.#perNode));
    if (node !== undefined && own !== undefined) this.#nodes.set(node, own);
    await own?.enter();
    await this.#overall.enter();
    try {
      return await work();
    } finally {
      this.#overall.leave();
      own?.leave();
    }
  }
}
