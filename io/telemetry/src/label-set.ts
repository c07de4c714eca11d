import { labelText } from "./label-text.ts";

/** Names and values of labels; as text and as an object they are made once, when somebody wants them. */
export class LabelSet {
  readonly names: readonly string[];
  readonly values: readonly string[];
  #text: string | undefined;
  #record: Readonly<Record<string, string>> | undefined;

  /** Throws where there are not as many values as names. */
  constructor(names: readonly string[], values: readonly string[]) {
    if (names.length !== values.length) throw new Error(`${values.length} values for the labels ${names.join(", ")}`);
    this.names = names;
    this.values = values;
  }

  /** `id="qemu/100",state="started"` */
  get text(): string {
    this.#text ??= labelText(this.names, this.values);
    return this.#text;
  }

  /** `{ id: "qemu/100", state: "started" }` */
  get record(): Readonly<Record<string, string>> {
    this.#record ??= Object.fromEntries(this.names.map((name, index) => [name, this.values[index] ?? ""]));
    return this.#record;
  }

  /** These and one more. */
  with(name: string, value: string): LabelSet {
    return new LabelSet([...this.names, name], [...this.values, value]);
  }
}

export const noLabels = new LabelSet([], []);
