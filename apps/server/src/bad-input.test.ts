import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cluster } from "./clusters/cluster.ts";
import { routes } from "./routes/all.ts";
import { exampleLab, fieldOf, seenCluster, serve, setUp, standingClock } from "./testing/serve.ts";

const tidy = (): Promise<Cluster> => exampleLab("tidy-lab").then((lab) => seenCluster("tidy", lab));

test("what is wrong with a request is said in one sentence, with its place", async () => {
  const { server, ask } = await serve([await tidy()]);
  const ada = await setUp(ask, server);
  const refusal = async (...asked: Parameters<typeof ada>) => {
    const { status, json } = await ada(...asked);
    return [status, fieldOf(json, "message")];
  };
  const guests = "/api/clusters/tidy/guests";
  expect(await refusal("GET", `${guests}?limit=0`)).toEqual([400, 'query.limit: expected at least 1, got "0".']);
  expect(await refusal("GET", `${guests}?limit=many`)).toEqual([400, 'query.limit: expected a number, got "many".']);
  expect(await refusal("GET", `${guests}?statu=running`)).toEqual([
    400,
    'query: "statu" is not known: did you mean status?',
  ]);
  expect(await refusal("GET", `${guests}?status=asleep`)).toEqual([
    400,
    'query.status: expected one of running, stopped, unknown, got "asleep".',
  ]);
  expect(await refusal("GET", `${guests}/ninety`)).toEqual([400, 'path.vmid: expected a number, got "ninety".']);
  expect(await refusal("GET", "/api/clusters/nowhere/state")).toEqual([
    404,
    "There is no cluster of that name here. GET /api/clusters lists them.",
  ]);
  expect(await refusal("POST", "/api/tokens", { body: { about: "ci", roles: ["king"], days: 1 } })).toEqual([
    400,
    "body.roles.0: expected one of viewer, operator, approver, auditor, admin.",
  ]);
  expect(await refusal("POST", "/api/tokens", { body: { about: "ci", roles: [] } })).toEqual([
    400,
    "body.roles: expected at least 1 of them (and 1 more).",
  ]);
  expect(await refusal("POST", "/api/tokens", { raw: "{" })).toEqual([400, "body: is no JSON."]);
  expect(await refusal("POST", "/api/tokens", { raw: '{"__proto__":{"x":1}}' })).toEqual([400, "body: is no JSON."]);
  expect(await refusal("POST", "/api/tokens", { raw: "x", headers: { "content-type": "text/plain" } })).toEqual([
    415,
    "Send JSON, and say so: content-type: application/json.",
  ]);
  expect(await refusal("POST", "/api/tokens", { raw: `"${"x".repeat(300_000)}"` })).toEqual([
    413,
    "The body is larger than 256 KiB.",
  ]);
  expect(await refusal("GET", "/api/clusters/tidy/placement?purpose=drain&node=pve9")).toEqual([
    400,
    expect.stringMatching(/^query\.node: there is no such node/),
  ]);
  expect(await refusal("GET", "/api/clusters/%E0%A4%A/state")).toEqual([400, "path: cannot be decoded."]);
});

test("no password is repeated in what is said of it", async () => {
  const { server, ask } = await serve([]);
  const ada = await setUp(ask, server);
  const { text } = await ada("POST", "/api/accounts", {
    body: { name: "bob", password: "hunter2", roles: ["viewer"] },
  });
  expect(text).toContain("body.password: expected at least 12 characters");
  expect(text).not.toContain("hunter2");
});

test("whatever is sent to any route, no answer is a failure of the server, and each refusal has its form", async () => {
  const clock = standingClock();
  const { server, ask } = await serve([await tidy()], { clock });
  const ada = await setUp(ask, server);
  // Those that end the very session that asks, and the stream that does not end.
  const left = new Set(["signOut", "streamEvents", "changeAccount"]);
  const odd = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom("tidy", "100", "-1", "1e9", "__proto__", "constructor", "node/pve1", "%", "..", "true", "users"),
    fc.integer().map(String),
  );
  const key = fc.oneof(
    odd,
    fc.constantFrom(
      "limit",
      "offset",
      "node",
      "status",
      "sort",
      "q",
      "purpose",
      "target",
      "before",
      "guest",
      "severity",
    ),
  );
  const asked = fc.record({
    route: fc.constantFrom(...routes.filter(({ id }) => !left.has(id))),
    path: fc.array(odd, { minLength: 3, maxLength: 3 }),
    query: fc.array(fc.tuple(key, odd), { maxLength: 4 }),
    body: fc.oneof(
      fc.json(),
      fc
        .dictionary(
          fc.constantFrom("name", "password", "roles", "about", "days", "secret", "clusters"),
          fc.jsonValue(),
          {},
        )
        .map((one) => JSON.stringify(one)),
      fc.string(),
    ),
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ route, path, query, body }) => {
      clock.turn(60_000);
      clock.turn(60_000);
      let index = 0;
      const url = route.url.replaceAll(/\{\w+\}/g, (name) => {
        const value = name === "{cluster}" && index % 2 === 0 ? "tidy" : (path[index] ?? "");
        index += 1;
        return encodeURIComponent(value);
      });
      const search = new URLSearchParams(query).toString();
      const raw = route.method === "GET" ? {} : { raw: body };
      const { status, json, text } = await ada(route.method, `${url}?${search}`, raw);
      expect(status).not.toBe(500);
      // Where a browser is sent by itself, a person reads what came of it.
      if (status >= 400 && route.kind === "redirect") expect(text).toMatch(/^<!doctype html>/i);
      else if (status >= 400)
        expect(json).toEqual({
          code: expect.any(String),
          message: expect.stringMatching(/[.?]$/),
          ...(fieldOf(json, "place") === undefined ? {} : { place: expect.any(String) }),
        });
    }),
    { numRuns: 300 },
  );
});
