import { expect, test } from "vitest";
import { aClient, aTwin } from "./doors.ts";

test("a client of three nodes goes on when the node that it speaks to loses power", async () => {
  const twin = await aTwin({ doorPerNode: true });
  const pve = aClient(twin);
  const before = await pve.request("GET", "/cluster/status");
  twin.fault("node pve1 loses-power");
  const after = await pve.request("GET", "/cluster/status");
  expect(after.answeredBy).not.toBe(before.answeredBy);
  expect(after.data).toEqual(expect.arrayContaining([expect.objectContaining({ name: "pve2", online: 1 })]));
});

test("what is another node's answers 595 while that is off, and again when its power is back", async () => {
  const twin = await aTwin();
  const pve = aClient(twin, { rounds: 1 });
  const lost = twin.fault("node pve2 loses-power");
  await expect(pve.get("/nodes/{node}/status", { node: "pve2" })).rejects.toMatchObject({
    kind: "node-unreachable",
    status: 595,
  });
  expect((await pve.get("/nodes")).find(({ node }) => node === "pve1")?.status).toBe("online");
  expect(twin.clear(lost)).toBe(true);
  await twin.clock.sleep(10 * 60_000);
  expect(await pve.get("/nodes/{node}/status", { node: "pve2" })).toHaveProperty("uptime");
});

test("without quorum the cluster can be read and not changed", async () => {
  const twin = await aTwin();
  const pve = aClient(twin);
  twin.fault("node pve2 loses-power");
  twin.fault("node pve3 loses-power");
  await twin.clock.sleep(60_000);
  expect((await pve.get("/cluster/status")).find(({ type }) => type === "cluster")?.quorate).toBe(0);
  await expect(pve.post("/pools", { poolid: "late" })).rejects.toMatchObject({ kind: "no-quorum" });
});

test("requests below a path fail, wait or break off, and the others do not", async () => {
  const twin = await aTwin();
  const pve = aClient(twin, { rounds: 1 });
  const failing = twin.fault('path /pools api-fails status=596 reason="Broken pipe"');
  await expect(pve.get("/pools")).rejects.toMatchObject({ status: 596, reason: "Broken pipe" });
  expect(await pve.get("/version")).toHaveProperty("release");
  twin.clear(failing);
  const slow = twin.fault("path /pools api-delays ms=60000");
  await expect(pve.get("/pools", {}, { withinMs: 150 })).rejects.toMatchObject({ kind: "deadline" });
  twin.clear(slow);
  const broken = twin.fault("path /pools api-resets");
  await expect(pve.get("/pools")).rejects.toMatchObject({ kind: "unreachable" });
  await expect(pve.post("/pools", { poolid: "lost" })).rejects.toMatchObject({ kind: "unreachable", uncertain: true });
  twin.clear(broken);
  expect(await pve.get("/pools")).toEqual([]);
});

test("a fault that cannot be is refused with what there is", async () => {
  const twin = await aTwin();
  expect(() => twin.fault("node pve9 loses-power")).toThrow(/There is no such node/);
  expect(() => twin.fault("node pve1 explodes")).toThrow(/No fault is called "explodes".*loses-power/);
  expect(() => twin.fault("node pve1 fills bytes=1GiB")).toThrow(/A node is nothing that fills/);
  expect(() => twin.fault("link pve1/eth0 is-slow")).toThrow(/is-slow takes factor/);
  expect(() => twin.fault("node pve1 hangs", { for: "soon" })).toThrow(/no span of time/);
});

test("an end of a fault that is asked for comes by itself", async () => {
  const twin = await aTwin();
  const { id } = twin.fault("node pve3 loses-power", { in: "5 min", for: "10 min" });
  const kind = () => twin.world.nodes.pve3?.state.kind;
  expect([twin.world.faults[id]?.state, kind()]).toEqual(["pending", "online"]);
  await twin.clock.sleep(6 * 60_000);
  expect([twin.world.faults[id]?.state, kind()]).toEqual(["active", "off"]);
  await twin.clock.sleep(30 * 60_000);
  expect([twin.world.faults[id]?.state, kind()]).toEqual(["over", "online"]);
});

test("a client of a node whose certificate has run out does not believe it, until it is renewed", async () => {
  const twin = await aTwin({ bare: ["pve1"] });
  const trusting = () =>
    aClient(twin, { endpoints: [{ url: twin.url, trust: { kind: "ca", pem: twin.certificate } }], rounds: 1 });
  const expiry = twin.fault("node pve1 certificate-expires");
  await expect(trusting().get("/version")).rejects.toMatchObject({ kind: "untrusted" });
  twin.clear(expiry);
  expect(await trusting().get("/version")).toHaveProperty("release");
});
