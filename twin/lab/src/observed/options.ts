import type { Entry, Json, Row } from "@orrery/state";
import { type Config, type Dict, dict, type Section } from "@orrery/twin-world";

/** What stands between the entries of a list in the file, by option; a comma where nothing is said. */
export type Separators = Readonly<Record<string, string>>;

const scalar = (value: Json, inner: string): string => {
  if (Array.isArray(value)) return value.map((one: Json) => scalar(one, inner)).join(inner);
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(([key, one]) => `${key}=${scalar(one, ";")}`)
      .join(",");
  }
  return typeof value === "boolean" ? String(Number(value)) : String(value);
};

/** Options as the file has them: objects become property strings, lists text. */
export const optionsOf = (row: Row, separators: Separators = {}): Config => {
  const config: Config = dict();
  for (const [key, value] of Object.entries(row)) {
    if (value === null) continue;
    if (typeof value === "number" || typeof value === "string") config[key] = value;
    else if (Array.isArray(value) && value.length === 0) continue;
    else config[key] = scalar(value, separators[key] ?? ",");
  }
  return config;
};

const sectionOf = ({ id, type, options }: Entry, separators?: Separators): Section => ({
  type,
  id,
  options: optionsOf(options, separators),
});

/** Sections by their names, in the order in which they were listed. */
export const sectionsOf = (entries: readonly Entry[] | undefined, separators?: Separators): Dict<Section> =>
  dict((entries ?? []).map((entry) => [entry.id, sectionOf(entry, separators)] as const));

export const textIn = (row: Row, key: string): string | undefined => {
  const value = row[key];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
};

export const numberIn = (row: Row, key: string): number | undefined => {
  const text = textIn(row, key);
  const value = text === undefined || text === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
};
