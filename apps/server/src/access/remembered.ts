/** So many are remembered; beyond that the oldest are forgotten first. */
const most = 10_000;
/** Since it was last seen to be so. Milliseconds. */
const goodForMs = 15 * 60_000;

type Known<T> = { readonly value: T; readonly at: number; readonly until: number };

/** Who was let in a while ago, by the hash of his secret: for as long as what is kept cannot be asked. */
export class Remembered<T> {
  readonly #known = new Map<string, Known<T>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  keep(hash: string, value: T, until: number): void {
    this.#known.delete(hash);
    this.#known.set(hash, { value, at: this.#now(), until });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= most) return;
      this.#known.delete(oldest);
    }
  }

  forget(hash: string): void {
    this.#known.delete(hash);
  }

  forgetAll(): void {
    this.#known.clear();
  }

  get(hash: string): T | undefined {
    const known = this.#known.get(hash);
    const now = this.#now();
    return known !== undefined && now < known.until && now - known.at < goodForMs ? known.value : undefined;
  }
}
