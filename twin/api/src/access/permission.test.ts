import { addGuest, bareWorld, type World } from "@orrery/twin-world";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Rights } from "./permission.ts";

const vmids = [100, 101, 102, 103];
const userid = "alice@pve";

const rule = fc.record({
  path: fc.constantFrom("/", "/vms", "/vms/100", "/vms/101", "/pool/blue", "/pool/red"),
  type: fc.constant("user" as const),
  ugid: fc.constantFrom(userid, "bob@pve"),
  roleid: fc.constantFrom("PVEAuditor", "PVEVMUser", "NoAccess"),
  propagate: fc.boolean(),
});

const worlds = fc
  .record({
    acls: fc.array(rule, { maxLength: 6 }),
    blue: fc.subarray(vmids),
    red: fc.subarray(vmids),
  })
  .map(({ acls, blue, red }): World => {
    const world = bareWorld({ nodes: ["pve1"], now: 0 });
    for (const vmid of vmids) addGuest(world, { vmid, kind: "qemu", node: "pve1", config: {}, installed: true });
    world.access.acls = acls;
    world.pools.blue = { vmids: blue, storages: [] };
    world.pools.red = { vmids: red, storages: [] };
    return world;
  });

test("a caller may on many guests what he may on each", () => {
  let granted = 0;
  fc.assert(
    fc.property(worlds, (world) => {
      const rights = new Rights(world, { userid });
      const may = rights.onGuests("VM.Audit");
      for (const vmid of vmids) {
        expect(may(vmid)).toBe(rights.has(`/vms/${vmid}`, "VM.Audit"));
        granted += may(vmid) ? 1 : 0;
      }
    }),
  );
  expect(granted).toBeGreaterThan(0);
});
