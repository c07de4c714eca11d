import { bareWorld } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { Caller } from "../testing/caller.ts";

const aCaller = (): Caller => new Caller(bareWorld({ nodes: ["pve1", "pve2"] }));

test("the local time of a node is that of its zone", () => {
  const caller = aCaller();
  caller.put("/nodes/pve1/time", { timezone: "Asia/Kolkata" });
  const { time, localtime } = caller.get("/nodes/pve1/time").data as { time: number; localtime: number };
  expect(localtime - time).toBe(5.5 * 3600);
  expect(caller.put("/nodes/pve1/time", { timezone: "asia/kolkata" }).errors).toEqual({ timezone: "No such timezone" });
});

test("name servers that are not named again are gone", () => {
  const caller = aCaller();
  caller.put("/nodes/pve1/dns", { search: "lab", dns1: "10.0.0.1", dns2: "10.0.0.2" });
  caller.put("/nodes/pve1/dns", { search: "lab", dns1: "10.0.0.1" });
  expect(caller.get("/nodes/pve1/dns").data).toEqual({ search: "lab", dns1: "10.0.0.1" });
});

test("hosts are not written over what somebody else wrote", () => {
  const caller = aCaller();
  const { digest } = caller.get("/nodes/pve1/hosts").data as { digest: string };
  expect(caller.post("/nodes/pve1/hosts", { data: "127.0.0.1 localhost\n", digest }).status).toBe(200);
  expect(caller.post("/nodes/pve1/hosts", { data: "", digest }).reason).toContain("detected modified configuration");
});

test("what is set and deleted in one call is deleted", () => {
  const caller = aCaller();
  caller.put("/nodes/pve2/config", { wakeonlan: "02:00:00:00:00:01", description: "one" });
  caller.put("/nodes/pve2/config", { description: "two", delete: "description" });
  expect(caller.get("/nodes/pve2/config").data).toMatchObject({ wakeonlan: "02:00:00:00:00:01" });
  expect(caller.get("/nodes/pve2/config").data).not.toHaveProperty("description");
});

test("a service stops and starts, but not those that the API stands on", () => {
  const caller = aCaller();
  const state = (name: string) => (caller.get(`/nodes/pve1/services/${name}/state`).data as { state: string }).state;
  caller.post("/nodes/pve1/services/chrony/stop");
  caller.wait(10);
  expect(state("chrony")).toBe("dead");
  caller.post("/nodes/pve1/services/chrony/start");
  caller.wait(10);
  expect(state("chrony")).toBe("running");
  const task = caller.work("POST", "/nodes/pve1/services/pveproxy/stop");
  expect(caller.get(`${task}/status`).data).toMatchObject({
    exitstatus: "invalid service cmd 'pveproxy stop': ERROR",
  });
  expect(state("pveproxy")).toBe("running");
});

test("the log of a node tells of its tasks, the last lines on demand", () => {
  const caller = aCaller();
  caller.post("/nodes/pve1/apt/update");
  caller.wait(30);
  const lines = caller.get("/nodes/pve1/journal", { lastentries: "1" }).data as string[];
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain("end task UPID:pve1:");
  expect(caller.get("/nodes/pve1/syslog", { limit: "1" }).data).toHaveLength(1);
});

test("a node reboots: it is away, and comes back", () => {
  const caller = aCaller();
  expect(caller.post("/nodes/pve2/status", { command: "reboot" }).data).toBeNull();
  caller.wait(60);
  expect(caller.get("/nodes/pve2/status").status).toBe(595);
  caller.wait(120);
  expect(caller.get("/nodes/pve2/status").data).toMatchObject({ cpuinfo: { cpus: 2 } });
});

test("a subscription key for fewer sockets than the node has is refused", () => {
  const caller = aCaller();
  const hardware = caller.twin.world.nodes.pve1?.hardware;
  if (hardware !== undefined) hardware.sockets = 2;
  expect(caller.put("/nodes/pve1/subscription", { key: "pve1c-0123456789" }).status).toBe(500);
  expect(caller.put("/nodes/pve1/subscription", { key: "pve2c-0123456789" }).status).toBe(200);
  expect(caller.get("/nodes/pve1/subscription").data).toMatchObject({ status: "active", level: "c" });
  caller.remove("/nodes/pve1/subscription");
  expect(caller.get("/nodes/pve1/subscription").data).toMatchObject({ status: "notfound" });
});
