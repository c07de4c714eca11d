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
