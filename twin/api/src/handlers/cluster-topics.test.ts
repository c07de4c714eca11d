import { addGuest, bareWorld, dict, type World } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { Caller } from "../testing/caller.ts";

const aCaller = (world: World = bareWorld({ nodes: ["pve1", "pve2"] })): Caller => new Caller(world);

test("a mapping lists its entries, and says which node has none", () => {
  const caller = aCaller();
  const map = ["node=pve1,id=1af4:1041,path=0000:00:03.0"];
  expect(caller.post("/cluster/mapping/pci", { id: "nic", map }).status).toBe(200);
  expect(caller.post("/cluster/mapping/pci", { id: "nic", map }).reason).toBe(
    "create hardware mapping failed: pci ID 'nic' already defined",
  );
  expect(caller.get("/cluster/mapping/pci", { "check-node": "pve1" }).data).toMatchObject([
    { id: "nic", map, checks: [] },
  ]);
  expect(caller.get("/cluster/mapping/pci", { "check-node": "pve2" }).data).toMatchObject([
    { checks: [{ severity: "warning", message: "No mapping for node pve2." }] },
  ]);
});

test("a notification target that a matcher uses stays", () => {
  const caller = aCaller();
  const base = "/cluster/notifications";
  const gotify = { name: "push", server: "https://gotify.lab", token: "secret" };
  expect(caller.post(`${base}/endpoints/gotify`, gotify).status).toBe(200);
  expect(JSON.stringify(caller.get(`${base}/endpoints/gotify`).data)).not.toContain("secret");
  caller.post(`${base}/matchers`, { name: "all", target: ["push"] });
  expect(caller.remove(`${base}/endpoints/gotify/push`).reason).toBe("cannot delete 'push', referenced by: all");
  caller.remove(`${base}/matchers/all`);
  expect(caller.remove(`${base}/endpoints/gotify/push`).status).toBe(200);
});

test("a built-in target that was changed comes back when it is deleted", () => {
  const caller = aCaller();
  const path = "/cluster/notifications/endpoints/sendmail/mail-to-root";
  caller.put(path, { comment: "ours" });
  expect(caller.get(path).data).toMatchObject({ comment: "ours", origin: "modified-builtin" });
  caller.remove(path);
  expect(caller.get(path).data).toMatchObject({ origin: "builtin", "mailto-user": ["root@pam"] });
});

test("a metric server keeps its token to itself and takes no option of another type", () => {
  const caller = aCaller();
  const path = "/cluster/metrics/server/influx";
  const asked = { type: "influxdb", server: "10.0.0.9", port: "8089", token: "secret" };
  expect(caller.post(path, { ...asked, proto: "tcp" }).reason).toBe("unexpected property 'proto'");
  expect(caller.post(path, asked).status).toBe(200);
  expect(caller.get(path).data).toEqual({ type: "influxdb", server: "10.0.0.9", port: 8089 });
  expect(caller.put(path, { server: "10.0.0.9", port: "8089", delete: "port" }).reason).toBe(
    "unable to delete required option 'port'",
  );
});

test("metrics of the last half hour are read at once, one node's alone where they are asked for", () => {
  const caller = aCaller();
  const rows = (parameters: Record<string, string>) =>
    (caller.get("/cluster/metrics/export", parameters).data as { data: { id: string; timestamp: number }[] }).data;
  expect(new Set(rows({}).map(({ timestamp }) => timestamp)).size).toBe(1);
  expect(new Set(rows({ history: "1" }).map(({ timestamp }) => timestamp)).size).toBe(180);
  expect(rows({ "local-only": "1" }).some(({ id }) => id === "node/pve2")).toBe(false);
});

const replicated = (): World => {
  const world = bareWorld({ nodes: ["pve1", "pve2"] });
  world.storages.tank = { id: "tank", type: "zfspool", options: dict([["pool", "tank"]]) };
  const disk = (storage: string) => dict<string | number>([["scsi0", `${storage}:vm-1-disk-0,size=1G`]]);
  addGuest(world, { vmid: 100, kind: "qemu", node: "pve1", config: disk("tank"), installed: true });
  addGuest(world, { vmid: 101, kind: "qemu", node: "pve1", config: disk("local"), installed: true });
  return world;
};

test("only disks that can send their snapshots are replicated, and to another node", () => {
  const caller = aCaller(replicated());
  const make = (id: string, target: string) => caller.post("/cluster/replication", { id, target, type: "local" });
  expect(make("100-0", "pve1").reason).toBe("Source and target must not be identical");
  expect(make("101-0", "pve2").reason).toBe("missing replicate feature on volume 'local:vm-1-disk-0'");
  expect(make("100-0", "pve2").status).toBe(200);
  expect(caller.get("/nodes/pve1/replication").data).toMatchObject([
    { id: "100-0", guest: 100, target: "pve2", fail_count: 0 },
  ]);
  expect(caller.get("/nodes/pve2/replication").data).toEqual([]);
});

test("a replication job that is deleted is gone with the next round of its scheduler", () => {
  const caller = aCaller(replicated());
  caller.post("/cluster/replication", { id: "100-0", target: "pve2", type: "local" });
  caller.remove("/cluster/replication/100-0");
  expect(caller.get("/cluster/replication/100-0").data).toMatchObject({ remove_job: "full" });
  caller.wait(61);
  expect(caller.get("/cluster/replication").data).toEqual([]);
});

test("guests of a whole cluster start by one call, in their order", () => {
  const world = bareWorld({ nodes: ["pve1", "pve2"] });
  const start = (vmid: number, node: string, order: number) =>
    addGuest(world, { vmid, kind: "qemu", node, config: dict([["startup", `order=${order}`]]), installed: true });
  start(100, "pve2", 2);
  start(101, "pve1", 1);
  const caller = aCaller(world);
  const task = caller.work("POST", "/cluster/bulk-action/guest/start");
  const log = caller.get(`${task}/log`).data as { t: string }[];
  expect(log.map(({ t }) => t)).toEqual(["Starting all guests", "Starting VM 101", "Starting VM 100", "TASK OK"]);
  expect(world.guests[100]?.run.kind).toBe("running");
});

test("a node that leaves the cluster is no member, and nobody puts out itself", () => {
  const caller = aCaller(bareWorld({ nodes: ["pve1", "pve2", "pve3"] }));
  expect(caller.remove("/cluster/config/nodes/pve1").reason).toBe("Cannot delete myself from cluster!");
  expect(caller.remove("/cluster/config/nodes/pve3").status).toBe(200);
  expect(caller.get("/cluster/config/nodes").data).toHaveLength(2);
});
