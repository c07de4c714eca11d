export type PageFamily = {
  readonly type: string;
  /** Sorted names of the labels that its samples have. */
  readonly labels: readonly string[];
  /** By the sorted labels as text. */
  readonly values: ReadonlyMap<string, number>;
};

const sortedLabels = (text: string): [names: string[], text: string] => {
  const pairs = [...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)]
    .map(([, name = "", value = ""]): [string, string] => [name, value])
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return [pairs.map(([name]) => name), pairs.map(([name, value]) => `${name}=${value}`).join(",")];
};

/** A page in the Prometheus format, by metric. Histograms and summaries are left out. */
export const familiesOf = (page: string): Map<string, PageFamily> => {
  const types = new Map([...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => [name, type]));
  const families = new Map<string, { type: string; labels: string[]; values: Map<string, number> }>();
  for (const [, name = "", labels = "", value] of page.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/gm)) {
    const type = types.get(name);
    if (type === undefined) continue;
    const [names, text] = sortedLabels(labels);
    const family = families.get(name) ?? { type, labels: names, values: new Map<string, number>() };
    families.set(name, family);
    family.values.set(text, Number(value));
  }
  return families;
};
