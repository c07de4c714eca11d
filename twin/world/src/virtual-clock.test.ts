import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { bareWorld } from "./bare-world.ts";
import { dict } from "./dict.ts";
import { addGuest } from "./new-guest.ts";
import { startGuest } from "./power-guest.ts";
import { VirtualClock } from "./virtual-clock.ts";

const aClock = () => {
  const world = bareWorld({ nodes: ["pve1"] });
  return { world, clock: new VirtualClock(world, () => setImmediate()) };
};

test("a day of waiting passes at once, and in order", async () => {
  const { clock } = aClock();
  const order: string[] = [];
  const wait = async (name: string, hours: number) => {
    for (let step = 0; step < 3; step++) {
      await clock.sleep(hours * 3_600_000);
      order.push(`${name}${step} at ${clock.monotonic() / 3_600_000}`);
    }
  };
  await clock.drive(Promise.all([wait("a", 4), wait("b", 6)]));
  expect(order).toEqual(["a0 at 4", "b0 at 6", "a1 at 8", "b1 at 12", "a2 at 12", "b2 at 18"]);
});

test("code that waits for a task of the world sees it end", async () => {
  const { world, clock } = aClock();
  addGuest(world, { vmid: 100, kind: "qemu", node: "pve1", config: dict(), installed: true });
  const work = async () => {
    const answer = startGuest(world, { user: "root@pam" }, { node: "pve1", kind: "qemu", vmid: 100 });
    const upid = answer.kind === "started" ? answer.upid : expect.fail();
    while (world.tasks[upid]?.state.kind === "running") await clock.sleep(500);
    return world.tasks[upid]?.state;
  };
  expect(await clock.drive(work())).toMatchObject({ kind: "ended", exitstatus: "OK" });
});

test("a sleep that is aborted rejects with the reason, and time does not wait for it", async () => {
  const { clock } = aClock();
  const controller = new AbortController();
  const work = async () => {
    const sleeping = clock.sleep(86_400_000, controller.signal).catch((reason: unknown) => reason);
    await clock.sleep(1000);
    controller.abort("enough");
    return sleeping;
  };
  expect(await clock.drive(work())).toBe("enough");
  expect(clock.monotonic()).toBe(1000);
});

test("time stands while work outside the world is held", async () => {
  const { clock } = aClock();
  const outside = async () => {
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    return clock.monotonic();
  };
  const work = async () => {
    void clock.sleep(1000);
    return clock.hold(outside());
  };
  expect(await clock.drive(work())).toBe(0);
});

test("work that waits for nothing that will happen is told so", async () => {
  const { clock } = aClock();
  await expect(clock.drive(new Promise(() => {}))).rejects.toThrow("never happen");
  await expect(clock.drive(clock.sleep(5000), clock.now() + 1000)).rejects.toThrow("not done by");
});
