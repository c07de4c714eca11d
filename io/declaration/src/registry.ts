import type { Literal } from "./literal.ts";

/** What is known of an object or array that a literal of a declaration made. */
export type Made = {
  readonly literal: Literal;
  /** What its spreads were given, in order. */
  readonly spread: readonly Spread[];
  /** How many elements it was made with, where it is an array. */
  readonly length: number | undefined;
};
export type Spread = { readonly operand: unknown; readonly length: number };

/** Where running declarations tell of the literals that they make. */
class Registry {
  readonly #literals = new Map<number, Literal>();
  readonly #made = new WeakMap<object, Made>();
  #next = 1;
  #pending: Spread[] = [];

  add(literal: Literal): number {
    const id = this.#next;
    this.#next += 1;
    this.#literals.set(id, literal);
    return id;
  }

  /** Forgets literals; what they made stays known for as long as it lives. */
  release(ids: readonly number[]): void {
    for (const id of ids) this.#literals.delete(id);
    this.#pending = [];
  }

  literal(id: number, value: object): object {
    const literal = this.#literals.get(id);
    if (literal === undefined) return value;
    const spread = literal.spreads === 0 ? [] : this.#pending.splice(-literal.spreads);
    this.#made.set(value, { literal, spread, length: Array.isArray(value) ? value.length : undefined });
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
