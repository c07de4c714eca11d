import type { Scope } from "@orrery/collect";
import tidy from "@orrery/example-tidy-lab";
import { secret } from "@orrery/model";
import { adopt, markOf, type ObjectKind } from "@orrery/plan";
import { hardwareOf, worldOf } from "@orrery/twin-lab";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type OverTwin, overTwin } from "../observe/observed-twin.ts";
import { carryOut, send } from "./carry-out.ts";
import { examples, labOf, planOf, stateOf, labWith as tidyWith } from "./planned-lab.ts";
import { someStorages } from "./some-storages.ts";

const kinds: readonly ObjectKind[] = ["storage"];
const scope: Partial<Scope> = {
  cluster: ["storages", "pools"],
  nodes: ["status", "network", "disks"],
};
const look = (twin: OverTwin) => stateOf(twin, scope);

const pbs = {
  ...tidy.storage.items.pbs,
  options: { server: "10.0.10.40", datastore: "main", username: "a@pbs!b", password: secret("env:PBS") },
};
const zfs = { ...tidy.storage.items["local-zfs"], options: { pool: "local-zfs", sparse: true } };

/** The tidy lab with its storages said in full, and others. */
const labWith = (items: object, all: readonly string[] = ["storage"]) =>
  tidyWith({
    storage: { ...tidy.storage, items: { ...tidy.storage.items, "local-zfs": zfs, pbs, ...items } },
    cluster: { ...tidy.cluster, ownership: { all } },
  });

const put = (id: string, parameters: Record<string, string | number>) =>
  ({
    method: "PUT",
    path: "/storage/{storage}",
    parameters: { storage: id, ...parameters },
    answers: "nothing",
  }) as const;

test("the twin of a lab has its storages as declared", async () => {
  for (const lab of examples) {
    const plan = planOf(lab, await look(overTwin(worldOf(lab))), kinds);
    expect(plan.drift).toEqual([]);
    expect(plan.undecided).toEqual([]);
  }
});

test("whatever storages are declared are made on the hardware of the lab, work, and need nothing more", async () => {
  await fc.assert(
    fc.asyncProperty(someStorages, async (items) => {
      const lab = labWith(items);
      const twin = overTwin(hardwareOf(lab));
      const plan = planOf(lab, await look(twin), kinds);
      expect([...plan.stuck, ...plan.undecided]).toEqual([]);
      await carryOut(twin, plan);
      const after = await look(twin);
      expect(planOf(lab, after, kinds)).toMatchObject({ drift: [], stuck: [] });
      const uses = after.storageUse.kind === "observed" ? after.storageUse.value : [];
      for (const [id, item] of Object.entries(lab.storage.items)) {
        if (item.kind === "s3" || item.kind === "esxi" || item.kind === "iscsi") continue;
        const own = uses.filter(({ storage }) => storage === id);
        expect([id, own.length > 0, new Set(own.map(({ total }) => total))]).toEqual([
          id,
          true,
          new Set([item.capacity]),
        ]);
      }
    }),
    { numRuns: 25 },
  );
});

test("the twin of whatever storages are declared has them as declared", async () => {
  await fc.assert(
    fc.asyncProperty(someStorages, fc.constantFrom("8.4" as const, "9.2" as const), async (items, release) => {
      const lab = labWith(items);
      const plan = planOf(lab, await look(overTwin(worldOf(lab, { release }))), kinds);
      expect(plan).toMatchObject({ drift: [], stuck: [], undecided: [] });
    }),
    { numRuns: 25 },
  );
});

test("storages that are adopted are as they were observed", async () => {
  await fc.assert(
    fc.asyncProperty(someStorages, async (items) => {
      const lab = labWith(items);
      const state = await look(overTwin(worldOf(lab)));
      const again = labOf(adopt(state, markOf(lab)));
      const plan = planOf(again, state, kinds);
      expect(plan).toMatchObject({ drift: [], undecided: [], unmanaged: [] });
      for (const [id, { kind, content, capacity, nodes }] of Object.entries(again.storage.items)) {
        const was = lab.storage.items[id];
        if (was === undefined) continue;
        expect({ id, kind, content: content.toSorted(), capacity, nodes: nodes?.toSorted() }).toMatchObject({
          id,
          kind: was.kind,
          content: was.content.toSorted(),
        });
      }
    }),
    { numRuns: 25 },
  );
});

const changes = fc.constantFrom(
  { call: put("media", { content: "iso" }), object: "media", properties: ["content"] },
  { call: put("media", { nodes: "pve1" }), object: "media", properties: ["nodes"] },
  { call: put("media", { "prune-backups": "keep-last=3" }), object: "media", properties: ["prune-backups"] },
  { call: put("media", { shared: 1 }), object: "media", properties: ["shared"] },
  { call: put("media", { disable: 1 }), object: "media", properties: ["disable"] },
  { call: put("share", { options: "vers=3" }), object: "share", properties: ["options"] },
  { call: put("share", { delete: "options" }), object: "share", properties: ["options"] },
  { call: put("vault", { namespace: "other" }), object: "vault", properties: ["namespace"] },
  { call: put("vault", { delete: "namespace,port" }), object: "vault", properties: ["namespace", "port"] },
  {
    call: {
      method: "DELETE",
      path: "/storage/{storage}",
      parameters: { storage: "share" },
      answers: "nothing",
    } as const,
    object: "share",
    properties: [],
  },
);

const elsewhere = { on: "elsewhere", place: "next door", site: "this" };
const drawn = { ...tidy.storage.items.pbs, home: elsewhere };
const three = {
  media: {
    ...drawn,
    kind: "dir",
    home: { on: "each node", nodes: ["pve1", "pve2"], disks: ["nvme"] },
    content: ["iso", "backup"],
    shared: false,
    options: { path: "/mnt/media", "prune-backups": { "keep-daily": 7 } },
  },
  share: {
    ...drawn,
    kind: "nfs",
    content: ["images"],
    options: { server: "10.0.10.50", export: "/srv", options: "vers=4.2" },
  },
  vault: {
    ...drawn,
    content: ["backup"],
    options: { ...pbs.options, datastore: "vault", namespace: "lab", port: 8008 },
  },
};

test("a change that somebody made by hand is found, told exactly, and put right", async () => {
  const lab = labWith(three);
  await fc.assert(
    fc.asyncProperty(changes, async ({ call, object, properties }) => {
      const twin = overTwin(worldOf(lab));
      await send(twin, call);
      const plan = planOf(lab, await look(twin), kinds);
      expect(plan.drift.map(({ object: { id }, kind }) => ({ id, kind }))).toEqual([
        { id: object, kind: properties.length === 0 ? "missing" : "changed" },
      ]);
      expect(plan.drift[0]?.properties.map(({ property }) => property)).toEqual(properties);
      await carryOut(twin, plan);
      expect(planOf(lab, await look(twin), kinds).drift).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test("another order, and what holds without a word, is no change", async () => {
  const lab = labWith(three);
  const twin = overTwin(worldOf(lab));
  await send(twin, put("media", { content: "backup,iso", nodes: "pve2,pve1", preallocation: "metadata", shared: 0 }));
  await send(twin, put("vault", { "prune-backups": "keep-all=1" }));
  await send(twin, put("share", { disable: 0, "create-subdirs": 1, nodes: "pve3,pve1,pve2" }));
  expect(planOf(lab, await look(twin), kinds).drift).toEqual([]);
});

test("what a storage was made with is never changed by making it anew", async () => {
  const lab = labWith(three);
  const twin = overTwin(worldOf(lab));
  const moved = { ...three, share: { ...three.share, options: { ...three.share.options, export: "/other" } } };
  const plan = planOf(labWith(moved), await look(twin), kinds);
  expect(plan.actions).toEqual([]);
  expect(plan.stuck).toEqual([
    {
      object: { kind: "storage", id: "share" },
      why: "Proxmox fixes export (/srv, declared /other) when a storage is made; declare share as it is, or declare another storage with a new name, move what lies on share there, and remove share",
    },
  ]);
});

test("a storage goes only by name, only where all are owned, and not from under a guest", async () => {
  const lab = labWith(three);
  const twin = overTwin(worldOf(lab));
  const { share: _share, ...left } = three;
  const state = await look(twin);
  expect(planOf(labWith(left, []), state, kinds)).toMatchObject({ actions: [], unmanaged: [{ id: "share" }] });
  const [action] = planOf(labWith(left), state, kinds).actions;
  expect(action).toMatchObject({ verb: "remove", consent: "storage share" });
});

test("what the declaration does not say of a storage keeps it from being made, in one sentence", async () => {
  const [astronomy] = examples;
  if (astronomy === undefined) return expect.fail();
  const plan = planOf(astronomy, await look(overTwin(hardwareOf(astronomy))), kinds);
  expect(plan.actions).toEqual([]);
  expect(plan.undecided.map(({ object, why }) => `${object.id}: ${why}`)).toContain(
    "nfs: the declaration would have to say server, export (storage.items.nfs.options)",
  );
});

test("an option that Proxmox has not is told by its place, and so is a password in clear", async () => {
  const wrong = { ...three.share, options: { ...three.share.options, sever: "x", password: "clear" } };
  const lab = labWith({ ...three, share: wrong });
  const plan = planOf(lab, await look(overTwin(hardwareOf(lab))), kinds);
  expect(plan.undecided.map(({ why }) => why)).toEqual([
    'storage.items.share.options.sever is no option that this release of Proxmox VE knows; storage.items.share.options.password has to be a secret("env:NAME")',
  ]);
});
