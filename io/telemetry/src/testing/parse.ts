/** A sample as it was read back. */
type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};
export type Read = {
  readonly types: Readonly<Record<string, string>>;
  readonly help: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
};

const unescaped = (text: string): string => text.replace(/\\(.)/gs, (_, mark: string) => (mark === "n" ? "\n" : mark));

const numbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  "+Inf": Number.POSITIVE_INFINITY,
  "-Inf": Number.NEGATIVE_INFINITY,
};

const labelsOf = (text: string): Record<string, string> => {
  const labels: Record<string, string> = {};
  const pattern = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\.)*)"(,|$)/gsy;
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text);
    if (found === null) throw new Error(`labels that are none: ${text}`);
    labels[found[1] ?? ""] = unescaped(found[2] ?? "");
  }
  return labels;
};

/** Reads a page back, strictly: a second heading for a metric, or a sample that belongs to none, is refused. */
export const parse = (page: string): Read => {
  const [types, help]: [Record<string, string>, Record<string, string>] = [{}, {}];
  const samples: Sample[] = [];
  if (page !== "" && !page.endsWith("\n")) throw new Error("the last line does not end");
  for (const line of page.split("\n").slice(0, -1)) {
    if (line === "# EOF") continue;
    const heading = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    if (heading !== null) {
      const [, what, name = "", text = ""] = heading;
      const table = what === "HELP" ? help : types;
      if (table[name] !== undefined) throw new Error(`${what} of ${name} comes twice`);
      table[name] = what === "HELP" ? unescaped(text) : text;
      continue;
    }
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/s.exec(line);
    if (sample === null) throw new Error(`a line that is none: ${line}`);
    const [, name = "", labels = "", value = ""] = sample;
    const of = [name, name.replace(/_(total|bucket|sum|count)$/, "")].find((one) => types[one] !== undefined);
    if (of === undefined) throw new Error(`${name} has no type`);
    const number = numbers[value] ?? Number(value);
    if (Number.isNaN(number) && value !== "NaN") throw new Error(`${value} is no number`);
    samples.push({ name, labels: labelsOf(labels), value: number });
  }
  return { types, help, samples };
};
