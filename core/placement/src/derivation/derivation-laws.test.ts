import type { Config } from "@orrery/state";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { MovePlan } from "../move-plan.ts";
import { planMoves } from "../planning.ts";
import type { Derived } from "./derived.ts";
import { type ACluster, type AGuest, aCluster, anEntry, gib } from "./fixtures/a-cluster.ts";
import { moveOrdersOf } from "./move-orders.ts";
import { problemOf } from "./problem-of.ts";

/*
 * The laws are held against the cluster as it was drawn, not against the problem that was derived of it: what the
 * derivation forgets shows here.
 */

interface Drawn {
  readonly cluster: ACluster;
  /** GiB that each node keeps for itself. */
  readonly kept: number;
  readonly strict: { readonly vmids: readonly number[]; readonly nodes: readonly string[] } | undefined;
  readonly apart: readonly number[];
  readonly together: readonly number[];
}

const kept = 2;
const localGib = 60;
const usedBy = ({ vmid, memory = 4 }: AGuest): number => memory * (0.3 + (vmid % 5) / 10);

const configs: Readonly<Record<string, Config>> = {
  plain: {},
  device: { hostpci0: "0000:01:00.0" },
  local: { scsi0: "local:vm-1-disk-0,size=20G" },
  near: { scsi0: "near:vm-1-disk-0,size=20G" },
  socket: { serial0: "socket", ide2: "none,media=cdrom" },
};

const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    nodes: fc.integer({ min: 3, max: 5 }),
    offline: fc.boolean(),
    guests: fc.array(
      fc.record({
        at: fc.nat(4),
        memory: fc.constantFrom(2, 4, 6, 8, 12),
        config: fc.constantFrom("plain", "plain", "plain", "device", "local", "near", "socket"),
        kind: fc.constantFrom<("qemu" | "lxc")[]>("qemu", "qemu", "lxc"),
        runs: fc.integer({ min: 0, max: 5 }),
      }),
      { minLength: 3, maxLength: 14 },
    ),
    memory: fc.integer({ min: 28, max: 64 }),
  })
  .map(({ nodes: count, offline, guests: given, memory }) => {
    const names = Array.from({ length: count }, (_, i) => `pve${i + 1}`);
    const up = offline ? names.slice(0, -1) : names;
    const guests = given.map(({ at, config, runs, kind, ...rest }, i): AGuest => {
      const isContainer = kind === "lxc" && config !== "device";
      return {
        ...rest,
        vmid: 100 + i,
        node: up[at % up.length] ?? "",
        kind: isContainer ? "lxc" : "qemu",
        status: runs === 0 ? "stopped" : "running",
        config:
          isContainer && config === "local"
            ? { rootfs: "local:vm-1-disk-0,size=20G" }
            : isContainer
              ? {}
              : (configs[config] ?? {}),
      };
    });
    const [a = 0, b = 0, c = 0, d = 0, ...more] = guests.map(({ vmid }) => vmid);
    const strict = { vmids: [a], nodes: names.slice(0, 2) };
    const apart = [b, c].filter((vmid) => vmid > 0);
    const together = [d, ...more.slice(0, 1)].filter((vmid) => vmid > 0);
    const sid = (vmid: number): string =>
      `${guests.find((guest) => guest.vmid === vmid)?.kind === "lxc" ? "ct" : "vm"}:${vmid}`;
    const list = (vmids: readonly number[]): string => vmids.map(sid).join(",");
    const rules = [
      anEntry("strict", "node-affinity", { resources: list(strict.vmids), nodes: strict.nodes.join(","), strict: 1 }),
      ...(apart.length > 1
        ? [anEntry("apart", "resource-affinity", { resources: list(apart), affinity: "negative" })]
        : []),
      ...(together.length > 1
        ? [anEntry("pair", "resource-affinity", { resources: list(together), affinity: "positive" })]
        : []),
    ];
    const cluster: ACluster = {
      nodes: names.map((name) => ({
        name,
        memory,
        status: up.includes(name) ? "online" : "offline",
        used:
          kept +
          guests
            .filter((guest) => guest.node === name && guest.status === "running")
            .reduce((sum, guest) => sum + usedBy(guest), 0),
      })),
      guests,
      storages: {
        local: { type: "zfspool", gib: localGib },
        near: { type: "nfs", shared: true, nodes: names.slice(0, -1) },
      },
      ha: { haResources: guests.map(({ vmid }) => anEntry(sid(vmid), "vm", {})), haRules: rules },
    };
    return { cluster, kept, strict, apart, together: together.length > 1 ? together : [] };
  });

type Planned = { readonly derived: Derived & { kind: "derived" }; readonly plan: MovePlan };

const planned = ({ cluster }: Drawn, drain: string | undefined): Planned => {
  const derived = problemOf(aCluster(cluster), drain === undefined ? {} : { draining: [drain] });
  if (derived.kind !== "derived") throw new Error(derived.why);
  const purpose = drain === undefined ? ({ kind: "spread" } as const) : ({ kind: "drain", hosts: [drain] } as const);
  return { derived, plan: planMoves(derived.problem, purpose, { steps: 100_000 }) };
};

/** Walks the moves on the drawn cluster; answers what they break, and where guests are in the end. */
const walk = ({ cluster, strict, apart, together }: Drawn, { derived, plan }: Planned, drain: string | undefined) => {
  const broken: string[] = [];
  const guests = new Map(cluster.guests.map((guest) => [guest.vmid, guest]));
  const where = new Map(
    cluster.guests.flatMap(({ vmid, node, status }) => (status === "running" ? [[vmid, node]] : [])),
  );
  if (plan.kind !== "moves") return { broken, where };
  const on = (node: string, moving: ReadonlyMap<number, string>): number[] => [
    ...new Set([...where, ...moving].filter(([, at]) => at === node).map(([vmid]) => vmid)),
  ];
  const disksOf = (vmid: number): number => (JSON.stringify(guests.get(vmid)?.config).includes('"local:') ? 20 : 0);
  const orders = moveOrdersOf(derived, plan);
  const steps = plan.steps.map(({ moves }) => orders.splice(0, moves.length));
  for (const step of steps) {
    const moving = new Map(step.map(({ vmid = 0, to }) => [vmid, to]));
    for (const { vmid = 0, from, to } of step) {
      const guest = guests.get(vmid);
      if (where.get(vmid) !== from) broken.push(`${vmid} is not on ${from}`);
      if (guest?.config === configs.device) broken.push(`${vmid} has a device of its node`);
      if (guest?.config === configs.near && to === `pve${cluster.nodes.length}`)
        broken.push(`${vmid} has no disk there`);
      if (to === drain || cluster.nodes.find(({ name }) => name === to)?.status === "offline")
        broken.push(`${to} is closed`);
      if (strict?.vmids.includes(vmid) === true && !strict.nodes.includes(to)) broken.push(`${vmid} leaves its nodes`);
      const there = on(to, moving);
      if (apart.includes(vmid) && apart.some((other) => other !== vmid && there.includes(other)))
        broken.push(`${vmid} meets`);
      const memory = there.reduce((sum, other) => sum + (guests.get(other)?.memory ?? 0), 0);
      if (memory + kept > (cluster.nodes[0]?.memory ?? 0) + 0.001) broken.push(`${to} is over its memory`);
      const stopped = cluster.guests.filter(({ node, status }) => node === to && status === "stopped");
      const disks = [...there, ...stopped.map((one) => one.vmid)].reduce((sum, other) => sum + disksOf(other), 0);
      if (disksOf(vmid) > 0 && disks > localGib) broken.push(`${to} is over its disks`);
    }
    for (const [vmid, to] of moving) where.set(vmid, to);
  }
  const pair = together.flatMap((vmid) => where.get(vmid) ?? []);
  const moved = together.some((vmid) => where.has(vmid) && where.get(vmid) !== guests.get(vmid)?.node);
  if (moved && new Set(pair).size > 1) broken.push("those that belong together are not");
  return { broken, where };
};

test("on any cluster, spreading breaks no rule and no room on the way", () => {
  fc.assert(
    fc.property(drawn, (one) => {
      expect(walk(one, planned(one, undefined), undefined).broken).toEqual([]);
    }),
    { numRuns: 120 },
  );
});

test("on any cluster, draining ends empty, or says which guest cannot leave", () => {
  const ends = { moves: 0, "nothing-to-do": 0, impossible: 0, undecided: 0 };
  fc.assert(
    fc.property(drawn, (one) => {
      const found = planned(one, "pve1");
      const { broken, where } = walk(one, found, "pve1");
      const { plan, derived } = found;
      ends[plan.kind]++;
      expect(broken).toEqual([]);
      const left = [...where].filter(([, node]) => node === "pve1").map(([vmid]) => vmid);
      if (plan.kind === "moves" || plan.kind === "nothing-to-do") expect(left).toEqual([]);
      if (plan.kind !== "impossible") return;
      const named = JSON.stringify(plan.obstacle);
      const leaving = derived.problem.items.filter(({ host }) => host === "pve1");
      expect(leaving.some(({ name }) => named.includes(JSON.stringify(name)))).toBe(true);
      for (const { vmid, node, config, status } of one.cluster.guests)
        if (node === "pve1" && status === "running" && config === configs.device && plan.obstacle.kind === "no-place")
          expect(named).toContain(`g${vmid} (${vmid})`);
    }),
    { numRuns: 200 },
  );
  expect(ends.moves).toBeGreaterThan(10);
  expect(ends.impossible).toBeGreaterThan(10);
});

test("what nodes are taken to have is never more than they have", () => {
  fc.assert(
    fc.property(drawn, (one) => {
      const { derived } = planned(one, undefined);
      for (const [i, host] of derived.problem.hosts.entries())
        expect(host.memoryBytes).toBeLessThanOrEqual((one.cluster.nodes[i]?.memory ?? 0) * gib);
    }),
    { numRuns: 30 },
  );
});
