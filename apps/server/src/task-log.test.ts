import { expect, test, vi } from "vitest";
import { connectTo } from "./clusters/connection.ts";
import { fieldOf, serve, setUp } from "./testing/serve.ts";
import { watchedTwin } from "./testing/watched-twin.ts";

const patience = { timeout: 20_000, interval: 50 };

test("what a listed task wrote is read from its node, and told as not to be had while nothing answers", async () => {
  const { twin, cluster } = await watchedTwin();
  const { server, ask } = await serve([cluster]);
  const ada = await setUp(ask, server);
  const { user, password } = twin.credentials;
  const pve = await connectTo(
    { urls: [twin.url], fingerprint: twin.fingerprint, credentials: { user, password: "env:TWIN_PASSWORD" } },
    { TWIN_PASSWORD: password },
  );
  await pve.request("POST", "/nodes/{node}/qemu", { node: "pve1", vmid: 100 });
  await pve.close();
  const upid = await vi.waitFor(async () => {
    const [task] = fieldOf((await ada("GET", "/api/clusters/twin/tasks?type=qmcreate&outcome=ok")).json, "tasks") as {
      upid: string;
    }[];
    expect(task).toBeDefined();
    return task?.upid ?? "";
  }, patience);
  const log = (of: string) => ada("GET", `/api/clusters/twin/tasks/${encodeURIComponent(of)}/log`);
  const told = await log(upid);
  expect(told).toMatchObject({ status: 200, json: { before: 0 } });
  expect(fieldOf(told.json, "lines")).toContain("TASK OK");
  expect((await log("UPID:pve1:0000:0000:0000:qmstart:100:root@pam:")).status).toBe(404);
  for (const node of Object.keys(twin.world.nodes)) twin.fault(`node ${node} loses-power`);
  const refused = await vi.waitFor(async () => {
    const answer = await log(upid);
    expect(answer.status).toBe(503);
    return answer;
  }, patience);
  expect(fieldOf(refused.json, "message")).toMatch(/^The log of the task could not be read: /);
});
