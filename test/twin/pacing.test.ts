import { expect, test } from "vitest";
import { aClient, aTwin } from "./doors.ts";

test("at sixty times real time a minute of the world takes a second, and its tasks are as much faster", async () => {
  const twin = await aTwin({ speed: 60, bare: ["pve1"] });
  const began = performance.now();
  await twin.clock.sleep(60_000);
  const tookMs = performance.now() - began;
  expect(tookMs).toBeGreaterThan(950);
  expect(tookMs).toBeLessThan(5000);
});

test("the world's clock stands near real time at speed 1 and follows a change of speed", async () => {
  const twin = await aTwin({ speed: 1, bare: ["pve1"] });
  expect(Math.abs(twin.clock.now() - Date.now())).toBeLessThan(5000);
  twin.clock.setSpeed(1000);
  const from = twin.clock.now();
  await twin.clock.sleep(100_000);
  expect(twin.clock.now() - from).toBeGreaterThanOrEqual(100_000);
});

test("a sleep that is called off rejects with the reason and wakes nobody", async () => {
  const twin = await aTwin({ speed: 1, bare: ["pve1"] });
  const stop = new AbortController();
  const sleep = twin.clock.sleep(3_600_000, stop.signal);
  stop.abort(new Error("enough"));
  await expect(sleep).rejects.toThrow("enough");
  await expect(twin.clock.sleep(1, stop.signal)).rejects.toThrow("enough");
});

test("an answer that was kept is not given again once something has changed", async () => {
  const twin = await aTwin({ speed: 1 });
  const pve = aClient(twin);
  const guests = async () => (await pve.get("/cluster/resources", { type: "vm" })).map(({ vmid }) => vmid);
  expect(await guests()).toEqual([]);
  await pve.post("/nodes/{node}/qemu", { node: "pve1", vmid: 123 });
  twin.clock.pass(5000);
  expect(await guests()).toEqual([123]);
  delete twin.world.guests[123];
  twin.changed();
  expect(await guests()).toEqual([]);
});

test("the same question by another caller is another answer", async () => {
  const twin = await aTwin({ speed: 1, lab: "examples/tidy-lab" });
  const secret = twin.world.access.users["watch@pve"]?.tokens.orrery?.secret ?? "";
  twin.world.access.acls = twin.world.access.acls.filter(({ type }) => type !== "token");
  const root = aClient(twin);
  const nobody = aClient(twin, { credentials: { kind: "token", id: "watch@pve!orrery", secret } });
  expect((await root.get("/cluster/resources", { type: "vm" })).length).toBe(6);
  expect((await nobody.get("/cluster/resources", { type: "vm" })).length).toBe(0);
});

test("a lab that lived through a week before it is served has that week's backups and tasks, and stands at now", async () => {
  const now = Date.UTC(2026, 10, 23, 12);
  const twin = await aTwin({ speed: 1, lab: "examples/tidy-lab", past: "7d", now });
  expect(twin.world.now).toBeGreaterThanOrEqual(now);
  const pve = aClient(twin);
  const copies = await pve.get("/nodes/{node}/storage/{storage}/content", {
    node: "pve1",
    storage: "pbs",
    content: "backup",
  });
  const days = new Set(copies.map(({ ctime }) => Math.floor(Number(ctime) / 86_400)));
  expect(days.size).toBeGreaterThanOrEqual(6);
  expect((await pve.get("/cluster/tasks")).some(({ type }) => type === "vzdump")).toBe(true);
  await expect(aTwin({ lab: "examples/tidy-lab", past: "some" })).rejects.toThrow("no past");
});
