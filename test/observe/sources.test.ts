import { everything, observe, observeSources } from "@orrery/collect";
import tidyLab from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import { valueIn } from "@orrery/state";
import { worldOf } from "@orrery/twin-lab";
import { forkWorld } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { overTwin } from "./observed-twin.ts";

const aTwin = () => {
  const parsed = parseLab(tidyLab);
  if (parsed.kind === "problems") throw new Error(JSON.stringify(parsed.problems));
  return overTwin(forkWorld(worldOf(parsed.lab)));
};

test("what is named is read again, each once, and the rest is as it was", async () => {
  const { clock, pve, asked } = aTwin();
  const { state } = await clock.drive(observe(pve, clock, { scope: everything }));
  await clock.drive(pve.post("/pools", { poolid: "made" }));
  await clock.drive(pve.put("/nodes/{node}/qemu/{vmid}/config", { node: "pve1", vmid: 101, description: "changed" }));
  await clock.drive(pve.put("/nodes/{node}/qemu/{vmid}/config", { node: "pve2", vmid: 102, description: "unseen" }));
  asked.length = 0;
  const again = await clock.drive(
    observeSources(state, pve, clock, [
      { of: "cluster", part: "pools" },
      { of: "cluster", part: "pools" },
      { of: "guest", vmid: 101 },
      { of: "node", node: "pve3", part: "dns" },
    ]),
  );
  expect(asked.filter((line) => line.startsWith("GET /pools {}"))).toHaveLength(1);
  expect(again.requests).toBe(asked.length);
  expect(again.requests).toBeLessThanOrEqual(6);
  const { state: whole } = await clock.drive(observe(pve, clock, { scope: everything }));
  expect(valueIn(again.state.pools)).toEqual(valueIn(whole.pools));
  const [now, then, before] = [again.state, whole, state].map((one) => valueIn(one.guests) ?? {});
  expect(valueIn(now?.[101]?.file)).toEqual(valueIn(then?.[101]?.file));
  expect(valueIn(now?.[101]?.file)?.config.description).toBe("changed");
  expect(now?.[102]).toBe(before?.[102]);
  expect(again.state.users).toBe(state.users);
  expect(valueIn(again.state.nodes.pve3?.dns)).toEqual(valueIn(whole.nodes.pve3?.dns));
});

test("a guest that is gone is there no more, and one that is new is; whether it runs its own node says", async () => {
  const { clock, pve } = aTwin();
  const { state } = await clock.drive(observe(pve, clock));
  const task = async (upid: unknown): Promise<void> => {
    const end = await clock.drive(pve.follow(String(upid)).end());
    expect(end).toEqual({ kind: "ok" });
  };
  await task((await clock.drive(pve.request("POST", "/nodes/pve1/qemu", { vmid: 7001, memory: 512 }))).data);
  const made = await clock.drive(observeSources(state, pve, clock, [{ of: "guest", vmid: 7001 }]));
  expect(valueIn(valueIn(made.state.guests)?.[7001]?.presence)?.status).toBe("stopped");
  await task((await clock.drive(pve.request("POST", "/nodes/pve1/qemu/7001/status/start"))).data);
  const started = await clock.drive(observeSources(made.state, pve, clock, [{ of: "presence", vmid: 7001 }]));
  expect(started.requests).toBe(2);
  expect(valueIn(valueIn(started.state.guests)?.[7001]?.presence)?.status).toBe("running");
  await task((await clock.drive(pve.request("POST", "/nodes/pve1/qemu/7001/status/stop"))).data);
  await task((await clock.drive(pve.request("DELETE", "/nodes/pve1/qemu/7001"))).data);
  const gone = await clock.drive(observeSources(started.state, pve, clock, [{ of: "guest", vmid: 7001 }]));
  expect(valueIn(gone.state.guests)?.[7001]).toBeUndefined();
  expect(Object.keys(valueIn(gone.state.guests) ?? {})).toEqual(Object.keys(valueIn(state.guests) ?? {}));
});
