import { expect, test, vi } from "vitest";
import { serveTwin, setUp } from "./testing/serve.ts";

test("over HTTPS it is alive and ready, tells its API, and what its cluster is", async () => {
  const { server, ask } = await serveTwin();
  expect((await ask("GET", "/healthz")).json).toEqual({ status: "alive" });
  expect((await ask("GET", "/readyz")).json).toEqual({ status: "ready" });
  const document = await ask("GET", "/api/openapi.json");
  expect(document.json).toMatchObject({
    openapi: "3.1.1",
    paths: { "/healthz": { get: { operationId: "getHealth" } } },
  });
  expect((await ask("GET", "/api/clusters/twin/state")).status).toBe(401);
  const ada = await setUp(ask, server);
  const seen = await vi.waitFor(async () => {
    const answer = await ada("GET", "/api/clusters/twin/state");
    expect(answer.status).toBe(200);
    return answer.json;
  }, 20_000);
  expect(seen).toMatchObject({ id: "twin", nodes: { total: 3, online: 3 }, quorum: { quorate: true, votes: 3 } });
});
