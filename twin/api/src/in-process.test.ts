import { setImmediate } from "node:timers/promises";
import { PveError, proxmoxOver } from "@orrery/contract";
import { bareWorld, fault, VirtualClock, type World } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { InProcessTransport } from "./in-process.ts";
import { twinOf } from "./twin.ts";

const start = (nodes: string[] = ["pve1", "pve2", "pve3"]) => {
  const world = bareWorld({ nodes });
  const clock = new VirtualClock(world, () => setImmediate());
  const pve = proxmoxOver("9.2", new InProcessTransport(twinOf(world, "a secret"), { clock }), clock);
  return { world, clock, pve };
};

const cutPower = (world: World, node: string) =>
  fault(world, { subject: { kind: "node", node }, what: { kind: "loses-power" } });

const errorOf = async (work: Promise<unknown>): Promise<PveError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PveError) return error;
  throw new Error("The call did not fail as it should.");
};

test("time stands in the world while what the first answer needs is loaded", async () => {
  const { world, clock, pve } = start();
  const began = world.now;
  const answeredAt = pve.get("/nodes/{node}/status", { node: "pve1" }).then(() => world.now);
  await clock.drive(Promise.all([answeredAt, clock.sleep(1)]));
  expect([await answeredAt, world.now]).toEqual([began, began + 1]);
});

test("a guest is made, followed and read through the port", async () => {
  const { world, clock, pve } = start();
  const end = clock.drive(
    (async () => {
      const upid = await pve.post("/nodes/{node}/qemu", { node: "pve2", vmid: 100, name: "web01", scsi0: "local:1" });
      return pve.follow(upid).end();
    })(),
  );
  expect((await end).kind).toBe("ok");
  expect(world.now).toBeGreaterThan(Date.UTC(2026, 10, 22, 8));
  const config = await clock.drive(pve.get("/nodes/{node}/qemu/{vmid}/config", { node: "pve2", vmid: 100 }));
  expect(config.name).toBe("web01");
});

test("what the API refuses is an error of the port", async () => {
  const { clock, pve } = start();
  const missing = await errorOf(clock.drive(pve.get("/nodes/{node}/qemu/{vmid}/config", { node: "pve1", vmid: 999 })));
  expect(missing.kind).toBe("missing");
  expect(missing.status).toBe(500);
  const invalid = await errorOf(clock.drive(pve.request("POST", "/nodes/pve1/qemu", { vmid: 7 })));
  expect(invalid.kind).toBe("invalid");
  expect(Object.keys(invalid.errors)).toEqual(["vmid"]);
});

test("a node that says nothing costs the proxy's patience, or the caller's", async () => {
  const { world, clock, pve } = start();
  cutPower(world, "pve3");
  const before = world.now;
  const deaf = await errorOf(clock.drive(pve.get("/nodes/{node}/status", { node: "pve3" })));
  expect(deaf.kind).toBe("node-unreachable");
  expect(world.now - before).toBeGreaterThanOrEqual(30_000);
  const { world: other, clock: its, pve: port } = start();
  cutPower(other, "pve3");
  const late = await errorOf(its.drive(port.get("/nodes/{node}/status", { node: "pve3" }, { withinMs: 5000 })));
  expect(late.kind).toBe("deadline");
});

test("faults of the API reach the port", async () => {
  const { world, clock, pve } = start();
  const strike = (what: Parameters<typeof fault>[1]["what"]) =>
    fault(world, { subject: { kind: "path", path: "/version" }, what, at: world.now, until: world.now + 60_000 });
  strike({ kind: "api-delays", ms: 7000 });
  const before = world.now;
  await clock.drive(pve.get("/version"));
  expect(world.now - before).toBe(7000);
  await clock.drive(clock.sleep(60_000));
  strike({ kind: "api-resets" });
  expect((await errorOf(clock.drive(pve.get("/version")))).kind).toBe("unreachable");
});

test("a call that is aborted waits no longer", async () => {
  const { world, clock, pve } = start();
  cutPower(world, "pve2");
  const controller = new AbortController();
  const call = errorOf(clock.drive(pve.get("/nodes/{node}/status", { node: "pve2" }, { signal: controller.signal })));
  controller.abort();
  expect((await call).kind).toBe("aborted");
});
