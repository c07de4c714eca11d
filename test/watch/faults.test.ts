import decided from "@orrery/example-astronomy-lab/decided";
import { type FaultKind, fault, type Subject } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { type AlertedCluster, alertedCluster, labFrom } from "./alerted-cluster.ts";

const onNode = (node: string): Subject => ({ kind: "node", node });
const onGuest = (vmid: number): Subject => ({ kind: "guest", vmid });

/** Looks from a fault until it is told of. */
const within = 2;
/** And, once it is over, until it no longer is: what the cluster itself needs to be well again is not counted twice. */
const clearedWithin = 45;

type Told = { readonly before: readonly string[]; readonly after: number; readonly over: number };

/** What is told of before a fault, and after how many looks it is, and is no more; NaN where these were not enough. */
const befallen = async (cluster: AlertedCluster, subject: Subject, what: FaultKind, alert: string): Promise<Told> => {
  const { pass, befall, until, told, complaints } = cluster;
  await pass(120_000);
  const before = await told();
  const end = befall(subject, what);
  const after = (await until(true, alert, within)) ?? Number.NaN;
  end();
  const over = (await until(false, alert, clearedWithin)) ?? Number.NaN;
  return { before: [...before, ...complaints], after, over };
};

const faults: readonly (readonly [string, Subject, FaultKind, string])[] = [
  ["a node that is lost", onNode("pve3"), { kind: "loses-power" }, "NodeDown pve3"],
  ["a node that hangs", onNode("pve2"), { kind: "hangs" }, "NodeDown pve2"],
  ["a node that is cut off", onNode("pve2"), { kind: "is-partitioned" }, "NodeDown pve2"],
  [
    "a storage that is full",
    { kind: "backing", backing: "pve1/local-zfs" },
    { kind: "fills", bytes: 1e15 },
    "StorageExhausted local-zfs",
  ],
  ["a lock that is left behind", onGuest(105), { kind: "stays-locked", lock: "migrate" }, "GuestLockStuck mon1"],
  [
    "an API that is slow",
    { kind: "path", path: "/cluster/resources" },
    { kind: "api-delays", ms: 4000 },
    "ClusterSlow /cluster/resources",
  ],
];

test.each(faults)("%s is told of within two looks, and no more when it is over", async (_, subject, what, alert) => {
  const { before, after, over } = await befallen(await alertedCluster(), subject, what, alert);
  expect(before).toEqual([]);
  expect(after).toBeLessThanOrEqual(within);
  expect(over).toBeLessThanOrEqual(clearedWithin);
});

test("a switch whose loss costs quorum is told of within two looks, and no more when it is back", async () => {
  const cluster = await alertedCluster(labFrom(decided));
  const lost: Subject = { kind: "switch", switch: "labswitch01" };
  const { before, after, over } = await befallen(
    cluster,
    lost,
    { kind: "is-lost" },
    "QuorumLost cluster/astronomy-lab",
  );
  expect(before).toEqual([]);
  expect(after).toBeLessThanOrEqual(within);
  expect(over).toBeLessThanOrEqual(clearedWithin);
});

test("a backup that fails is told of within two looks of its end, and no more when one goes well", async () => {
  const { world, pve, pass, clock, until, told } = await alertedCluster();
  await pass(120_000);
  expect(await told()).toEqual([]);
  const begin = async (): Promise<() => boolean> => {
    const { data } = await clock.drive(
      pve.request("POST", "/nodes/{node}/vzdump", { node: "pve2", vmid: "103", storage: "pbs", mode: "snapshot" }),
    );
    return () => world.tasks[String(data)]?.state.kind === "ended";
  };
  const ended = async (isOver: () => boolean): Promise<void> => {
    for (let seconds = 0; seconds < 7200 && !isOver(); seconds += 1) await pass(1000);
    expect(isOver()).toBe(true);
  };
  fault(world, {
    subject: onNode("pve2"),
    what: { kind: "task-fails", type: "vzdump", share: 0.1, message: "no space left on device" },
  });
  await ended(await begin());
  expect(await until(true, "BackupFailed pve2", within)).toBeDefined();
  await ended(await begin());
  expect(await until(false, "BackupFailed pve2", within)).toBeDefined();
});

test("a guest that is locked because something works on it is no fault", async () => {
  // Whenever within a cycle it begins.
  for (const offset of [1, 4, 8]) {
    const { world, pve, pass, clock, alerts, memory, looks } = await alertedCluster();
    await pass(60_000 + offset * 1000);
    const { data } = await clock.drive(
      pve.request("POST", "/nodes/{node}/vzdump", { node: "pve2", vmid: "103", storage: "pbs", mode: "snapshot" }),
    );
    for (let seconds = 0; seconds < 3600 && world.tasks[String(data)]?.state.kind === "running"; seconds += 10)
      await pass(10_000);
    await pass(20_000);
    await alerts.settled();
    expect(
      looks.filter(({ samples }) => samples.some(({ metric, value }) => metric === "pve_lock_state" && value === 1)),
    ).not.toEqual([]);
    const moves = await memory.transitions("lab", { from: 0, to: clock.now(), limit: 1000 });
    expect(moves.filter(({ alert, to }) => alert.name === "GuestLockStuck" && to === "firing")).toEqual([]);
  }
});

test("an agent that is dead is told of when it is asked next, about a minute later, and no more when it answers", async () => {
  const { pass, befall, until } = await alertedCluster();
  await pass(120_000);
  const end = befall(onGuest(103), { kind: "agent-dies" });
  expect(await until(true, "GuestAgentSilent db1", 8)).toBeDefined();
  end();
  expect(await until(false, "GuestAgentSilent db1", 8)).toBeDefined();
});

test("a certificate is told of as its end comes near, without anybody asking for it anew", async () => {
  const { world, pass, until, told } = await alertedCluster();
  const certificate = world.nodes.pve2?.certificates[0];
  if (certificate === undefined) expect.fail();
  const day = 86_400_000;
  certificate.notAfter = world.now + 2 * day + 150_000;
  await pass(120_000);
  expect(await told()).toEqual(["CertificateExpires pve2 (warning)"]);
  const looks = (60_000 + within * 10_000) / 10_000;
  expect(await until(true, "CertificateExpires pve2 (critical)", looks)).toBeDefined();
});

test("a certificate that is replaced by one that has ended is told of when it is read next, in ten minutes at the most", async () => {
  const { pass, befall, until } = await alertedCluster();
  await pass(120_000);
  const end = befall(onNode("pve2"), { kind: "certificate-expires" });
  expect(await until(true, "CertificateExpires pve2 (critical)", 62)).toBeDefined();
  end();
  expect(await until(false, "CertificateExpires pve2 (critical)", 62)).toBeDefined();
});
