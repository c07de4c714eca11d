import { observed } from "@orrery/state";
import { expect, test } from "vitest";
import { contentsOf } from "./storages/contents.ts";
import { exampleLab, fieldOf, seenCluster, serve, setUp } from "./testing/serve.ts";

test("each guest's disks stand with the storage that they are on, the largest first", async () => {
  const declared = await exampleLab("astronomy-lab");
  const { server, ask } = await serve([await seenCluster("lab", declared)]);
  const ada = await setUp(ask, server);
  const { status, json } = await ada("GET", "/api/clusters/lab/storages/local-nvme/contents?node=node01");
  expect(status).toBe(200);
  const guests = fieldOf(json, "guests") as readonly {
    node: string;
    disks: readonly { volume: string; size?: number }[];
  }[];
  expect(guests.length).toBeGreaterThan(1);
  expect(new Set(guests.map(({ node }) => node))).toEqual(new Set(["node01"]));
  for (const { disks } of guests) for (const { volume } of disks) expect(volume).toMatch(/^local-nvme:/);
  const sizes = guests.map(({ disks }) => disks.reduce((sum, { size = 0 }) => sum + size, 0));
  expect(sizes).toEqual(sizes.toSorted((one, other) => other - one));
  expect((await ada("GET", "/api/clusters/lab/storages/nowhere/contents")).status).toBe(404);
});

test("a guest whose configuration is not known is counted, and an inserted disc is no disk", async () => {
  const { feed } = await seenCluster("lab", await exampleLab("astronomy-lab"));
  const reading = feed.now();
  if (reading.kind !== "read" || reading.state.guests.kind !== "observed") throw new Error("The lab was not seen.");
  const [first, second, ...rest] = Object.values(reading.state.guests.value);
  if (first?.file.kind !== "observed" || second === undefined) throw new Error("The lab has no guests.");
  const config = { ide2: "nfs:iso/debian.iso,media=cdrom,size=600M", scsi0: "nfs:100/vm-100-disk-0.qcow2,size=8G" };
  const guests = observed(reading.at, {
    a: { ...first, file: observed(reading.at, { ...first.file.value, config }) },
    b: { ...second, file: { kind: "unreachable" as const, at: reading.at, why: "its node hangs" } },
  });
  expect(rest.length).toBeGreaterThan(0);
  const found = contentsOf({ ...reading.state, guests }, undefined, "nfs", undefined);
  expect(found).toMatchObject({
    unread: 1,
    guests: [{ vmid: first.vmid, disks: [{ key: "scsi0", size: 8 * 1024 ** 3 }] }],
  });
  expect(found.guests[0]?.disks).toHaveLength(1);
});

test("backups of a guest that is gone still fill the storage", async () => {
  const { feed } = await seenCluster("lab", await exampleLab("astronomy-lab"));
  const reading = feed.now();
  if (reading.kind !== "read") throw new Error("The lab was not seen.");
  const volumes = [
    { volid: "pbs:backup/vm/9999/1", vmid: 9999, size: 1000, ctime: 10 },
    { volid: "pbs:backup/vm/9999/2", vmid: 9999, size: 2000, ctime: 20 },
  ];
  const list = { storage: "pbs-backup01", node: "node01", volumes };
  const seen = { backups: { "pbs-backup01": { kind: "fresh" as const, at: reading.at, value: list } } };
  expect(contentsOf(reading.state, seen, "pbs-backup01", undefined).guests).toEqual([
    { vmid: 9999, disks: [], backups: { count: 2, size: 3000, newest: 20_000 } },
  ]);
});
