import { isJson, type Json, typeText } from "./type-text.ts";

const parametersText = (operation: Json, place: "path" | "query", indent: string): string => {
  const all = (Array.isArray(operation.parameters) ? operation.parameters : []).filter(isJson);
  const those = all.filter((one) => one.in === place);
  return typeText(
    {
      type: "object",
      properties: Object.fromEntries(those.map(({ name, schema }) => [String(name), schema])),
      required: those.filter(({ required }) => required === true).map(({ name }) => name),
    },
    indent,
  );
};

const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((found, key) => (isJson(found) ? found[key] : undefined), value);

const json = "application/json";

const replyText = (operation: Json, indent: string): string | undefined => {
  const responses = isJson(operation.responses) ? operation.responses : {};
  const [status] = Object.keys(responses).filter((one) => one !== "default");
  const schema = at(responses, status ?? "", "content", json, "schema");
  return schema === undefined ? undefined : typeText(schema, indent);
};

type Operation = { readonly id: string; readonly method: string; readonly url: string; readonly told: Json };

const operationsOf = (document: Json): readonly Operation[] =>
  Object.entries(isJson(document.paths) ? document.paths : {}).flatMap(([url, methods]) =>
    Object.entries(isJson(methods) ? methods : {}).flatMap(([method, told]) =>
      isJson(told) ? [{ id: String(told.operationId), method: method.toUpperCase(), url, told }] : [],
    ),
  );

/**
 * The source of the typed client of an OpenAPI document: a type for each schema, and for each operation that answers in
 * JSON what it takes and gives.
 */
export const clientText = (document: Json): string => {
  const schemas = Object.entries(
    isJson(at(document, "components", "schemas")) ? Object(at(document, "components", "schemas")) : {},
  );
  const operations = operationsOf(document).flatMap((one) => {
    const reply = replyText(one.told, "    ");
    return reply === undefined ? [] : [{ ...one, reply }];
  });
  const types = operations.map(({ id, method, told, reply }) => {
    const body = at(told, "requestBody", "content", json, "schema");
    return `  /** ${String(told.summary)}. ${String(told["x-orrery-access"])} */
  readonly ${id}: {
    readonly method: "${method}";
    readonly path: ${parametersText(told, "path", "    ")};
    readonly query: ${parametersText(told, "query", "    ")};
    readonly body: ${body === undefined ? "undefined" : typeText(body, "    ")};
    readonly reply: ${reply};
  };`;
  });
  return `// Made by \`npm run client -w @orrery/console\` from the server's own description of its API. Not to be edited.

export type Schemas = {
${schemas.map(([id, schema]) => `  readonly ${JSON.stringify(id)}: ${typeText(schema, "  ")};`).join("\n")}
};

export type Operations = {
${types.join("\n")}
};

export const operations = {
${operations.map(({ id, method, url }) => `  ${id}: { method: "${method}", url: ${JSON.stringify(url)} },`).join("\n")}
} as const satisfies { readonly [name in keyof Operations]: { readonly method: Operations[name]["method"]; readonly url: string } };
`;
};
