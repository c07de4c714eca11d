import { getCACertificates, setDefaultCACertificates } from "node:tls";
import proxmoxApi, { type Proxmox } from "proxmox-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type StartedTwin, startedTwin } from "./started-twin.ts";

let started: StartedTwin;
let proxmox: Proxmox.Api;
let port: number;

beforeAll(async () => {
  started = await startedTwin();
  port = Number(new URL(started.url).port);
  setDefaultCACertificates([...getCACertificates("default"), started.certificate]);
  proxmox = proxmoxApi({ host: "127.0.0.1", port, username: "root@pam", password: started.credentials.password });
});
afterAll(async () => {
  await started.stop();
});

const ended = async (upid: string): Promise<string | undefined> => {
  const task = proxmox.nodes.$(upid.split(":")[1] ?? "").tasks.$(upid);
  await expect.poll(() => task.status.$get(), { timeout: 20_000 }).toMatchObject({ status: "stopped" });
  return (await task.status.$get()).exitstatus;
};

test("proxmox-api reads nodes, and what they have", async () => {
  const nodes = await proxmox.nodes.$get();
  expect(nodes.map(({ node, status }) => `${node} ${status}`).toSorted()).toEqual([
    "pve1 online",
    "pve2 online",
    "pve3 online",
  ]);
  expect((await proxmox.version.$get()).version).toMatch(/^9\./);
  expect(await proxmox.nodes.$("pve2").storage.$get()).toMatchObject([{ storage: "local", type: "dir", active: 1 }]);
  expect(await proxmox.cluster.status.$get()).toMatchObject([{ type: "cluster", quorate: 1, nodes: 3 }, {}, {}, {}]);
});

test("proxmox-api takes a VM through its life", async () => {
  const node = proxmox.nodes.$("pve1");
  expect(
    await ended(
      await node.qemu.$post({ vmid: 100, name: "web", memory: "1024", scsi0: "local:4,format=qcow2", kvm: false }),
    ),
  ).toBe("OK");
  const vm = node.qemu.$(100);
  expect(await vm.config.$get()).toMatchObject({
    name: "web",
    memory: "1024",
    kvm: 0,
    scsi0: "local:100/vm-100-disk-0.qcow2,size=4G",
  });
  expect(await ended(await vm.status.start.$post())).toBe("OK");
  expect(await node.qemu.$get({ full: true })).toMatchObject([{ vmid: 100, status: "running", name: "web" }]);
  expect(
    await ended(await vm.snapshot.$post({ snapname: "before", description: "a line\nand another, ümlauts & all" })),
  ).toBe("OK");
  expect(await vm.snapshot.$get()).toContainEqual(
    expect.objectContaining({ name: "before", description: "a line\nand another, ümlauts & all" }),
  );
  expect(await ended(await vm.snapshot.$("before").$delete())).toBe("OK");
  expect(await ended(await vm.migrate.$post({ target: "pve3", online: true, "with-local-disks": true }))).toBe("OK");
  // A guest that has just moved is unknown there until the next round of pvestatd.
  await started.clock.sleep(15_000);
  expect(
    (await proxmox.cluster.resources.$get({ type: "vm" })).map((row) => `${row.vmid} ${row.node} ${row.status}`),
  ).toEqual(["100 pve3 running"]);
  const moved = proxmox.nodes.$("pve3").qemu.$(100);
  expect(await ended(await moved.status.stop.$post())).toBe("OK");
  expect(await ended(await moved.$delete({ purge: true }))).toBe("OK");
  expect(started.world.guests).toEqual({});
});

test("proxmox-api is told what was wrong", async () => {
  const vm = proxmox.nodes.$("pve1").qemu.$(999);
  await expect(vm.config.$get()).rejects.toThrow(
    "500 Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist",
  );
  await expect(proxmox.nodes.$("pve1").qemu.$post({ vmid: 5 })).rejects.toThrow(
    /400 Parameter verification failed.*"vmid":"invalid format - value does not look like a valid VM ID/,
  );
});

test("proxmox-api speaks by token", async () => {
  const made = await proxmox.access.users.$("root@pam").token.$("ci").$post({ privsep: true });
  const byToken = proxmoxApi({
    host: "127.0.0.1",
    port,
    tokenID: "root@pam!ci",
    tokenSecret: made.value,
  });
  await expect(byToken.access.users.$post({ userid: "eve@pve" })).rejects.toThrow("403 Permission check failed");
  await proxmox.access.acl.$put({ path: "/access", roles: "PVEUserAdmin", tokens: "root@pam!ci" });
  await byToken.access.users.$post({ userid: "eve@pve" });
  expect(started.world.access.users).toHaveProperty(["eve@pve"]);
});

test("the twin met nothing that it did not know to answer", () => {
  expect(started.failures).toEqual([]);
});
