/** A part of a document of the API, unread. */
export type Json = { readonly [key: string]: unknown };

export const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const keyText = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key));

const commentOf = (schema: unknown, indent: string): string =>
  isJson(schema) && typeof schema.description === "string" && !schema.description.includes("*/")
    ? `${indent}/** ${schema.description.replaceAll("\n", " ")} */\n`
    : "";

const union = (members: readonly string[]): string => {
  const distinct = [...new Set(members)];
  return distinct.length === 1 ? (distinct[0] ?? "never") : distinct.map(inUnion).join(" | ");
};

const inUnion = (text: string): string => (text.startsWith("readonly ") ? `(${text})` : text);

const objectText = (schema: Json, indent: string): string => {
  const properties = isJson(schema.properties) ? schema.properties : {};
  const required = listOf(schema.required);
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(
    ([key, property]) =>
      `${commentOf(property, inner)}${inner}readonly ${keyText(key)}${required.includes(key) ? "" : "?"}: ${typeText(property, inner)};`,
  );
  const rest = schema.additionalProperties;
  if (rest !== undefined && rest !== false) {
    // Beside named properties only `unknown` holds for all of them.
    const value = lines.length > 0 || !isJson(rest) ? "unknown" : typeText(rest, inner);
    lines.push(`${inner}readonly [key: string]: ${value};`);
  }
  return lines.length === 0 ? "Record<string, never>" : `{\n${lines.join("\n")}\n${indent}}`;
};

const ofType = (type: unknown, schema: Json, indent: string): string => {
  switch (type) {
    case "string":
      return "string";
    case "number":
    case "integer":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array": {
      const several = listOf(schema.prefixItems);
      if (several.length > 0) return `readonly [${several.map((one) => typeText(one, indent)).join(", ")}]`;
      return `readonly ${inUnionOfMany(typeText(schema.items, indent))}[]`;
    }
    case "object":
      return objectText(schema, indent);
    default:
      return "unknown";
  }
};

const inUnionOfMany = (text: string): string =>
  / \| /.test(text.replaceAll(/\{[\s\S]*\}/g, "")) || text.startsWith("readonly ") ? `(${text})` : text;

/** The TypeScript type of a JSON Schema, as far as types can say it: bounds, patterns and lengths are left out. */
export const typeText = (schema: unknown, indent = ""): string => {
  if (!isJson(schema)) return "unknown";
  if (typeof schema.$ref === "string")
    return `Schemas[${JSON.stringify(schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1))}]`;
  if ("const" in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return union(schema.enum.map((one) => JSON.stringify(one)));
  const members = [...listOf(schema.anyOf), ...listOf(schema.oneOf)];
  if (members.length > 0) return union(members.map((one) => typeText(one, indent)));
  const all = listOf(schema.allOf);
  if (all.length > 0) return all.map((one) => typeText(one, indent)).join(" & ");
  if (Array.isArray(schema.type)) return union(schema.type.map((one) => ofType(one, schema, indent)));
  return ofType(schema.type, schema, indent);
};
