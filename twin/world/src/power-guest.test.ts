import { expect, test } from "vitest";
import { bareWorld } from "./bare-world.ts";
import { dict } from "./dict.ts";
import { advanceUntil } from "./kernel.ts";
import { addGuest } from "./new-guest.ts";
import { pauseGuest, resumeGuest, shutdownGuest, startGuest, stopGuest } from "./power-guest.ts";
import { taskLog } from "./progress.ts";
import type { Refused, Started } from "./worker.ts";
import type { World } from "./world.ts";

const root = { user: "root@pam" };
const at = { node: "pve1", kind: "qemu", vmid: 100 } as const;

const aWorld = (installed = true, config: [string, string | number][] = []): World => {
  const world = bareWorld({ nodes: ["pve1"] });
  addGuest(world, {
    ...at,
    config: dict<string | number>([
      ["name", "web01"],
      ["memory", "64"],
      ["net0", "virtio=BC:24:11:00:00:01,bridge=vmbr0"],
      ...config,
    ]),
    installed,
  });
  return world;
};

const finish = (world: World, answer: Started | Refused): string[] => {
  if (answer.kind === "refused") return [answer.message];
  const task = world.tasks[answer.upid];
  advanceUntil(world, () => task?.state.kind === "ended", world.now + 3_600_000);
  return task ? taskLog(world, task) : [];
};

test("a started guest runs, and a second start fails in its task", () => {
  const world = aWorld();
  expect(finish(world, startGuest(world, root, at))).toEqual(["TASK OK"]);
  expect(world.guests[100]?.run.kind).toBe("running");
  expect(finish(world, startGuest(world, root, at))).toEqual(["TASK ERROR: VM 100 already running"]);
});

test("a UPID reads as Proxmox writes it", () => {
  const world = aWorld();
  const answer = startGuest(world, root, at);
  expect(answer).toMatchObject({
    upid: expect.stringMatching(/^UPID:pve1:[0-9A-F]{8}:[0-9A-F]{8}:6B02[0-9A-F]{4}:qmstart:100:root@pam:$/),
  });
});

test("a guest without configuration, a locked one, a template and one with an unknown bridge do not start", () => {
  const world = aWorld();
  expect(finish(world, startGuest(world, root, { ...at, vmid: 999 }))).toEqual([
    "TASK ERROR: Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist",
  ]);
  for (const [key, value, message] of [
    ["lock", "backup", "VM is locked (backup)"],
    ["template", 1, "you can't start a vm if it's a template"],
    ["net1", "virtio,bridge=vmbr99", "bridge 'vmbr99' does not exist"],
  ] as const) {
    const other = aWorld(true, [[key, value]]);
    expect(finish(other, startGuest(other, root, at))).toEqual([`TASK ERROR: ${message}`]);
    expect(other.guests[100]?.run.kind).toBe("stopped");
  }
});

test("a guest with nothing installed hears no shutdown; with force it is stopped all the same", () => {
  const world = aWorld(false);
  finish(world, startGuest(world, root, at));
  expect(finish(world, shutdownGuest(world, root, { ...at, timeoutMs: 3000 }))).toEqual([
    "TASK ERROR: VM quit/powerdown failed - got timeout",
  ]);
  expect(finish(world, shutdownGuest(world, root, { ...at, timeoutMs: 3000, force: true }))).toEqual([
    "VM still running - terminating now with SIGTERM",
    "TASK OK",
  ]);
  expect(world.guests[100]?.run.kind).toBe("stopped");
});

test("a stop waits for the lock of a shutdown and gives up after ten seconds, unless it overrules it", () => {
  const world = aWorld(false);
  finish(world, startGuest(world, root, at));
  const shutdown = shutdownGuest(world, root, { ...at, timeoutMs: 60_000 });
  advanceUntil(world, () => false, world.now + 1000);
  expect(finish(world, stopGuest(world, root, at))).toEqual([
    "trying to acquire lock...",
    "TASK ERROR: can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout",
  ]);
  expect(finish(world, stopGuest(world, root, { ...at, overruleShutdown: true }))).toEqual(["TASK OK"]);
  expect(finish(world, shutdown)).toEqual(["TASK ERROR: received interrupt"]);
});

test("a booted guest shuts down in its time, a paused one is refused", () => {
  const world = aWorld();
  finish(world, startGuest(world, root, at));
  advanceUntil(world, () => false, world.now + 60_000);
  finish(world, pauseGuest(world, root, at));
  expect(shutdownGuest(world, root, at)).toMatchObject({ kind: "refused", message: "VM is paused - cannot shutdown" });
  finish(world, resumeGuest(world, root, at));
  expect(finish(world, shutdownGuest(world, root, at))).toEqual(["TASK OK"]);
});
