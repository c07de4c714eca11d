import { type Backing, offeredTo, type Storage, sha1, storageSource } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { needDigest } from "../digest.ts";
import { fail } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { isShared } from "../storage-mounts.ts";
import { splitList } from "../validation/word-list.ts";
import { storagePath } from "../volume-path.ts";
import { within } from "../within.ts";
import { configOf } from "./values.ts";

/** Options without which a storage of the type cannot be, and the content it holds unless told. Mirrors the plug-ins of pve-storage. */
const types: Readonly<Record<string, { readonly required: readonly string[]; readonly content: string }>> = {
  dir: { required: ["path"], content: "images,rootdir" },
  btrfs: { required: ["path"], content: "images,rootdir" },
  nfs: { required: ["server", "export"], content: "images" },
  cifs: { required: ["server", "share"], content: "images" },
  glusterfs: { required: ["volume"], content: "images" },
  cephfs: { required: [], content: "backup" },
  lvm: { required: ["vgname"], content: "images,rootdir" },
  lvmthin: { required: ["thinpool", "vgname"], content: "images,rootdir" },
  zfspool: { required: ["pool"], content: "images,rootdir" },
  zfs: { required: ["portal", "target", "pool", "iscsiprovider"], content: "images" },
  iscsi: { required: ["portal", "target"], content: "images,none" },
  iscsidirect: { required: ["portal", "target"], content: "images" },
  rbd: { required: [], content: "images" },
  pbs: { required: ["server", "datastore"], content: "backup" },
  esxi: { required: ["server", "username"], content: "import" },
};

/** storage.cfg is not there until it is first written; the product then answers with a built-in `local`. */
const isImplicit = (storage: Storage): boolean => storage.id === "local" && storage.options.priority === 0;

const storageDigest = (call: Call): string => {
  const all = Object.values(call.world.storages);
  return sha1(all.every(isImplicit) ? "" : JSON.stringify(all));
};

const secrets = new Set(["password", "keyring", "encryption-key", "master-pubkey"]);

const shown = (call: Call, storage: Storage): Record<string, unknown> => {
  const path = storagePath(storage);
  const visible = Object.entries(storage.options).filter(([key]) => !secrets.has(key));
  return {
    storage: storage.id,
    type: storage.type,
    content: types[storage.type]?.content ?? "images",
    ...Object.fromEntries(visible),
    ...(path === undefined ? {} : { path }),
    ...(isShared(storage) ? { shared: 1 } : {}),
    digest: storageDigest(call),
  };
};

const storageOf = (call: Call): Storage => {
  const id = call.need("storage");
  return call.world.storages[id] ?? fail(`storage '${id}' does not exist`);
};

const list = (call: Call): unknown => {
  const type = call.text("type");
  return Object.values(call.world.storages)
    .filter((storage) => type === undefined || storage.type === type)
    .filter((storage) =>
      call.rights.hasAny(`/storage/${storage.id}`, "Datastore.Audit", "Datastore.AllocateSpace", "Datastore.Allocate"),
    )
    .map((storage) => shown(call, storage));
};

/** Where a path of a node lies: on what offers it, below that of another storage, or on the node's root. */
const backingFor = (call: Call, node: string, storage: Storage): Backing | undefined => {
  const { world } = call;
  const path = String(storage.options.path);
  const source = storageSource(storage);
  const offered = source === undefined ? undefined : offeredTo(world, source, node);
  if (offered !== undefined) return offered;
  let best: { length: number; id: string } | undefined;
  for (const other of Object.values(world.storages)) {
    const base = storagePath(other);
    const mount = world.mounts[`${other.id}@${node}`];
    if (base === undefined || mount === undefined) continue;
    if ((path === base || path.startsWith(`${base}/`)) && base.length > (best?.length ?? 0))
      best = { length: base.length, id: mount };
  }
  const id = best?.id ?? world.nodes[node]?.root;
  return id === undefined ? undefined : world.backings[id];
};

const isFiles = (type: string): boolean => type === "dir" || type === "btrfs";

/** A server that the network reaches, by the address or the name that the storage has for it. */
const serverOf = ({ world }: Call, server: string | number | undefined): Backing | undefined =>
  Object.values(world.backings).find(
    (one) => one.place.kind === "host" && (one.place.vertex === `host:${server}` || one.id === server),
  );

/** Volume groups and pools of a node that nothing says it has lie on its root; with one that is said, only that is there. */
const localBacking = (call: Call, storage: Storage, node: string): Backing | undefined => {
  const { world } = call;
  const source = storageSource(storage);
  const offered = source === undefined ? undefined : offeredTo(world, source, node);
  if (offered !== undefined) return offered;
  const isSaid = Object.values(world.backings).some(
    ({ place, offers = [] }) =>
      place.kind === "node" && place.node === node && offers.some((offer) => /^(?:vg|thin|zpool) /.test(offer)),
  );
  return isSaid ? undefined : world.backings[world.nodes[node]?.root ?? ""];
};

/** Mounts a storage where the world has something to mount, and nowhere else; what is mounted stays as it is. */
const mount = (call: Call, storage: Storage): void => {
  const { world } = call;
  if (storage.options.disable) return;
  if (isShared(storage) && !isFiles(storage.type) && storage.type !== "lvm") {
    if (world.mounts[storage.id] !== undefined) return;
    const source = storageSource(storage);
    const offered = source?.on === "network" ? offeredTo(world, source) : undefined;
    const backing = offered ?? serverOf(call, storage.options.server);
    if (backing === undefined) fail(`storage '${storage.id}' is not online`);
    world.mounts[storage.id] = backing.id;
    return;
  }
  const nodes = splitList(String(storage.options.nodes ?? ""));
  for (const node of nodes.length > 0 ? nodes : Object.keys(world.nodes)) {
    const key = `${storage.id}@${node}`;
    if (world.mounts[key] !== undefined || world.mounts[storage.id] !== undefined) continue;
    const backing = isFiles(storage.type)
      ? backingFor(call, node, storage)
      : (serverOf(call, storage.options.server) ?? localBacking(call, storage, node));
    if (backing !== undefined) world.mounts[key] = backing.id;
  }
};

const makeExplicit = (call: Call): void => {
  const { local } = call.world.storages;
  if (local !== undefined && isImplicit(local)) delete local.options.priority;
};

const create = (call: Call): unknown => {
  const id = call.need("storage");
  const type = call.need("type");
  for (const key of types[type]?.required ?? [])
    if (!call.given(key)) fail(`missing value for required option '${key}'`);
  return within("create storage failed", () => {
    const { world } = call;
    needLock(world, call.node, "file-storage_cfg");
    if (world.storages[id] !== undefined) fail(`storage ID '${id}' already defined`);
    const storage: Storage = { id, type, options: configOf(call, "storage", "type") };
    mount(call, storage);
    makeExplicit(call);
    world.storages[id] = storage;
    return { storage: id, type };
  });
};

const update = (call: Call): unknown =>
  within("update storage failed", () => {
    needLock(call.world, call.node, "file-storage_cfg");
    const storage = storageOf(call);
    needDigest(call.text("digest"), storageDigest(call));
    const required = types[storage.type]?.required ?? [];
    for (const key of call.list("delete")) {
      if (required.includes(key)) fail(`unable to delete required option '${key}'`);
      delete storage.options[key];
    }
    Object.assign(storage.options, configOf(call, "storage", "delete", "digest"));
    makeExplicit(call);
    if (!storage.options.disable) mount(call, storage);
    return { storage: storage.id, type: storage.type };
  });

const remove = (call: Call): unknown =>
  within("delete storage failed", () => {
    needLock(call.world, call.node, "file-storage_cfg");
    const { world } = call;
    const { id } = storageOf(call);
    delete world.storages[id];
    for (const key of Object.keys(world.mounts)) if (key === id || key.startsWith(`${id}@`)) delete world.mounts[key];
    world.access.acls = world.access.acls.filter((row) => row.path !== `/storage/${id}`);
    return null;
  });

export const storageConfig: Handlers = {
  "GET /storage": list,
  "POST /storage": create,
  "GET /storage/{storage}": (call) => shown(call, storageOf(call)),
  "PUT /storage/{storage}": update,
  "DELETE /storage/{storage}": remove,
};

/** What a storage may hold, by its options or its type. */
export const contentOf = (storage: Storage): string[] =>
  splitList(String(storage.options.content ?? types[storage.type]?.content ?? "images"));
