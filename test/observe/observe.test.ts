import { essentials, everything, observe, observeAgain } from "@orrery/collect";
import { PveError, type PveReply, type PveRequest, type PveVersion, proxmoxOver } from "@orrery/contract";
import { type ClusterState, valueIn } from "@orrery/state";
import { worldOf } from "@orrery/twin-lab";
import { bareWorld, cutPower, type World } from "@orrery/twin-world";
import fc from "fast-check";
import { expect, test } from "vitest";
import { differencesOf } from "./deliberate.ts";
import { type OverTwin, observeTwin, overTwin } from "./observed-twin.ts";
import { makeChanges, someChanges } from "./random-changes.ts";
import { someWorld } from "./some-world.ts";

const nodeNames = ["pve1", "pve2", "pve3", "pve4", "pve5"];
const guestsOf = (state: ClusterState) => valueIn(state.guests) ?? {};

const createGuests = async ({ pve, clock }: OverTwin, count: number): Promise<void> => {
  for (let vmid = 100; vmid < 100 + count; vmid += 1) {
    const node = nodeNames[vmid % nodeNames.length] ?? "";
    const made = {
      node,
      vmid,
      name: `web${vmid}`,
      memory: "512",
      scsi0: "local:1,format=qcow2",
      net0: "virtio,bridge=vmbr0",
    };
    const upid = String(await clock.drive(pve.post("/nodes/{node}/qemu", made)));
    await clock.drive(pve.follow(upid).end());
  }
  await clock.advance(clock.now() + 60_000);
};

const filled = async (count: number, world: World = bareWorld({ nodes: nodeNames })): Promise<OverTwin> => {
  const twin = overTwin(world);
  await createGuests(twin, count);
  twin.asked.length = 0;
  return twin;
};

test("the essentials of a cluster take eighteen requests and one a guest, however many nodes there are", async () => {
  const twin = await filled(40);
  const { state, requests } = await observeTwin(twin, { scope: essentials });
  expect(requests).toBe(40 + 18);
  expect(twin.asked.length).toBe(requests);
  expect(Object.keys(guestsOf(state))).toHaveLength(40);
  expect(valueIn(guestsOf(state)["100"]?.file)?.config).toMatchObject({ name: "web100", memory: "512" });
});

test("everything takes one request a guest, eighteen a node and forty besides, none of them twice", async () => {
  const twin = await filled(12);
  const { requests } = await observeTwin(twin);
  expect(requests).toBe(12 + 18 * nodeNames.length + 40);
  expect(new Set(twin.asked).size).toBe(twin.asked.length);
});

test("a snapshot takes two requests more: one tells its name, one what it holds", async () => {
  const twin = await filled(2);
  const { pve, clock } = twin;
  const upid = String(
    await clock.drive(pve.post("/nodes/{node}/qemu/{vmid}/snapshot", { node: "pve1", vmid: 100, snapname: "before" })),
  );
  await clock.drive(pve.follow(upid).end());
  const { state, requests } = await observeTwin(twin, { scope: essentials });
  expect(requests).toBe(2 + 18 + 2);
  expect(valueIn(guestsOf(state)["100"]?.snapshots)?.map(({ name }) => name)).toEqual(["before"]);
  expect(valueIn(guestsOf(state)["101"]?.snapshots)).toEqual([]);
});

test("a second look at a cluster in which nothing happened takes under twenty requests and sees the same", async () => {
  const twin = await filled(30);
  const first = await observeTwin(twin);
  await twin.clock.advance(twin.clock.now() + 30_000);
  const again = await twin.clock.drive(observeAgain(first.state, twin.pve, twin.clock));
  expect(again.requests).toBeLessThan(20);
  expect(guestsOf(again.state)["110"]?.file).toEqual(guestsOf(first.state)["110"]?.file);
  expect(again.state.at).toBeGreaterThan(first.state.at);
});

test("a second look reads what the task log and the list of resources tell of, and no more", async () => {
  const twin = await filled(10);
  const { pve, clock } = twin;
  const first = await observeTwin(twin);
  const before = guestsOf(first.state);
  const migration = await clock.drive(
    pve.post("/nodes/{node}/qemu/{vmid}/migrate", { node: "pve1", vmid: 100, target: "pve2", "with-local-disks": 1 }),
  );
  expect((await clock.drive(pve.follow(String(migration)).end())).kind).toBe("ok");
  await clock.drive(pve.put("/nodes/{node}/qemu/{vmid}/config", { node: "pve2", vmid: 101, memory: "1024" }));
  const deletion = await clock.drive(pve.delete("/nodes/{node}/qemu/{vmid}", { node: "pve3", vmid: 102 }));
  await clock.drive(pve.follow(String(deletion)).end());
  await clock.advance(clock.now() + 30_000);
  const again = await clock.drive(observeAgain(first.state, pve, clock, { sweep: 0 }));
  const now = guestsOf(again.state);
  expect(now["100"]?.node).toBe("pve2");
  expect(valueIn(now["101"]?.file)?.config.memory).toBe("1024");
  expect(now["102"]).toBeUndefined();
  expect(now["103"]?.file).toEqual(before["103"]?.file);
  expect(again.requests).toBeLessThan(24);
});

test("where nothing is taken as fresh and every guest has its turn, a second look sees what a first would", async () => {
  await fc.assert(
    fc.asyncProperty(someChanges, someChanges, async (before, after) => {
      const twin = overTwin(someWorld());
      await makeChanges(twin, before);
      const first = await observeTwin(twin);
      await makeChanges(twin, after);
      const whole = { freshMs: 0, sweep: Number.POSITIVE_INFINITY };
      const again = await twin.clock.drive(observeAgain(first.state, twin.pve, twin.clock, whole));
      expect(differencesOf((await observeTwin(twin)).state, again.state)).toEqual([]);
    }),
    { numRuns: 6 },
  );
});

test("a second look never misses where a guest is, whether it runs, nor that it came or went", async () => {
  const places = (state: ClusterState) =>
    Object.values(guestsOf(state)).map(({ vmid, node, kind, presence, file }) => {
      const { status, name } = valueIn(presence) ?? {};
      return { vmid, node, kind, status, name: name ?? valueIn(file)?.config.name };
    });
  await fc.assert(
    fc.asyncProperty(someChanges, someChanges, async (before, after) => {
      const twin = overTwin(someWorld());
      await makeChanges(twin, before);
      const first = await observeTwin(twin);
      await makeChanges(twin, after);
      const again = await twin.clock.drive(observeAgain(first.state, twin.pve, twin.clock, { sweep: 0 }));
      expect(places(again.state)).toEqual(places((await observeTwin(twin)).state));
    }),
    { numRuns: 6 },
  );
});

test("a change that leaves no trace is seen when the guest's turn comes", async () => {
  const twin = await filled(4);
  const { pve, clock } = twin;
  let { state } = await observeTwin(twin);
  await clock.drive(pve.put("/nodes/{node}/qemu/{vmid}/config", { node: "pve4", vmid: 103, description: "changed" }));
  const seen = (): unknown => valueIn(guestsOf(state)["103"]?.file)?.config.description;
  for (let round = 0; round < 2; round += 1) {
    await clock.advance(clock.now() + 30_000);
    ({ state } = await clock.drive(observeAgain(state, pve, clock, { sweep: 2 })));
  }
  expect(seen()).toBe("changed");
});

const loseNode = (world: World, name: string): void => {
  const node = world.nodes[name];
  if (node !== undefined) cutPower(world, node);
};

test("a node that is known to be offline is not asked, and a twin can be made of what is left", async () => {
  const twin = await filled(10);
  loseNode(twin.world, "pve3");
  await twin.clock.advance(twin.clock.now() + 120_000);
  twin.asked.length = 0;
  const { state } = await observeTwin(twin);
  expect(twin.asked.filter((path) => path.includes("/nodes/pve3/"))).toEqual([]);
  expect(state.nodes.pve3?.status).toMatchObject({ kind: "unreachable", why: "pve3 is offline" });
  const again = await observeTwin(overTwin(worldOf(state)));
  expect(valueIn(again.state.membership)?.members.find(({ name }) => name === "pve3")?.online).toBe(false);
  expect(Object.keys(guestsOf(again.state))).toEqual(Object.keys(guestsOf(state)));
});

test("when the node comes back, a second look reads it and its guests", async () => {
  const twin = await filled(5);
  const { world, clock, pve } = twin;
  loseNode(world, "pve3");
  await clock.advance(clock.now() + 120_000);
  const first = await observeTwin(twin);
  const node = world.nodes.pve3;
  if (node !== undefined) node.state = { kind: "online", since: world.now };
  world.cluster.partitions = [nodeNames];
  await clock.advance(clock.now() + 30_000);
  const again = await clock.drive(observeAgain(first.state, pve, clock));
  expect(again.state.nodes.pve3?.network.kind).toBe("observed");
  expect(guestsOf(again.state)["102"]?.file.kind).toBe("observed");
});

test("what a user may not see is unknown with Proxmox's reason, and the rest is seen", async () => {
  const twin = await filled(3);
  const { world, pve, clock } = twin;
  await clock.drive(pve.post("/access/users", { userid: "poor@pve" }));
  await clock.drive(pve.put("/access/acl", { path: "/vms/100", roles: "PVEAuditor", users: "poor@pve" }));
  const { state } = await observeTwin(overTwin(world, "poor@pve"));
  expect(Object.keys(guestsOf(state))).toEqual(["100"]);
  expect(guestsOf(state)["100"]?.file.kind).toBe("observed");
  expect(state.backupJobs).toMatchObject({
    kind: "unreachable",
    why: expect.stringContaining("Permission check failed"),
  });
  expect(state.nodes.pve1?.status.kind).toBe("unreachable");
  expect(state.release.kind).toBe("observed");
});

/** The port over a twin whose answers to some requests are others. */
const overAnswers = (world: World, answer: (request: PveRequest) => PveReply | undefined) => {
  const twin = overTwin(world);
  const told: string[] = [];
  const pve = proxmoxOver<PveVersion>(
    "9.2",
    {
      send: (request) => {
        const other = answer(request);
        if (other === undefined) return twin.send(request);
        told.push(request.path);
        return Promise.resolve(other);
      },
    },
    twin.clock,
  );
  return { ...twin, pve, told };
};

test("a node that does not answer is asked once, and its parts are unknown, not absent", async () => {
  const { world, clock } = await filled(10);
  const twin = overAnswers(world, ({ path }) =>
    path.startsWith("/nodes/pve3/")
      ? { status: 595, reason: "Connection timed out", body: undefined, answeredBy: "pve1" }
      : undefined,
  );
  const { state } = await clock.drive(observe(twin.pve, clock));
  expect(state.nodes.pve3?.status).toMatchObject({ kind: "unreachable", why: "Connection timed out" });
  expect(state.nodes.pve3?.network.kind).toBe("unreachable");
  expect(state.nodes.pve2?.network.kind).toBe("observed");
  const lost = Object.values(guestsOf(state)).filter(({ file }) => file.kind === "unreachable");
  expect(lost.map(({ node }) => node)).toEqual(["pve3", "pve3"]);
  expect(twin.told).toEqual(["/nodes/pve3/status"]);
});

test.each([
  ["text", "<html>"],
  ["a number", { data: 7 }],
  ["a list of numbers", { data: [1, 2] }],
  ["objects without names", { data: [{ colour: "red" }] }],
])("an answer that is %s makes its part unknown and no other", async (_, body) => {
  const twin = overAnswers(bareWorld({ nodes: ["pve1"] }), ({ path }) =>
    path === "/storage" ? { status: 200, reason: "OK", body, answeredBy: "pve1" } : undefined,
  );
  const { state } = await observeTwin(twin);
  expect(state.storages).toMatchObject({ kind: "unreachable", why: expect.stringMatching(/answer/) });
  expect(state.users.kind).toBe("observed");
});

test("without the list of resources the guests are unknown, which is not none", async () => {
  const twin = overAnswers(bareWorld({ nodes: ["pve1"] }), ({ path }) =>
    path === "/cluster/resources" ? { status: 500, reason: "no luck", body: undefined, answeredBy: "pve1" } : undefined,
  );
  const { state } = await observeTwin(twin);
  expect(state.guests).toMatchObject({ kind: "unreachable", why: "no luck" });
  expect(Object.keys(state.nodes)).toEqual(["pve1"]);
});

test("a reading that is aborted ends at once with the reason", async () => {
  const twin = await filled(5);
  const controller = new AbortController();
  const pve = {
    ...twin.pve,
    request: (...call: Parameters<typeof twin.pve.request>) => {
      if (call[1] === "/cluster/resources") controller.abort(new Error("enough"));
      return twin.pve.request(...call);
    },
  };
  const work = twin.clock.drive(observe(pve, twin.clock, { signal: controller.signal }));
  await expect(work).rejects.toMatchObject({ kind: "aborted" });
});

test("where nothing answers there is nothing to observe", async () => {
  const refused = new PveError({
    kind: "unreachable",
    status: 0,
    reason: "no endpoint answers",
    method: "GET",
    path: "/version",
  });
  const { clock, pve } = overTwin(bareWorld({ nodes: ["pve1"] }));
  const dead = { ...pve, request: () => Promise.reject(refused) };
  await expect(clock.drive(observe(dead, clock))).rejects.toBe(refused);
});

test("no secret that the API answers reaches the state", async () => {
  const twin = overTwin(bareWorld({ nodes: ["pve1"] }));
  const { pve, clock } = twin;
  const hidden = "not-to-be-told";
  await clock.drive(
    pve.request("POST", "/access/domains", {
      realm: "sso",
      type: "openid",
      "issuer-url": "https://id.example.test",
      "client-id": "pve",
      "client-key": hidden,
    }),
  );
  await clock.drive(
    pve.request("POST", "/cluster/sdn/dns", {
      dns: "pdns",
      type: "powerdns",
      url: "https://dns.example.test",
      key: hidden,
    }),
  );
  const { state } = await observeTwin(twin, { scope: everything });
  expect(valueIn(state.realms)?.map(({ id }) => id)).toContain("sso");
  expect(valueIn(state.sdn)?.dns).toHaveLength(1);
  expect(JSON.stringify(state)).not.toContain(hidden);
});
