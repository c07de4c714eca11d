import type { Schema } from "./schema.ts";

/**
 * Settles the kinds of an answer by its schema: booleans become 0 or 1 (the wire has 1, `"1"`, true, and `""` for
 * false), numbers in quotes numbers, numbers where a string belongs strings. What the schema does not describe, and
 * `null`, stays as it is. Shares with its argument whatever did not change.
 */
export const fold = (schema: Schema | undefined, value: unknown): unknown => {
  if (schema === undefined || value === null || value === undefined) return value;
  if (Array.isArray(value)) return schema.items === undefined ? value : foldArray(schema.items, value);
  if (typeof value === "object") return foldObject(schema, value);
  switch (schema.type) {
    case "boolean":
      return foldBoolean(value);
    case "integer":
    case "number":
      return typeof value === "string" && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value) ? Number(value) : value;
    case "string":
      return typeof value === "number" ? String(value) : value;
    case "array":
    case "object":
    case "null":
    case "any":
    case undefined:
      return value;
  }
};

const foldBoolean = (value: unknown) => {
  if (value === true || value === 1 || value === "1") return 1;
  if (value === false || value === 0 || value === "0" || value === "") return 0;
  return value;
};

const foldArray = (items: Schema, values: readonly unknown[]) => {
  let changed = false;
  const folded = values.map((value) => {
    const one = fold(items, value);
    changed ||= one !== value;
    return one;
  });
  return changed ? folded : values;
};

const foldObject = (schema: Schema, value: object) => {
  const { properties, additionalProperties } = schema;
  if (properties === undefined && typeof additionalProperties !== "object") return value;
  const changed: [string, unknown][] = [];
  for (const [key, one] of Object.entries(value)) {
    const described = propertySchema(properties, key);
    const folded = fold(
      described ?? (typeof additionalProperties === "object" ? additionalProperties : undefined),
      one,
    );
    if (folded !== one) changed.push([key, folded]);
  }
  // Not assignments to a copy: an own key named `__proto__` must stay data.
  return changed.length === 0 ? value : Object.fromEntries([...Object.entries(value), ...changed]);
};

/** The schema of a property by name, `net0` being described by `net[n]`. */
export const propertySchema = (properties: Schema["properties"], name: string): Schema | undefined => {
  if (properties === undefined) return undefined;
  if (Object.hasOwn(properties, name)) return properties[name];
  const prefix = /^(.*?[^\d])\d+$/.exec(name)?.[1];
  return prefix !== undefined && Object.hasOwn(properties, `${prefix}[n]`) ? properties[`${prefix}[n]`] : undefined;
};
