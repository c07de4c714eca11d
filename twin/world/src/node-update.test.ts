import { expect, test } from "vitest";
import { bareWorld } from "./bare-world.ts";
import { advanceTo } from "./kernel.ts";
import { shutdownNode } from "./node-guests.ts";
import { installUpdates, publishUpdates, refreshUpdates } from "./node-update.ts";

const root = { user: "root@pam" };

test("an update is seen after a refresh, there after its installation, and a kernel runs after a reboot", () => {
  const world = bareWorld({ nodes: ["pve1", "pve2"] });
  const node = world.nodes.pve1 ?? expect.fail();
  publishUpdates(world, [
    { name: "pve-manager", version: "9.2.12" },
    { name: "proxmox-kernel-6.14", version: "6.14.11-1", kernel: "6.14.11-1-pve" },
  ]);
  expect(Object.keys(node.updates)).toEqual([]);
  refreshUpdates(world, root, { node: "pve1" });
  advanceTo(world, world.now + 10_000);
  expect(node.updates["pve-manager"]).toMatchObject({ oldVersion: "9.2.11", version: "9.2.12", needsReboot: false });
  installUpdates(world, { node: "pve1", ms: 300_000 });
  advanceTo(world, world.now + 299_000);
  expect(node.versions.pve).toBe("9.2.11");
  advanceTo(world, world.now + 2_000);
  expect([node.versions.pve, node.versions.kernel, Object.keys(node.updates)]).toEqual(["9.2.12", "6.14.8-2-pve", []]);
  expect(shutdownNode(world, root, { node: "pve1", reboot: true })).toBeUndefined();
  advanceTo(world, world.now + 60_000);
  expect(node.state.kind).toBe("booting");
  advanceTo(world, world.now + 120_000);
  expect([node.state.kind, node.versions.kernel]).toEqual(["online", "6.14.11-1-pve"]);
  expect(world.nodes.pve2?.versions.pve).toBe("9.2.11");
});
