import type { Literal, LiteralIn } from "./literal.ts";
import type { SourceFile } from "./place.ts";

/** What is known of an object or array that a literal of a declaration made. */
export type Made = LiteralIn & {
  /** What its spreads were given, in order. */
  readonly spread: readonly Spread[];
  /** How many elements it was made with, where it is an array. */
  readonly length: number | undefined;
};
export type Spread = { readonly operand: unknown; readonly length: number };

/** Where running declarations tell of the literals that they make. */
class Registry {
  readonly #literals = new Map<number, LiteralIn>();
  readonly #made = new WeakMap<object, Made>();
  #next = 1;
  #pending: Spread[] = [];

  /** Keeps the literals of a file. Gives the number of the first; the others follow it. */
  add(source: SourceFile, literals: readonly Literal[]): number {
    const first = this.#next;
    this.#next += literals.length;
    for (const [index, literal] of literals.entries()) this.#literals.set(first + index, { source, literal });
    return first;
  }

  /** Forgets literals; what they made stays known for as long as it lives. */
  release(first: number, count: number): void {
    for (let id = first; id < first + count; id += 1) this.#literals.delete(id);
    this.#pending = [];
  }

  literal(id: number, value: object): object {
    const known = this.#literals.get(id);
    if (known === undefined) return value;
    const { spreads } = known.literal;
    const spread = spreads === 0 ? [] : this.#pending.splice(-spreads);
    this.#made.set(value, { ...known, spread, length: Array.isArray(value) ? value.length : undefined });
    return value;
  }

  /** Of an object literal: `...operand`. */
  spread(operand: unknown): unknown {
    this.#pending.push({ operand, length: 0 });
    return operand;
  }

  /** Of an array literal: `...operand`. */
  items(operand: Iterable<unknown>): unknown[] {
    const items = [...operand];
    this.#pending.push({ operand, length: items.length });
    return items;
  }

  made(value: unknown): Made | undefined {
    return typeof value === "object" && value !== null ? this.#made.get(value) : undefined;
  }
}

export const registry = new Registry();
// The marked modules find it here: they cannot import what their own package does not depend on.
Object.defineProperty(globalThis, Symbol.for("orrery.places"), { value: registry, configurable: true });
