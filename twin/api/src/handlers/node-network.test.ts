import { bareWorld } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { Caller } from "../testing/caller.ts";

const path = "/nodes/pve1/network";
const aCaller = (): Caller => new Caller(bareWorld({ nodes: ["pve1"] }));

test("an interface waits in the plan, shown as a difference, until the plan is applied", () => {
  const caller = aCaller();
  expect(caller.get(path).changes).toBe("");
  expect(caller.post(path, { iface: "vmbr1", type: "bridge", cidr: "10.1.0.1/24", autostart: "1" }).status).toBe(200);
  expect(caller.get(path).changes).toContain("+iface vmbr1 inet static\n+\taddress 10.1.0.1/24\n");
  expect(caller.get(`${path}/vmbr1`).data).toMatchObject({ netmask: "24", bridge_stp: "off", autostart: 1 });
  expect(caller.get(`${path}/vmbr1`).data).not.toHaveProperty("active");
  caller.put(path);
  caller.wait(10);
  expect(caller.get(path).changes).toBe("");
  expect(caller.get(`${path}/vmbr1`).data).toMatchObject({ active: 1, cidr: "10.1.0.1/24" });
});

test("a plan that is given up leaves no trace", () => {
  const caller = aCaller();
  const before = caller.get(path).data;
  caller.put(`${path}/vmbr0`, { type: "bridge", cidr: "10.99.0.77/24", bridge_ports: "eth0" });
  expect(caller.get(path).data).not.toEqual(before);
  caller.remove(path);
  expect(caller.get(path).data).toEqual(before);
});

test("an interface is neither made twice nor changed where there is none", () => {
  const caller = aCaller();
  expect(caller.post(path, { iface: "vmbr0", type: "bridge" }).errors).toEqual({ iface: "interface already exists" });
  expect(caller.put(`${path}/vmbr7`, { type: "bridge" }).errors).toEqual({ iface: "interface does not exist" });
  expect(caller.remove(`${path}/vmbr7`).errors).toEqual({ iface: "interface does not exist" });
});

test("a node has one default gateway", () => {
  const asked = aCaller().post(path, { iface: "vmbr1", type: "bridge", cidr: "10.1.0.1/24", gateway: "10.1.0.254" });
  expect(asked.errors).toEqual({ gateway: "Default gateway already exists on interface 'vmbr0'." });
});

test("a port belongs to one bridge, and must be there", () => {
  const caller = aCaller();
  expect(caller.post(path, { iface: "vmbr1", type: "bridge", bridge_ports: "eth0" }).reason).toBe(
    "port 'eth0' is already used on interface 'vmbr0'",
  );
  expect(caller.post(path, { iface: "vmbr1", type: "bridge", bridge_ports: "eth7" }).reason).toBe(
    "bridge 'vmbr1' - unable to find bridge port 'eth7'",
  );
});

test("a VLAN tells its number and its device as text", () => {
  const caller = aCaller();
  expect(caller.post(path, { iface: "vmbr0.20", type: "vlan" }).status).toBe(200);
  expect(caller.get(`${path}/vmbr0.20`).data).toMatchObject({ "vlan-id": "20", "vlan-raw-device": "vmbr0" });
  expect(caller.post(path, { iface: "eth5.20", type: "vlan" }).reason).toBe(
    "vlan 'eth5.20' - unable to find parent 'eth5'",
  );
});
