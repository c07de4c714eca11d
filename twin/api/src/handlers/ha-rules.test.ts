import { addGuest, bareWorld, dict, type World } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { Caller } from "../testing/caller.ts";

const aWorld = (): World => {
  const world = bareWorld({ nodes: ["pve1", "pve2", "pve3"] });
  for (const [vmid, node] of [
    [100, "pve1"],
    [101, "pve2"],
    [102, "pve1"],
  ] as const) {
    addGuest(world, { vmid, kind: "qemu", node, config: dict([["name", `vm${vmid}`]]), installed: true });
  }
  return world;
};

const managed = (): Caller => {
  const caller = new Caller(aWorld());
  for (const sid of ["vm:100", "vm:101", "vm:102"]) caller.post("/cluster/ha/resources", { sid, state: "stopped" });
  return caller;
};

const rule = (caller: Caller, parameters: Record<string, unknown>) => caller.post("/cluster/ha/rules", parameters);

test("a bare number stands for the guest of that id", () => {
  const caller = new Caller(aWorld());
  expect(caller.post("/cluster/ha/resources", { sid: "100" }).status).toBe(200);
  expect(caller.get("/cluster/ha/resources/vm:100").data).toMatchObject({ sid: "vm:100", type: "vm" });
  expect(caller.post("/cluster/ha/resources", { sid: "999" }).reason).toBe(
    "unable do add resource - VM/CT 999 does not exist",
  );
});

test("a resource is bound to nodes by one rule alone", () => {
  const caller = managed();
  const bind = (id: string) =>
    rule(caller, { rule: id, type: "node-affinity", resources: "vm:100", nodes: "pve2:1,pve1" });
  expect(bind("first").status).toBe(200);
  const second = bind("second");
  expect(second.status).toBe(500);
  expect(second.reason).toBe("create ha rule failed: 400 Rule 'second' is invalid.");
});

test("resources cannot be both together and apart", () => {
  const caller = managed();
  const both = "vm:100,vm:101";
  expect(rule(caller, { rule: "apart", type: "resource-affinity", affinity: "negative", resources: both }).status).toBe(
    200,
  );
  expect(
    rule(caller, { rule: "together", type: "resource-affinity", affinity: "positive", resources: both }).status,
  ).toBe(500);
});

test("a move tells what goes along and what stands in its way", () => {
  const caller = managed();
  rule(caller, { rule: "near", type: "resource-affinity", affinity: "positive", resources: "vm:100,vm:102" });
  rule(caller, { rule: "far", type: "resource-affinity", affinity: "negative", resources: "vm:101,vm:102" });
  expect(caller.post("/cluster/ha/resources/vm:100/migrate", { node: "pve3" }).data).toEqual({
    sid: "vm:100",
    "requested-node": "pve3",
    "comigrated-resources": ["vm:102"],
  });
  expect(caller.post("/cluster/ha/resources/vm:100/migrate", { node: "pve2" }).data).toMatchObject({
    "blocking-resources": [{ sid: "vm:101", cause: "resource-affinity" }],
  });
});

test("a resource that is taken out leaves its rules, and an empty rule goes with it", () => {
  const caller = managed();
  rule(caller, { rule: "bound", type: "node-affinity", resources: "vm:100", nodes: "pve1" });
  caller.remove("/cluster/ha/resources/vm:100");
  expect(caller.get("/cluster/ha/rules").data).toEqual([]);
});

test("the managers' state says who manages, and that their watchdogs run", () => {
  const caller = managed();
  caller.wait(60);
  const rows = caller.get("/cluster/ha/status/current").data;
  expect(rows).toMatchObject([
    { id: "quorum", quorate: 1 },
    { id: "master", node: "pve1" },
    { id: "fencing", "armed-state": "armed" },
    { id: "lrm:pve1" },
    { id: "lrm:pve2" },
    { id: "lrm:pve3" },
    { id: "service:vm:100", state: "stopped", crm_state: "stopped" },
    { id: "service:vm:101" },
    { id: "service:vm:102" },
  ]);
});
