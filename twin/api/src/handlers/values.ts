import { type Config, dict } from "@orrery/twin-world";
import type { Call } from "../call.ts";
import type { Schema } from "../contract.ts";
import { propertyFormats } from "../validation/property-formats.ts";
import { splitPropertyString } from "../validation/property-string.ts";

/**
 * A parameter as a configuration file's reader would give it back: whole numbers and flags as numbers, the rest as text;
 * so, too, what no number can hold.
 */
export const typedValue = (schema: Schema | undefined, text: string): string | number => {
  if (schema?.type !== "boolean" && schema?.type !== "integer") return text;
  return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
};

/** The parameters of a call as a configuration, without the ones named. */
export const configOf = (call: Call, ...without: string[]): Config => {
  const config: Config = dict();
  for (const name of Object.keys(call.parameters)) {
    if (without.includes(name)) continue;
    const raw = call.parameters[name];
    const text = Array.isArray(raw) ? raw.map(String).join(",") : (call.text(name) ?? "");
    config[name] = typedValue(call.method.params.properties?.[name], text);
  }
  return config;
};

/** A property string as an object; flags become numbers, everything else stays text. */
export const parsedProperties = (format: Schema["format"], text: string): Record<string, unknown> => {
  const keys = typeof format === "string" ? (propertyFormats[format]?.keys ?? {}) : (format ?? {});
  const parsed = splitPropertyString(keys, text);
  if (parsed.kind === "broken") return {};
  return Object.fromEntries(
    Object.entries(parsed.value).map(([key, value]) => [key, keys[key]?.type === "boolean" ? Number(value) : value]),
  );
};
