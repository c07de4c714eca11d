/** Something that changed, small: whoever cares asks for the rest. */
export type ServerEvent = {
  readonly kind: "cluster" | "rehearsal" | "alert" | "incident";
  readonly cluster: string;
  readonly data: { readonly [key: string]: unknown };
};
export type NumberedEvent = ServerEvent & { readonly number: number };

/** So many events are kept for those who were away for a moment. */
const mostKept = 500;

/** Hands events to whoever listens, in order, and keeps the last ones. */
export class EventBus {
  readonly #listeners = new Set<(event: NumberedEvent) => void>();
  readonly #kept: NumberedEvent[] = [];
  #number = 0;

  tell(event: ServerEvent): void {
    this.#number += 1;
    const numbered = { ...event, number: this.#number };
    this.#kept.push(numbered);
    if (this.#kept.length > mostKept) this.#kept.shift();
    for (const listener of this.#listeners) listener(numbered);
  }

  /** Everything after a number; undefined where some of it is no longer kept, or the number is of another life. */
  after(number: number): readonly NumberedEvent[] | undefined {
    const [oldest] = this.#kept;
    if (number > this.#number || (oldest !== undefined && number < oldest.number - 1)) return undefined;
    return this.#kept.filter((event) => event.number > number);
  }

  get last(): number {
    return this.#number;
  }

  listen(listener: (event: NumberedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
