import { bareWorld } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { Caller } from "../testing/caller.ts";

const aCaller = (): Caller => {
  const caller = new Caller(bareWorld({ nodes: ["pve1", "pve2"] }));
  caller.post("/cluster/sdn/zones", { zone: "lab", type: "simple", ipam: "pve" });
  caller.post("/cluster/sdn/vnets", { vnet: "net1", zone: "lab" });
  return caller;
};

const subnets = "/cluster/sdn/vnets/net1/subnets";

test("what is configured runs only once it was applied, and on every node", () => {
  const caller = aCaller();
  expect(caller.get("/cluster/sdn/zones", { running: "1" }).data).toEqual([]);
  expect(caller.get("/cluster/sdn/zones", { pending: "1" }).data).toMatchObject([{ zone: "lab", state: "new" }]);
  caller.put("/cluster/sdn");
  expect(caller.get("/cluster/sdn/zones", { running: "1" }).data).toMatchObject([{ zone: "lab" }]);
  expect(caller.get("/nodes/pve2/sdn/zones").data).toEqual([{ zone: "lab", status: "available" }]);
  expect(caller.get("/nodes/pve2/network", { type: "vnet" }).data).toMatchObject([{ iface: "net1", type: "vnet" }]);
});

test("a rollback brings back what runs", () => {
  const caller = aCaller();
  caller.put("/cluster/sdn");
  caller.remove("/cluster/sdn/vnets/net1");
  expect(caller.get("/cluster/sdn/vnets").data).toEqual([]);
  caller.post("/cluster/sdn/rollback");
  expect(caller.get("/cluster/sdn/vnets").data).toMatchObject([{ vnet: "net1" }]);
});

test("a zone has the options of its type and no others", () => {
  const caller = aCaller();
  const make = (parameters: Record<string, unknown>) =>
    caller.post("/cluster/sdn/zones", { zone: "z2", ...parameters });
  expect(make({ type: "vlan" }).reason).toBe("missing value for required option 'bridge'");
  expect(make({ type: "simple", bridge: "vmbr0" }).reason).toBe("unexpected property 'bridge'");
  expect(make({ type: "evpn", controller: "none", "vrf-vxlan": "10" }).reason).toContain("controller none don't exist");
});

test("a tag is of one vnet in a zone", () => {
  const caller = aCaller();
  caller.post("/cluster/sdn/zones", { zone: "vl", type: "vlan", bridge: "vmbr0" });
  expect(caller.post("/cluster/sdn/vnets", { vnet: "vna", zone: "vl", tag: "20" }).status).toBe(200);
  const twin = caller.ask("POST", "/cluster/sdn/vnets", { vnet: "vnb", zone: "vl", tag: "20" });
  expect(twin.status).toBe(500);
  expect(twin.reason).toBe("create sdn vnet object failed: 400 Parameter verification failed.");
});

test("a gateway and a range of addresses lie in their subnet", () => {
  const caller = aCaller();
  const make = (parameters: Record<string, unknown>) =>
    caller.post(subnets, { subnet: "10.5.0.0/24", type: "subnet", ...parameters });
  expect(make({ gateway: "10.6.0.1" }).status).toBe(500);
  expect(make({ "dhcp-range": ["start-address=10.5.0.9,end-address=10.5.0.5"] }).status).toBe(500);
  expect(make({ gateway: "10.5.0.1", "dhcp-range": ["start-address=10.5.0.5,end-address=10.5.0.9"] }).status).toBe(200);
  expect(caller.get(`${subnets}/lab-10.5.0.0-24`).data).toMatchObject({
    cidr: "10.5.0.0/24",
    "dhcp-range": [{ "start-address": "10.5.0.5", "end-address": "10.5.0.9" }],
  });
});

test("an address is given out once, and the IPAM tells of it and of the gateway", () => {
  const caller = aCaller();
  caller.post(subnets, { subnet: "10.5.0.0/24", type: "subnet", gateway: "10.5.0.1" });
  const ask = () => caller.post("/cluster/sdn/vnets/net1/ips", { zone: "lab", ip: "10.5.0.7" });
  expect(ask().status).toBe(200);
  expect(ask().status).toBe(500);
  expect(caller.get("/cluster/sdn/ipams/pve/status").data).toMatchObject([
    { ip: "10.5.0.1", gateway: 1 },
    { ip: "10.5.0.7", subnet: "10.5.0.0/24" },
  ]);
});

test("who has not the token of the lock changes nothing", () => {
  const caller = aCaller();
  expect(caller.post("/cluster/sdn/lock").reason).toContain("pending changes");
  const token = caller.post("/cluster/sdn/lock", { "allow-pending": "1" }).data;
  const make = (more: Record<string, unknown>) =>
    caller.post("/cluster/sdn/zones", { zone: "z2", type: "simple", ...more });
  expect(make({}).reason).toContain("invalid lock token provided!");
  expect(make({ "lock-token": token }).status).toBe(200);
  expect(caller.remove("/cluster/sdn/lock", { "lock-token": token }).status).toBe(200);
});

test("a vnet has firewall rules of its own", () => {
  const caller = aCaller();
  const rules = "/cluster/sdn/vnets/net1/firewall/rules";
  expect(caller.get(rules).data).toEqual([]);
  expect(caller.post(rules, { type: "forward", action: "ACCEPT" }).status).toBe(200);
  expect(caller.get(rules).data).toMatchObject([{ type: "forward", action: "ACCEPT", pos: 0 }]);
});

test("a fabric takes nodes of its own protocol, and takes them along when it goes", () => {
  const caller = aCaller();
  const base = "/cluster/sdn/fabrics";
  expect(caller.post(`${base}/fabric`, { id: "fab0", protocol: "openfabric", ip_prefix: "10.99.99.0/24" }).data).toBe(
    "",
  );
  const node = { node_id: "pve1", protocol: "openfabric", ip: "10.99.99.1", interfaces: ["name=vmbr0"] };
  expect(caller.post(`${base}/node/fab0`, node).data).toBe("");
  expect(caller.post(`${base}/node/fab0`, { ...node, node_id: "pve2", protocol: "ospf" }).status).toBe(500);
  expect(caller.get(`${base}/node/fab0/pve1`).data).toMatchObject({ fabric_id: "fab0", interfaces: ["name=vmbr0"] });
  expect(caller.get(`${base}/fabric`, { pending: "1" }).data).toMatchObject([{ id: "fab0", state: "new" }]);
  caller.put("/cluster/sdn");
  expect(caller.get(`${base}/all`, { running: "1" }).data).toMatchObject({ fabrics: [{ id: "fab0" }] });
  caller.remove(`${base}/fabric/fab0`);
  expect(caller.get(`${base}/all`).data).toEqual({ fabrics: [], nodes: [] });
});
