import { type Observed, observed } from "@orrery/state";
import { Garbled } from "../reader.ts";

/** The newest value there is, however old, as a part of a cluster state; and why there is no newer one. */
export type Latest<T> = { readonly part: Observed<T>; readonly stale?: string };

/** What is made of answers: each once, and of one that makes no sense nothing, so that the one before it stands. */
export class Folded<A, B> {
  readonly #fold: (answer: A) => B;
  #answer: A | undefined;
  #last: { readonly at: number; readonly value: B } | undefined;
  #why: string | undefined;

  constructor(fold: (answer: A) => B) {
    this.#fold = fold;
  }

  of({ part, stale }: Latest<A>): Latest<B> {
    if (part.kind !== "observed") return { part };
    if (part.value !== this.#answer) this.#take(part.at, part.value);
    const why = this.#why ?? stale;
    if (this.#last === undefined) return { part: { kind: "unreachable", at: part.at, why: why ?? "" } };
    const { at, value } = this.#last;
    return { part: observed(at, value), ...(why === undefined ? {} : { stale: why }) };
  }

  #take(at: number, answer: A): void {
    this.#answer = answer;
    try {
      this.#last = { at, value: this.#fold(answer) };
      this.#why = undefined;
    } catch (error) {
      if (!(error instanceof Garbled)) throw error;
      this.#why = error.message;
    }
  }
}
