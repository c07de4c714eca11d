import { expect, test } from "vitest";
import { apiPage } from "./http/api-page.ts";
import { openApi } from "./http/open-api.ts";
import { routes } from "./routes/all.ts";
import { fieldOf } from "./testing/serve.ts";

const document = openApi(routes, "0.0.0");
const text = JSON.stringify(document);

test("the document has every route once, says who may ask it, and refers to nothing that is not there", () => {
  const paths = fieldOf(document, "paths");
  for (const { url, method, id } of routes) {
    const operation = fieldOf(fieldOf(paths, url), method.toLowerCase());
    expect(operation).toMatchObject({ operationId: id, "x-orrery-access": expect.any(String) });
    const inUrl = [...url.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const parameters = fieldOf(operation, "parameters") as readonly { in: string; name: string }[];
    expect(parameters.filter((one) => one.in === "path").map(({ name }) => name)).toEqual(inUrl);
  }
  expect(new Set(routes.map(({ id }) => id)).size).toBe(routes.length);
  const schemas = fieldOf(fieldOf(document, "components"), "schemas");
  const references = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? "");
  expect(references.length).toBeGreaterThan(routes.length);
  expect(references.filter((name) => fieldOf(schemas, name) === undefined)).toEqual([]);
});

test("answers that a client works with have names", () => {
  const schemas = Object.keys(fieldOf(fieldOf(document, "components"), "schemas") as object);
  expect(schemas).toEqual(
    expect.arrayContaining([
      "ClusterNow",
      "Node",
      "Guest",
      "Storage",
      "Task",
      "Finding",
      "Objective",
      "Plan",
      "Problem",
    ]),
  );
});

test("the page for a person lists every route, and runs nothing", () => {
  const page = apiPage(routes, "0.0.0");
  for (const { url } of routes) expect(page).toContain(`<code>${url}</code>`);
  expect(page).not.toContain("<script");
});
