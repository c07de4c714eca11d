const awkward = /[\\"\n\uD800-\uDFFF]/;
const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\n": "\\n" };

/** A label's value as both formats write it. */
const escapedValue = (value: string): string =>
  awkward.test(value) ? value.toWellFormed().replace(/[\\"\n]/g, (mark) => escapes[mark] ?? mark) : value;

/** `id="qemu/100",state="started"`: names and values in pairs. */
export const labelText = (names: readonly string[], values: readonly string[]): string => {
  if (names.length !== values.length) throw new Error(`${values.length} values for the labels ${names.join(", ")}`);
  return names.map((name, index) => `${name}="${escapedValue(values[index] ?? "")}"`).join(",");
};

/**
 * Texts that are made once for each key, and forgotten when a whole round went by without them: the labels of a guest
 * are the same in some thirty metrics, and from one scrape to the next.
 */
export class TextCache {
  #now = new Map<string, string>();
  #before = new Map<string, string>();

  /** The text of a key; `make` is asked where there is none yet. */
  text(key: string, make: () => string): string {
    let text = this.#now.get(key);
    if (text !== undefined) return text;
    text = this.#before.get(key) ?? make();
    this.#now.set(key, text);
    return text;
  }

  /** A new round begins. */
  turn(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  get size(): number {
    return this.#now.size;
  }
}
