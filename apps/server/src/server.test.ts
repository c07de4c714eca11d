import { expect, test, vi } from "vitest";
import { exampleLab, fieldOf, seenCluster, serve, setUp } from "./testing/serve.ts";
import { watchedTwin } from "./testing/watched-twin.ts";

const patience = { timeout: 20_000, interval: 50 };

test("over HTTPS it is alive and ready, and tells its API and what its cluster is", async () => {
  const { cluster } = await watchedTwin();
  const { server, ask } = await serve([cluster]);
  expect((await ask("GET", "/healthz")).json).toEqual({ status: "alive" });
  expect((await ask("GET", "/readyz")).json).toEqual({ status: "ready" });
  expect((await ask("GET", "/api/openapi.json")).json).toMatchObject({ openapi: "3.1.1" });
  expect((await ask("GET", "/api/clusters/twin/state")).status).toBe(401);
  const ada = await setUp(ask, server);
  await vi.waitFor(async () => {
    const { status, json } = await ada("GET", "/api/clusters/twin/state");
    expect(status).toBe(200);
    expect(json).toMatchObject({ id: "twin", nodes: { total: 3, online: 3 }, quorum: { quorate: true, votes: 3 } });
  }, patience);
});

test("a cluster that goes away is told as away, with what was seen of it last and how old that is; and it comes back", async () => {
  const { twin, cluster } = await watchedTwin();
  const { server, ask } = await serve([cluster]);
  const ada = await setUp(ask, server);
  const state = async () => (await ada("GET", "/api/clusters/twin/state")).json;
  await vi.waitFor(async () => expect(await state()).toMatchObject({ nodes: { online: 3 } }), patience);
  const faults = Object.keys(twin.world.nodes).map((node) => twin.fault(`node ${node} loses-power`));
  const away = await vi.waitFor(async () => {
    const told = await state();
    expect(fieldOf(told, "trouble")).toMatchObject({ why: expect.any(String) });
    return told;
  }, patience);
  expect(away).toMatchObject({ nodes: { total: 3 } });
  expect((await ask("GET", "/readyz")).status).toBe(200);
  for (const fault of faults) twin.clear(fault);
  twin.clock.pass(600_000);
  await vi.waitFor(async () => expect(fieldOf(await state(), "trouble")).toBeUndefined(), patience);
});

test("what the commands tell of a lab and its cluster, the API tells", async () => {
  const cluster = await seenCluster("tidy", await exampleLab("tidy-lab"));
  const { server, ask } = await serve([cluster]);
  const ada = await setUp(ask, server);
  const get = async (path: string) => {
    const { status, json, text } = await ada("GET", `/api/clusters/tidy/${path}`);
    expect({ path, status, text: status === 200 ? "" : text }).toEqual({ path, status: 200, text: "" });
    return json;
  };
  const state = await get("state");
  expect(state).toMatchObject({ declared: true, quorum: { quorate: true } });
  const nodes = fieldOf(await get("nodes"), "nodes");
  expect(nodes).toHaveLength(Number(fieldOf(fieldOf(state, "nodes"), "total")));
  const [first] = nodes as readonly { name: string }[];
  expect(await get(`nodes/${first?.name}`)).toMatchObject({ node: { name: first?.name }, parts: { status: {} } });
  const all = await get("guests?limit=1000");
  const running = await get("guests?status=running&sort=memory&order=desc&limit=2");
  expect(Number(fieldOf(running, "total"))).toBeLessThanOrEqual(Number(fieldOf(all, "total")));
  const [guest] = fieldOf(running, "guests") as readonly { vmid: number }[];
  expect(await get(`guests/${guest?.vmid}`)).toMatchObject({ guest: { vmid: guest?.vmid }, config: {} });
  expect(fieldOf(await get(`guests?q=${guest?.vmid}`), "guests")).toContainEqual(
    expect.objectContaining({ vmid: guest?.vmid }),
  );
  expect(fieldOf(await get("storages"), "storages")).not.toHaveLength(0);
  expect(await get("tasks?outcome=failed")).toMatchObject({ offset: 0 });
  expect(await get("parts/backupJobs")).toMatchObject({ kind: "observed" });
  expect(await get("access/users")).toMatchObject({ kind: "observed" });
  expect(fieldOf(await get("objectives"), "objectives")).not.toHaveLength(0);
  expect(await get("findings?severity=error")).toMatchObject({ offset: 0 });
  expect(fieldOf(await get("failures"), "failures")).not.toHaveLength(0);
  expect(await get("plan")).toMatchObject({ kind: "plan", format: 1 });
  expect(await get("drift")).toMatchObject({ observedAt: expect.any(Number) });
  expect(await get("placement")).toMatchObject({ purpose: "spread" });
  expect(await get(`placement?purpose=drain&node=${first?.name}`)).toMatchObject({ purpose: "drain" });
  expect(await get(`placement?purpose=absorb&node=${first?.name}`)).toMatchObject({ purpose: "absorb" });
});
