import { readFile } from "node:fs/promises";
import { apiDocument } from "@orrery/server";
import { expect, test } from "vitest";
import { clientText } from "./client-text.ts";
import { typeText } from "./type-text.ts";

test("the client is what the server's description of its API makes it: npm run client -w @orrery/console", async () => {
  const written = await readFile(new URL("../src/api/generated/operations.ts", import.meta.url), "utf8");
  expect(clientText(apiDocument("0.0.0"))).toBe(written);
});

test.each([
  [{ type: "array", items: { enum: ["a", "b"] } }, 'readonly ("a" | "b")[]'],
  [{ anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] }, "string | (readonly string[])"],
  [{ $ref: "#/components/schemas/Node" }, 'Schemas["Node"]'],
  [{ type: "object", additionalProperties: { type: "integer" } }, "{\n  readonly [key: string]: number;\n}"],
  [{ type: "object", properties: { a: {} }, additionalProperties: false }, "{\n  readonly a?: unknown;\n}"],
  [{ type: ["string", "null"] }, "string | null"],
  [{}, "unknown"],
])("the type of %j is %s", (schema, text) => {
  expect(typeText(schema)).toBe(text);
});
