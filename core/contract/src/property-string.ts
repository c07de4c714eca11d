import type { PropertyFormat, PropertySchema } from "./schema.ts";
import { formatPveSize } from "./size.ts";

/** A property string taken apart: values under their proper keys, booleans as 0 or 1, all else as it was written. */
export type Properties = Readonly<Record<string, string | number>>;

export type ParsedProperties =
  | { readonly kind: "parsed"; readonly properties: Properties }
  /** In Proxmox's words. */
  | { readonly kind: "refused"; readonly reason: string };

/** `1`, `on`, `yes`, `true` and their opposites, in any case. Undefined for anything else. Mirrors `parse_boolean`. */
export const parsePveBoolean = (text: string): 0 | 1 | undefined => {
  if (/^(1|on|yes|true)$/i.test(text)) return 1;
  if (/^(0|off|no|false)$/i.test(text)) return 0;
  return undefined;
};

const schemaOf = (format: PropertyFormat, key: string): PropertySchema | undefined =>
  Object.hasOwn(format, key) ? format[key] : undefined;

const defaultKeyOf = (format: PropertyFormat) => Object.keys(format).find((key) => format[key]?.default_key === 1);

/** In Perl's sense: what is false may be said again. */
const isTrue = (value: string | number | undefined) =>
  value !== undefined && value !== 0 && value !== "0" && value !== "";

/**
 * Reads `virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20` by the format of its schema: aliases resolved, the part without
 * a key given to the default key. Values are not checked against the schema: {@link parsePropertyString} only takes
 * apart. Mirrors `parse_property_string` in pve-common `src/PVE/JSONSchema.pm`.
 */
export const parsePropertyString = (format: PropertyFormat, text: string): ParsedProperties => {
  const properties = new Map<string, string | number>();
  let isBareSeen = false;
  const refused = (reason: string): ParsedProperties => ({ kind: "refused", reason });
  for (const part of text.split(",")) {
    if (/^\s*$/.test(part)) continue;
    const [, writtenKey, written] = /^([^=]+)=(.+)$/s.exec(part) ?? [];
    if (writtenKey !== undefined && written !== undefined) {
      if (properties.has(writtenKey)) return refused(`duplicate key in comma-separated list property: ${writtenKey}`);
      const { alias, keyAlias } = schemaOf(format, writtenKey) ?? {};
      if (keyAlias !== undefined) {
        if (properties.has(keyAlias)) return refused(`key alias '${keyAlias}' is already defined`);
        properties.set(keyAlias, writtenKey);
      }
      const key = alias ?? writtenKey;
      const schema = schemaOf(format, key);
      if (schema === undefined) return refused(`invalid key in comma-separated list property: ${key}`);
      properties.set(key, schema.type === "boolean" ? (parsePveBoolean(written) ?? written) : written);
    } else if (part.includes("=")) {
      return refused("missing key in comma-separated list property");
    } else {
      const key = defaultKeyOf(format);
      if (key === undefined) return refused("value without key, but schema does not define a default key");
      if (isBareSeen || isTrue(properties.get(key)))
        return refused(`duplicate key in comma-separated list property: ${key}`);
      isBareSeen = true;
      // Words for booleans are understood with a key only.
      properties.set(key, schemaOf(format, key)?.type === "boolean" && /^[01]$/.test(part) ? Number(part) : part);
    }
  }
  return { kind: "parsed", properties: Object.fromEntries(properties) };
};

/**
 * Writes properties as Proxmox does: the default key's value first, without its key (`virtio=BC:…` where an alias stands
 * for model and address together), then what is required, then the rest, by name. The inverse of
 * {@link parsePropertyString}. Throws for a value with a comma: it cannot be written. Mirrors `print_property_string`.
 */
export const printPropertyString = (format: PropertyFormat, properties: Properties): string => {
  const left = new Map(Object.entries(properties));
  const parts: string[] = [];
  const take = (key: string): string => {
    const value = left.get(key) ?? "";
    left.delete(key);
    const isSize = typeof value === "number" && schemaOf(format, key)?.format === "disk-size";
    const text = isSize ? formatPveSize(value) : String(value);
    if (text.includes(",")) throw new Error(`illegal value with commas for ${key}`);
    return text;
  };
  const aliases = Object.values(format).filter(({ alias, keyAlias }) => alias !== undefined && keyAlias !== undefined);
  const add = (key: string, isDefault: boolean) => {
    if (!left.has(key)) return;
    const partner = aliases.find(({ alias = "", keyAlias }) => keyAlias === key && left.has(alias))?.alias;
    if (partner !== undefined) parts.push(`${take(key)}=${take(partner)}`);
    else parts.push(isDefault ? take(key) : `${key}=${take(key)}`);
  };
  const defaultKey = defaultKeyOf(format);
  if (defaultKey !== undefined) add(defaultKey, true);
  const names = [...left.keys()].sort();
  for (const key of names) if (schemaOf(format, key)?.optional !== true) add(key, false);
  for (const key of names) add(key, false);
  return parts.join(",");
};
