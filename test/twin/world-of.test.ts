import astronomyLab from "@orrery/example-astronomy-lab";
import tidyLab from "@orrery/example-tidy-lab";
import { type Lab, parseLab, type Traffic } from "@orrery/model";
import { assumptionsOf, worldOf } from "@orrery/twin-lab";
import {
  advanceTo,
  bareWorld,
  disksOf,
  fault,
  findVolume,
  isQuorate,
  isRunning,
  saveWorld,
  type World,
  wayBetween,
  whyNotStorage,
} from "@orrery/twin-world";
import { expect, test } from "vitest";
import { observeTwin, overTwin } from "../observe/observed-twin.ts";

const labOf = (raw: unknown): Lab => {
  const parsed = parseLab(raw);
  if (parsed.kind === "problems") throw new Error(JSON.stringify(parsed.problems));
  return parsed.lab;
};
const astronomy = labOf(astronomyLab);
const tidy = labOf(tidyLab);
/** The tidy lab with something else in it. */
const tidyWith = (change: (raw: Lab) => void): Lab => {
  const lab = structuredClone(tidy);
  change(lab);
  return lab;
};
const day = 86_400_000;

test("every declared guest is on its node, by its name or by another name of it, and runs", () => {
  const world = worldOf(astronomy);
  const made = Object.values(world.guests).map(({ config, node }) => `${config.name} on ${node}`);
  const declared = astronomy.guests.items.map(
    ({ name, node }) => `${name} on ${typeof node === "string" ? node : "node05"}`,
  );
  expect(made).toEqual([...declared, "backup01 on node05"]);
  expect(Object.values(world.guests).every(isRunning)).toBe(true);
  expect(Object.keys(world.guests).map(Number)).toEqual(made.map((_, index) => 100 + index));
});

test("what the astronomy lab has and a world has not is told, never dropped in silence", () => {
  const all = assumptionsOf(astronomy);
  const told = (kind: string, subject: string) =>
    all.filter((one) => one.kind === kind && one.subjects.includes(subject)).map(({ what }) => what);
  expect(told("left-out", "aws-glacier")).toEqual(["object storage"]);
  expect(told("left-out", "configuration")).toEqual(["backup of configurations"]);
  expect(told("left-out", "templates")).toEqual(["templates"]);
  expect(told("left-out", "weekly")).toEqual(["offsite copy"]);
  expect(told("read-as", "proj-kasm01")).toEqual(["node of a guest"]);
  expect(told("assumed", "backup01")).toEqual(
    expect.arrayContaining(["guest that is declared nowhere, though a storage is served by it"]),
  );
  expect(told("assumed", "monthly")).toEqual(["hour of a job"]);
  for (const { because, subjects } of all)
    expect({ because: because !== "", subjects: subjects.length > 0 }).toEqual({ because: true, subjects: true });
});

test.each([
  ["astronomy", astronomy],
  ["tidy", tidy],
])("every disk of a guest of the %s lab is a volume that its node sees, and bytes are counted once", (_, lab) => {
  const world = worldOf(lab);
  for (const guest of Object.values(world.guests)) {
    for (const { volid } of disksOf(guest))
      expect({ volid, there: findVolume(world, guest.node, volid) !== undefined }).toEqual({ volid, there: true });
  }
  for (const { id, base, garbage, used, volumes } of Object.values(world.backings)) {
    const sum = Object.values(volumes).reduce((bytes, volume) => bytes + volume.used, base + garbage);
    expect({ id, used }).toEqual({ id, used: sum });
  }
});

test("the same lab and seed are the same world to the byte, now and a month later; another seed is another", () => {
  const later = (seed: number): string => {
    const world = worldOf(tidy, { seed });
    advanceTo(world, world.now + 30 * day);
    return saveWorld(world);
  };
  const first = later(7);
  expect(later(7)).toBe(first);
  expect(later(8)).not.toBe(first);
});

test("the nodes' own figures are the declared ones", () => {
  const { nodes, cluster } = worldOf(tidy);
  expect(nodes.pve1).toMatchObject({
    address: "10.0.10.11",
    bootSeconds: 240,
    hardware: { cpus: 16, cores: 8, memory: 64 * 2 ** 30 },
  });
  expect(nodes.pve1?.disks.map(({ devpath }) => devpath)).toEqual([
    "/dev/sda",
    "/dev/sdb",
    "/dev/nvme0n1",
    "/dev/nvme1n1",
  ]);
  expect(nodes.pve1?.interfaces.vmbr0).toMatchObject({
    bridge_ports: "bond0",
    cidr: "10.0.10.11/24",
    gateway: "10.0.10.1",
  });
  expect(cluster.corosync).toMatchObject({ name: "tidy-lab", members: { pve3: { votes: 1, nodeid: 3 } } });
});

test("guests are written as Proxmox keeps them: id, disks, cards, start order, HA and replication", () => {
  const world = worldOf(tidy);
  expect(world.guests[104]).toMatchObject({ node: "pve3", kind: "qemu", bootMs: 60_000 });
  expect(world.guests[104]?.config).toMatchObject({
    name: "app1",
    memory: "8192",
    cores: 4,
    scsi0: "local-zfs:vm-104-disk-0,discard=on,iothread=1,size=64G",
    startup: "order=2",
    onboot: 1,
  });
  expect(world.guests[103]?.config.startup).toBe("order=1");
  expect(world.guests[101]?.config.net0).toBe("virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20");
  expect(world.guests[9000]?.config).toMatchObject({ name: "debian-13", template: 1 });
  expect(world.ha.resources["vm:104"]?.options).toMatchObject({ state: "started" });
  expect(world.jobs.replication["104-0"]?.options).toMatchObject({ target: "pve1", schedule: "*/15" });
});

test("backup jobs run when the policies say, in their zone, and keep what they say", () => {
  const world = worldOf(tidy);
  expect(world.jobs.backup.nightly?.options).toMatchObject({
    schedule: "02:00",
    storage: "pbs",
    all: 1,
    "prune-backups": "keep-daily=30",
  });
  expect(world.nodes.pve1?.timezone).toBe("Europe/Berlin");
  advanceTo(world, Date.UTC(2026, 10, 25, 12));
  const backups = Object.values(world.backings["host:pbs"]?.volumes ?? {}).filter(({ vmid }) => vmid === 103);
  expect(backups.map(({ volid }) => volid)).toEqual(
    [23, 24, 25]
      .map((date) => `pbs:backup/vm/103/2026-11-${date}T01:00:`)
      .map((start) => expect.stringContaining(start)),
  );
  expect(worldOf(astronomy).jobs.backup).toMatchObject({
    weekly: { options: { schedule: "sun 01:00", "prune-backups": "keep-daily=14,keep-weekly=4,keep-monthly=6" } },
    monthly: { options: { schedule: "sun *-*-1..7 02:00" } },
  });
});

test("users, groups, permissions and tokens are those of the access chapter", () => {
  const { access } = worldOf(tidy);
  expect(access.users["watch@pve"]?.tokens.orrery).toMatchObject({
    privsep: true,
    expire: Date.UTC(2027, 11, 31) / 1000,
  });
  expect(access.groups["platform-sso"]).toMatchObject({ comment: "Run the cluster" });
  expect(access.acls).toContainEqual({
    path: "/",
    type: "token",
    ugid: "watch@pve!orrery",
    roleid: "PVEAuditor",
    propagate: true,
  });
  expect(access.realms.sso).toMatchObject({
    type: "openid",
    options: { "issuer-url": "https://id.example/realms/platform" },
  });
});

test("data goes over the links that carry it, and corosync over any that does", () => {
  const world = worldOf(astronomy);
  const over = (traffic: Traffic) =>
    wayBetween(world, "node:node04", "node:node01", traffic)?.map(({ link }) => link.id);
  expect(over("migration")).toEqual(["node04/bond0", "interconnect", "node01/lan2g5"]);
  expect(over("cluster")).toEqual(["node04/lan1g", "node01/lan1g"]);
  expect(world.network.links["node04/bond0"]).toMatchObject({ bitsPerSecond: 20e9, members: 2 });
  expect(isQuorate(world, "node04")).toBe(true);
});

test("a backup server's storages are there while the guest that serves them runs", () => {
  const world = worldOf(astronomy);
  const server = Object.values(world.guests).find(({ config }) => config.name === "backup01");
  expect(whyNotStorage(world, "node01", "pbs-backup01", "backup")).toBeUndefined();
  fault(world, { subject: { kind: "guest", vmid: server?.vmid ?? 0 }, what: { kind: "crashes" } });
  expect(whyNotStorage(world, "node01", "pbs-backup01", "backup")).toMatch(/is not online/);
});

test("a guest on a node that nobody declares, a storage that is nowhere and an id taken twice are told", () => {
  const lab = tidyWith(({ guests }) => {
    const [first, second, third] = guests.items;
    if (first) first.node = { kind: "as-written", text: "pve9" };
    if (second) second.id = 103;
    if (third?.disks[0]) third.disks[0].storage = { kind: "as-written", text: "nowhere" };
  });
  const told = assumptionsOf(lab).map(({ kind, what, subjects }) => `${kind} ${what}: ${subjects.join(",")}`);
  expect(told).toEqual(expect.arrayContaining(["left-out guest: dns1", "left-out disk of a guest: db1"]));
  expect(told.some((line) => line.startsWith("assumed id of a guest: db1"))).toBe(true);
  const names = Object.values(worldOf(lab).guests).map(({ config }) => config.name);
  expect(names).not.toContain("dns1");
  expect(names).toContain("db1");
});

test("corosync runs on the nodes of a cluster, and not on a node that stands alone", () => {
  const running = (world: World): boolean[] =>
    Object.values(world.nodes).map(({ services }) => services.corosync?.active === true);
  expect(running(worldOf(tidy))).toEqual([true, true, true]);
  expect(running(bareWorld({ nodes: ["alone"] }))).toEqual([false]);
});

test("what is replicated has its copy from the beginning, as old as its schedule, and comes back from it at once", async () => {
  const world = worldOf(tidy, { now: Date.UTC(2026, 10, 22, 8, 7) });
  const [job] = Object.values(world.jobs.replication);
  const guest = world.guests[Number(job?.options.guest)];
  if (job === undefined || guest === undefined) throw new Error("Nothing is replicated.");
  const { lastSync } = world.jobs.replicationState[job.id] ?? {};
  expect(world.now - (lastSync ?? 0)).toBeGreaterThan(0);
  expect(world.now - (lastSync ?? 0)).toBeLessThanOrEqual(15 * 60_000);
  const target = world.backings[world.mounts[`local-zfs@${job.options.target}`] ?? ""];
  const copies = Object.values(target?.volumes ?? {}).filter(({ vmid }) => vmid === guest.vmid);
  expect(copies.length).toBeGreaterThan(0);
  // A twin of what is observed of it has them too, in no more space.
  const { state } = await observeTwin(overTwin(world));
  const again = worldOf(state);
  const there = again.backings[again.mounts[`local-zfs@${job.options.target}`] ?? ""];
  expect(Object.values(there?.volumes ?? {}).map(({ volid }) => volid)).toEqual(
    expect.arrayContaining(copies.map(({ volid }) => volid)),
  );
  expect(there?.used).toBe(target?.used);
  advanceTo(world, world.now + 120_000);
  fault(world, { subject: { kind: "node", node: guest.node }, what: { kind: "loses-power" } });
  advanceTo(world, world.now + 300_000);
  expect(world.guests[guest.vmid]).toMatchObject({ node: job.options.target, run: { kind: "running" } });
});
