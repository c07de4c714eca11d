import type { Schema } from "../contract.ts";

type Properties = Record<string, unknown>;

export type Parsed = { kind: "parsed"; value: Properties } | { kind: "broken"; why: string };

/** The truth of a word in a property string; undefined when it is neither. Parameters themselves take only 0 and 1. */
const booleanWord = (word: string): "0" | "1" | undefined => {
  if (/^(1|on|yes|true)$/i.test(word)) return "1";
  if (/^(0|off|no|false)$/i.test(word)) return "0";
  return undefined;
};

/**
 * Splits `virtio=BC:24:…,bridge=vmbr0` into properties, following aliases and the default key. Does not check the
 * values. Mirrors parse_property_string in pve-common's JSONSchema.
 */
export const splitPropertyString = (format: Readonly<Record<string, Schema>>, text: string): Parsed => {
  const value: Properties = Object.create(null);
  const schemaOf = (key: string): Schema | undefined => (Object.hasOwn(format, key) ? format[key] : undefined);
  let defaultKey: string | undefined;
  for (const part of text.split(",")) {
    if (/^\s*$/.test(part)) continue;
    const pair = /^([^=]+)=([\s\S]+)$/.exec(part);
    if (pair !== null) {
      let key = pair[1] ?? "";
      let word: string = pair[2] ?? "";
      if (value[key] !== undefined)
        return { kind: "broken", why: `duplicate key in comma-separated list property: ${key}\n` };
      let schema = schemaOf(key);
      if (schema?.alias !== undefined) {
        if (schema.keyAlias !== undefined) {
          if (value[schema.keyAlias] !== undefined)
            return { kind: "broken", why: `key alias '${schema.keyAlias}' is already defined\n` };
          value[schema.keyAlias] = key;
        }
        key = schema.alias;
        schema = schemaOf(key);
      }
      if (schema?.type === "boolean") word = booleanWord(word) ?? word;
      value[key] = word;
    } else if (!part.includes("=")) {
      if (defaultKey !== undefined)
        return { kind: "broken", why: `duplicate key in comma-separated list property: ${defaultKey}\n` };
      defaultKey = Object.keys(format).find((key) => format[key]?.default_key);
      if (defaultKey === undefined)
        return { kind: "broken", why: "value without key, but schema does not define a default key\n" };
      if (value[defaultKey] !== undefined)
        return { kind: "broken", why: `duplicate key in comma-separated list property: ${defaultKey}\n` };
      value[defaultKey] = format[defaultKey]?.type === "boolean" ? (booleanWord(part) ?? part) : part;
    } else {
      return { kind: "broken", why: "missing key in comma-separated list property\n" };
    }
  }
  return { kind: "parsed", value };
};
