import { z } from "zod";
import { accessText } from "../access/access.ts";
import { roleAbout } from "../access/role.ts";
import type { Route } from "./route.ts";

type JsonObject = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Schemas that the document names, so that a client has a type of that name. */
const names = new Map<z.ZodType, string>();

/** Gives a schema of the API a name. */
export const named = <S extends z.ZodType>(id: string, schema: S): S => {
  names.set(schema, id);
  return schema;
};

named(
  "Problem",
  z.strictObject({
    code: z.string().describe("a word that programs can rely on"),
    message: z.string().describe("what happened, and what next"),
    place: z.string().optional().describe("the part of the request that is wrong"),
  }),
);

const schemasOf = (routes: readonly Route[]): JsonObject => {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of names) registry.add(schema, { id });
  for (const route of routes) {
    registry.add(route.path, { id: `${route.id}.path` });
    registry.add(route.query, { id: `${route.id}.query` });
    if (!registry.has(route.body)) registry.add(route.body, { id: `${route.id}.body` });
    if (route.kind === "json" && !registry.has(route.reply)) registry.add(route.reply, { id: `${route.id}.reply` });
  }
  const { schemas } = z.toJSONSchema(registry, {
    io: "input",
    unrepresentable: "any",
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _schema, $id: _id, ...schema }]) => [id, schema]),
  );
};

const parametersOf = (schema: unknown, place: "path" | "query"): JsonObject[] => {
  if (!isObject(schema) || !isObject(schema.properties)) return [];
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(isObject(property) && typeof property.description === "string" ? { description: property.description } : {}),
    schema: property,
  }));
};

const reference = (id: string): JsonObject => ({ $ref: `#/components/schemas/${id}` });
const json = (schema: unknown): JsonObject => ({ "application/json": { schema } });

/** The document of the API, OpenAPI 3.1. */
export const openApi = (routes: readonly Route[], version: string): JsonObject => {
  const schemas = schemasOf(routes);
  const nameOf = (route: Route, part: "body" | "reply", schema: z.ZodType): string =>
    names.get(schema) ?? `${route.id}.${part}`;
  const answerOf = (route: Route): JsonObject => {
    switch (route.kind) {
      case "json":
        return {
          [route.status]: { description: "done", content: json(reference(nameOf(route, "reply", route.reply))) },
        };
      case "text":
        return {
          200: {
            description: "done",
            content: { [route.type.split(";", 1)[0] ?? route.type]: { schema: { type: "string" } } },
          },
        };
      case "redirect":
        return { 303: { description: "done: go on there", headers: { location: { schema: { type: "string" } } } } };
    }
  };
  const operation = (route: Route): JsonObject => {
    const bodyId = nameOf(route, "body", route.body);
    const takesBody = route.method !== "GET" && route.body.safeParse(undefined).success === false;
    return {
      operationId: route.id,
      tags: [route.tag],
      summary: route.summary,
      ...(route.about === undefined ? {} : { description: route.about }),
      "x-orrery-access": accessText(route.access),
      security: route.access.kind === "open" ? [] : [{ session: [] }, { token: [] }],
      parameters: [
        ...parametersOf(schemas[`${route.id}.path`], "path"),
        ...parametersOf(schemas[`${route.id}.query`], "query"),
      ],
      ...(takesBody ? { requestBody: { required: true, content: json(reference(bodyId)) } } : {}),
      responses: {
        ...answerOf(route),
        default: { description: "refused", content: json(reference("Problem")) },
      },
    };
  };
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const route of routes) {
    paths[route.url] = { ...paths[route.url], [route.method.toLowerCase()]: operation(route) };
  }
  const isShown = ([id]: [string, unknown]): boolean => !/\.(path|query)$/.test(id) && !isUnused(id, paths);
  return {
    openapi: "3.1.1",
    info: {
      title: "Orrery",
      version,
      description: `Roles: ${Object.entries(roleAbout)
        .map(([role, about]) => `${role} ${about}`)
        .join("; ")}.`,
    },
    paths,
    components: {
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "__Host-orrery", description: "with x-orrery-csrf on changes" },
        token: { type: "http", scheme: "bearer" },
      },
      schemas: Object.fromEntries(Object.entries(schemas).filter(isShown)),
    },
  };
};

/** Bodies of requests that carry none. */
const isUnused = (id: string, paths: JsonObject): boolean =>
  id.endsWith(".body") && !JSON.stringify(paths).includes(`"#/components/schemas/${id}"`);
