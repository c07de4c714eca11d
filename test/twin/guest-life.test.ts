import { expect, test } from "vitest";
import { aClient, aTwin, done } from "./doors.ts";

test.each(["9.2", "8.4"] as const)(
  "the real client leads a guest of %s through its whole life over TLS",
  async (release) => {
    const twin = await aTwin({ pve: release });
    const pve = aClient(twin);
    const at = { node: "pve1", vmid: 100 };
    const created = await pve.post("/nodes/{node}/qemu", {
      ...at,
      name: "web01",
      memory: "2048",
      cores: 2,
      scsi0: "local:8,format=qcow2",
      net0: "virtio,bridge=vmbr0",
    });
    expect(await done(pve, created)).toBe("ok");
    expect(await pve.get("/nodes/{node}/qemu/{vmid}/config", at)).toMatchObject({ name: "web01", cores: 2 });
    expect(await done(pve, await pve.post("/nodes/{node}/qemu/{vmid}/status/start", at))).toBe("ok");
    expect(await pve.get("/nodes/{node}/qemu/{vmid}/status/current", at)).toMatchObject({ status: "running" });
    expect(await done(pve, await pve.post("/nodes/{node}/qemu/{vmid}/snapshot", { ...at, snapname: "before" }))).toBe(
      "ok",
    );
    const snapshots = await pve.get("/nodes/{node}/qemu/{vmid}/snapshot", at);
    expect(snapshots.map(({ name }) => name)).toEqual(expect.arrayContaining(["before", "current"]));
    expect(
      await done(pve, await pve.delete("/nodes/{node}/qemu/{vmid}/snapshot/{snapname}", { ...at, snapname: "before" })),
    ).toBe("ok");
    const moved = await pve.post("/nodes/{node}/qemu/{vmid}/migrate", {
      ...at,
      target: "pve2",
      online: true,
      "with-local-disks": true,
    });
    expect(await done(pve, moved)).toBe("ok");
    const there = { node: "pve2", vmid: 100 };
    expect(await pve.get("/nodes/{node}/qemu/{vmid}/status/current", there)).toMatchObject({ status: "running" });
    const backedUp = await pve.post("/nodes/{node}/vzdump", {
      node: "pve2",
      vmid: "100",
      storage: "local",
      mode: "snapshot",
      compress: "zstd",
    });
    expect(await done(pve, backedUp)).toBe("ok");
    const [backup] = await pve.get("/nodes/{node}/storage/{storage}/content", {
      node: "pve2",
      storage: "local",
      content: "backup",
    });
    const restored = await pve.post("/nodes/{node}/qemu", {
      node: "pve2",
      vmid: 200,
      archive: String(backup?.volid),
      storage: "local",
    });
    expect(await done(pve, restored)).toBe("ok");
    expect(await pve.get("/nodes/{node}/qemu/{vmid}/config", { node: "pve2", vmid: 200 })).toMatchObject({
      name: "web01",
    });
    expect(await done(pve, await pve.post("/nodes/{node}/qemu/{vmid}/status/stop", there))).toBe("ok");
    for (const vmid of [100, 200])
      expect(await done(pve, await pve.delete("/nodes/{node}/qemu/{vmid}", { node: "pve2", vmid }))).toBe("ok");
    const left = (await pve.get("/cluster/resources", { type: "vm" })).length;
    expect(left).toBe(0);
    const images = await pve.get("/nodes/{node}/storage/{storage}/content", {
      node: "pve2",
      storage: "local",
      content: "images",
    });
    expect(images).toEqual([]);
  },
);

test("a task's log is read line by line to its end", async () => {
  const twin = await aTwin({ bare: ["pve1"] });
  const pve = aClient(twin);
  const upid = await pve.post("/nodes/{node}/qemu", { node: "pve1", vmid: 100, scsi0: "local:1" });
  const lines: string[] = [];
  for await (const { text } of pve.follow(String(upid), { pollMs: 5 })) lines.push(text);
  expect(lines.at(-1)).toBe("TASK OK");
  expect(lines.join("\n")).toMatch(/vm-100-disk-0/);
});
