import { expect, test, vi } from "vitest";
import { exampleLab, fieldOf, seenCluster, serve, setUp } from "./testing/serve.ts";

const patience = { timeout: 40_000, interval: 100 };

test("a drain is rehearsed beside, on the twin of the cluster as it was seen, and what cannot be is said", async () => {
  const { server, ask } = await serve([await seenCluster("tidy", await exampleLab("tidy-lab"))]);
  const ada = await setUp(ask, server);
  const base = "/api/clusters/tidy/rehearsals";
  const { json } = await ada("GET", "/api/clusters/tidy/nodes");
  const [{ name } = { name: "" }] = fieldOf(json, "nodes") as readonly { name: string }[];
  const begin = async (body: object) => String(fieldOf((await ada("POST", base, { body })).json, "id"));
  const drain = await begin({ what: "drain", nodes: [name] });
  const strange = await begin({ what: "drain", nodes: ["nowhere"] });
  const cancelled = await begin({ what: "nothing", faults: [`node ${name} loses-power`] });
  expect((await ada("DELETE", `${base}/${cancelled}`)).json).toMatchObject({ state: "cancelled" });
  expect((await ask("GET", "/healthz")).status).toBe(200);
  const ended = async (id: string) =>
    vi.waitFor(async () => {
      const told = (await ada("GET", `${base}/${id}`)).json;
      expect(["done", "failed"]).toContain(fieldOf(told, "state"));
      return told;
    }, patience);
  expect(await ended(drain)).toMatchObject({ state: "done", by: "ada", result: { outcome: { kind: "done" } } });
  expect(await ended(strange)).toMatchObject({
    state: "failed",
    why: expect.stringMatching(/^There is no node "nowhere"/),
  });
  const list = fieldOf((await ada("GET", base)).json, "rehearsals");
  expect(list).toMatchObject([{ id: cancelled }, { id: strange }, { id: drain }]);
  expect((await ada("POST", base, { body: { what: "dance" } })).status).toBe(400);
});

test("what a failure takes is brought back in a rehearsal, and without a failure there is nothing to bring back", async () => {
  const { server, ask } = await serve([await seenCluster("tidy", await exampleLab("tidy-lab"))]);
  const ada = await setUp(ask, server);
  const base = "/api/clusters/tidy/rehearsals";
  const { json } = await ada("GET", "/api/clusters/tidy/nodes");
  const [{ name } = { name: "" }] = fieldOf(json, "nodes") as readonly { name: string }[];
  const ended = async (body: object) => {
    const id = String(fieldOf((await ada("POST", base, { body })).json, "id"));
    return vi.waitFor(async () => {
      const told = (await ada("GET", `${base}/${id}`)).json;
      expect(["done", "failed"]).toContain(fieldOf(told, "state"));
      return told;
    }, patience);
  };
  expect(await ended({ what: "recover", faults: [`node ${name} loses-power`] })).toMatchObject({
    state: "done",
    result: {
      outcome: { kind: "done" },
      // HA has them back from their copies before anybody acts.
      timeline: expect.arrayContaining([expect.objectContaining({ kind: "outage", ms: expect.any(Number) })]),
    },
  });
  expect(await ended({ what: "recover" })).toMatchObject({
    state: "failed",
    why: expect.stringMatching(/Say what fails/),
  });
  expect(await ended({ what: "drain", nodes: [name], stop: ["nobody"] })).toMatchObject({
    state: "failed",
    why: 'There is no guest "nobody" to stop.',
  });
});
