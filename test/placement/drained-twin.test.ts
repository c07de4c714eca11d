import { essentials, type Scope } from "@orrery/collect";
import type { ParameterValue } from "@orrery/contract";
import { type MoveOrder, moveOrdersOf, planMoves, problemOf } from "@orrery/placement";
import { valueIn } from "@orrery/state";
import { expect, test } from "vitest";
import { type OverTwin, observeTwin, overTwin } from "../observe/observed-twin.ts";
import { someWorld } from "../observe/some-world.ts";

const scope: Scope = { ...essentials, cluster: [...essentials.cluster, "mappings"], nodes: ["network"] };

type Given = Readonly<Record<string, ParameterValue>>;

const done = async ({ pve, clock }: OverTwin, started: Promise<unknown>): Promise<void> => {
  const upid = String(await clock.drive(started));
  const end = await clock.drive(pve.follow(upid).end());
  expect({ upid, end }).toMatchObject({ end: { kind: "ok" } });
};

const vm = async (twin: OverTwin, vmid: number, given: Given = {}): Promise<void> => {
  const { pve } = twin;
  const made = { node: "pve1", vmid, name: `vm${vmid}`, memory: "1024", net0: "virtio,bridge=vmbr0", ...given };
  await done(twin, pve.post("/nodes/{node}/qemu", made));
  await done(twin, pve.post("/nodes/{node}/qemu/{vmid}/status/start", { node: "pve1", vmid }));
};

const ct = async (twin: OverTwin, vmid: number): Promise<void> => {
  const { pve } = twin;
  const made = { ostemplate: "local:vztmpl/debian-13.tar.zst", rootfs: "local:2", password: "s3cret-and-safe" };
  await done(twin, pve.post("/nodes/{node}/lxc", { node: "pve1", vmid, hostname: `ct${vmid}`, memory: 256, ...made }));
  await done(twin, pve.post("/nodes/{node}/lxc/{vmid}/status/start", { node: "pve1", vmid }));
};

const whereIs = async (twin: OverTwin): Promise<Record<string, string>> => {
  const { state } = await observeTwin(twin, { scope: { ...scope, guestFiles: false } });
  return Object.fromEntries(Object.entries(valueIn(state.guests) ?? {}).map(([vmid, { node }]) => [vmid, node]));
};

/** Asks for a move as Proxmox wants it to be asked for, and waits until the guest is there: HA moves its own in its time. */
const carryOut = async (
  twin: OverTwin,
  { vmid = 0, from = "", to, by, kind, withLocalDisks }: MoveOrder,
): Promise<void> => {
  const { pve, clock } = twin;
  const at = { node: from, vmid, target: to };
  const asked =
    kind === "lxc"
      ? pve.post("/nodes/{node}/lxc/{vmid}/migrate", { ...at, restart: true })
      : pve.post("/nodes/{node}/qemu/{vmid}/migrate", {
          ...at,
          online: by === "live",
          ...(withLocalDisks ? { "with-local-disks": true } : {}),
        });
  await done(twin, asked);
  for (let tries = 0; tries < 60 && (await whereIs(twin))[vmid] !== to; tries++)
    await clock.advance(clock.now() + 10_000);
  expect((await whereIs(twin))[vmid]).toBe(to);
};

const drain = async (twin: OverTwin, node: string) => {
  // Until its node has measured it, the list of resources tells little of a guest.
  await twin.clock.advance(twin.clock.now() + 30_000);
  const { state } = await observeTwin(twin, { scope });
  const derived = problemOf(state, { draining: [node] });
  if (derived.kind !== "derived") throw new Error(derived.why);
  return { derived, plan: planMoves(derived.problem, { kind: "drain", hosts: [node] }, { steps: 100_000 }) };
};

test("the moves of a drain are all taken by Proxmox, and HA lets the guests be where they went", async () => {
  const twin = overTwin(someWorld());
  const { pve, clock } = twin;
  await vm(twin, 100, { scsi0: "local:2,format=qcow2" });
  await vm(twin, 101);
  await vm(twin, 102);
  await vm(twin, 103);
  await ct(twin, 104);
  for (const vmid of [101, 102, 103]) await clock.drive(pve.post("/cluster/ha/resources", { sid: `vm:${vmid}` }));
  const rule = (rest: Given) => clock.drive(pve.request("POST", "/cluster/ha/rules", rest));
  await rule({ rule: "near", type: "node-affinity", resources: "vm:101", nodes: "pve1,pve3", strict: true });
  await clock.advance(clock.now() + 60_000);
  await rule({ rule: "apart", type: "resource-affinity", resources: "vm:102,vm:103", affinity: "negative" });
  await clock.advance(clock.now() + 300_000);
  await clock
    .drive(pve.post("/cluster/ha/resources/{sid}/migrate", { sid: "vm:102", node: "pve1" }))
    .catch(() => undefined);
  await clock.advance(clock.now() + 300_000);

  const { derived, plan } = await drain(twin, "pve1");
  if (plan.kind !== "moves") throw new Error(JSON.stringify(plan));
  const orders = moveOrdersOf(derived, plan);
  expect(orders.find(({ vmid }) => vmid === 101)?.to).toBe("pve3");
  expect(orders.find(({ vmid }) => vmid === 100)?.withLocalDisks).toBe(true);
  expect(orders.find(({ vmid }) => vmid === 104)?.by).toBe("restart");
  for (const order of orders) await carryOut(twin, order);
  const there = await whereIs(twin);
  expect(Object.values(there)).not.toContain("pve1");
  expect(there[102]).not.toBe(there[103]);
});

test("a guest that Proxmox would not move is named, with what holds it", async () => {
  const twin = overTwin(someWorld());
  await vm(twin, 100, { serial0: "/dev/ttyS0" });
  await vm(twin, 101);
  const { derived, plan } = await drain(twin, "pve1");
  expect(plan).toMatchObject({
    kind: "impossible",
    obstacle: { kind: "no-place", proof: { kind: "no-host", stuck: [{ items: ["vm100 (100)"] }] } },
  });
  expect(derived.ties).toMatchObject([
    { guest: "vm100 (100)", nodes: ["pve1"], why: "uses /dev/ttyS0 of its node (serial0)" },
  ]);
  const refused = twin.pve.post("/nodes/{node}/qemu/{vmid}/migrate", {
    node: "pve1",
    vmid: 100,
    target: "pve2",
    online: true,
  });
  const upid = String(await twin.clock.drive(refused));
  const end = await twin.clock.drive(twin.pve.follow(upid).end());
  expect(end).toMatchObject({ kind: "failed" });
});
