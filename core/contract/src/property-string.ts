import type { PropertyFormat, PropertySchema } from "./schema.ts";

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

/**
 * Reads `virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20` by the format of its schema: aliases resolved, the part without
 * a key given to the default key. Values are not checked against the schema: {@link parsePropertyString} only takes
 * apart. Mirrors `parse_property_string` in pve-common `src/PVE/JSONSchema.pm`.
 */
export const parsePropertyString = (format: PropertyFormat, text: string): ParsedProperties => {
  const properties = new Map<string, string | number>();
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
      if (properties.has(key)) return refused(`duplicate key in comma-separated list property: ${key}`);
      properties.set(key, part);
    }
  }
  return { kind: "parsed", properties: Object.fromEntries(properties) };
};

/**
 * Writes properties as Proxmox does: first the default key's value without its key, then the others by name, and
 * `model` with `macaddr` as `virtio=BC:…`. The inverse of {@link parsePropertyString}.
 */
export const printPropertyString = (format: PropertyFormat, properties: Properties): string => {
  const left = new Map(Object.entries(properties));
  const parts: string[] = [];
  const defaultKey = defaultKeyOf(format);
  const paired = Object.entries(format).find(
    ([key, { alias, keyAlias }]) =>
      alias !== undefined && keyAlias !== undefined && left.get(keyAlias) === key && left.has(alias),
  );
  if (paired !== undefined) {
    const [key, { alias = "", keyAlias = "" }] = paired;
    parts.push(`${key}=${left.get(alias) ?? ""}`);
    left.delete(alias);
    left.delete(keyAlias);
  } else if (defaultKey !== undefined && left.has(defaultKey)) {
    parts.push(String(left.get(defaultKey)));
    left.delete(defaultKey);
  }
  for (const key of [...left.keys()].sort()) parts.push(`${key}=${left.get(key) ?? ""}`);
  return parts.join(",");
};
