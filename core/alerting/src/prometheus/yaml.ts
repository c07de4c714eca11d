/** Data that YAML can say. */
export type Yaml = string | number | boolean | readonly Yaml[] | { readonly [key: string]: Yaml | undefined };

/** Words that YAML would take for something else than text, and text that would not end where it should. */
const plain = /^[A-Za-z_/][A-Za-z0-9_./ ()-]*$/;
const taken = /^(true|false|yes|no|on|off|null|y|n|nan|inf)$/i;

const scalar = (value: string | number | boolean): string => {
  if (typeof value === "number" && !Number.isFinite(value))
    return Number.isNaN(value) ? ".nan" : value > 0 ? ".inf" : "-.inf";
  if (typeof value !== "string") return String(value);
  return plain.test(value) && !taken.test(value) && !value.endsWith(" ") ? value : JSON.stringify(value);
};

const isList = (value: Yaml): value is readonly Yaml[] => Array.isArray(value);

const lines = (value: Yaml, indent: string): string[] => {
  if (isList(value)) {
    return value.flatMap((item) => {
      if (typeof item !== "object") return [`${indent}- ${scalar(item)}`];
      if (isEmpty(item)) return [`${indent}- ${isList(item) ? "[]" : "{}"}`];
      const [first = "", ...rest] = lines(item, `${indent}  `);
      return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
    });
  }
  if (typeof value !== "object") return [`${indent}${scalar(value)}`];
  return Object.entries(value).flatMap(([key, item]) => {
    if (item === undefined) return [];
    const name = scalar(key);
    if (typeof item !== "object") return [`${indent}${name}: ${scalar(item)}`];
    if (isEmpty(item)) return [`${indent}${name}: ${isList(item) ? "[]" : "{}"}`];
    return [`${indent}${name}:`, ...lines(item, `${indent}  `)];
  });
};

const isEmpty = (value: object): boolean => Object.values(value).every((item) => item === undefined);

/** Data as YAML, readable, keys in their own order. What is undefined is left out. */
export const yaml = (value: Yaml): string => `${lines(value, "").join("\n")}\n`;
