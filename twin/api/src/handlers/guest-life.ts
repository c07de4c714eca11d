import {
  backUpGuests,
  cloneGuest,
  createGuest,
  deleteSnapshot,
  destroyGuest,
  dict,
  disksOf,
  findVolume,
  type Guest,
  type GuestKind,
  isOnNode,
  isRunning,
  lockedText,
  migrateAll,
  migrateGuest,
  pauseGuest,
  rebootGuest,
  resetGuest,
  restoreGuest,
  resumeGuest,
  rollbackGuest,
  type Storage,
  shutdownGuest,
  sidOf,
  snapshotGuest,
  startAll,
  startGuest,
  stopAll,
  stopGuest,
  storageOf,
  suspendGuest,
  templateGuest,
} from "@orrery/twin-world";
import type { Call, Handler, Handlers } from "../call.ts";
import { fail, forbid, refuseParameters } from "../problem.ts";
import { needQuorum } from "../quorum.ts";
import { startWorker, upidOrRefusal } from "../start.ts";
import { guestsOfJob } from "./backup-jobs.ts";
import { needOnGuests } from "./bulk-work.ts";
import { guestOfCall } from "./guest-of-call.ts";
import { needRootForSkipLock } from "./qemu-config.ts";
import { needBridges } from "./qemu-rights.ts";
import { snapshotList, vncProxyOf } from "./qemu-status.ts";
import { contentOf } from "./storage-config.ts";
import { configOf } from "./values.ts";
import { storageNamed } from "./volume-access.ts";

const actor = (call: Call) => ({ user: call.rights.name });
const at = (call: Call, kind: GuestKind) => ({ node: call.node, kind, vmid: Number(call.need("vmid")) });

/** Milliseconds of a parameter that is given in seconds. */
const seconds = (call: Call, name: string): number | undefined => {
  const value = call.number(name);
  return value === undefined ? undefined : value * 1000;
};

/** An optional field for an operation: there when the value is. */
const opt = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [key]: value } as Partial<Record<K, V>>);

export const needPool = (call: Call): string | undefined => {
  const pool = call.text("pool");
  if (pool !== undefined && call.world.pools[pool] === undefined) forbid(`pool '${pool}' does not exist`);
  return pool;
};

/** To make a guest: its id, or the pool it goes into, must be the caller's to allocate; to overwrite one, to back up. */
export const needAllocate = (call: Call, vmid: number, pool: string | undefined, overwrites = false): void => {
  if (call.rights.has(`/vms/${vmid}`, "VM.Allocate")) return;
  if (pool !== undefined && call.rights.has(`/pool/${pool}`, "VM.Allocate")) return;
  if (overwrites && call.world.guests[vmid] !== undefined && call.rights.has(`/vms/${vmid}`, "VM.Backup")) return;
  forbid();
};

const start =
  (kind: GuestKind): Handler =>
  (call) => {
    needRootForSkipLock(call);
    return upidOrRefusal(startGuest(call.world, actor(call), { ...at(call, kind), skipLock: call.flag("skiplock") }));
  };

const stop =
  (kind: GuestKind): Handler =>
  (call) => {
    needRootForSkipLock(call);
    return upidOrRefusal(
      stopGuest(call.world, actor(call), {
        ...at(call, kind),
        skipLock: call.flag("skiplock"),
        overruleShutdown: call.flag("overrule-shutdown"),
      }),
    );
  };

const shutdown =
  (kind: GuestKind): Handler =>
  (call) => {
    needRootForSkipLock(call);
    return upidOrRefusal(
      shutdownGuest(call.world, actor(call), {
        ...at(call, kind),
        skipLock: call.flag("skiplock"),
        force: call.flag("forceStop"),
        ...opt("timeoutMs", seconds(call, "timeout")),
      }),
    );
  };

const reboot =
  (kind: GuestKind): Handler =>
  (call) =>
    upidOrRefusal(
      rebootGuest(call.world, actor(call), { ...at(call, kind), ...opt("timeoutMs", seconds(call, "timeout")) }),
    );

const destroy =
  (kind: GuestKind): Handler =>
  (call) => {
    needRootForSkipLock(call);
    return upidOrRefusal(
      destroyGuest(call.world, actor(call), {
        ...at(call, kind),
        purge: call.flag("purge"),
        unreferenced: call.flag("destroy-unreferenced-disks"),
        force: call.flag("force"),
        skipLock: call.flag("skiplock"),
      }),
    );
  };

const clone =
  (kind: GuestKind): Handler =>
  (call) => {
    const { world, rights } = call;
    const newid = Number(call.need("newid"));
    const pool = needPool(call);
    const source = world.guests[call.need("vmid")];
    if (!rights.isRoot) needAllocate(call, newid, pool);
    const storage = call.text("storage");
    const full = call.given("full") ? call.flag("full") : undefined;
    const target = call.text("target");
    if (target !== undefined && world.nodes[target] === undefined) fail(`no such cluster node '${target}'`);
    if (storage !== undefined && world.storages[storage] === undefined) fail(`storage '${storage}' does not exist`);
    if (storage !== undefined && full === false) fail("parameter 'storage' not allowed for linked clones");
    if (source !== undefined && !rights.isRoot) {
      const storages = new Set(disksOf(source).map((disk) => storage ?? disk.volid.slice(0, disk.volid.indexOf(":"))));
      for (const id of storages) rights.need(`/storage/${id}`, "Datastore.AllocateSpace");
      needBridges(
        call,
        Object.entries(source.config).flatMap(([key, value]) => (/^net\d+$/.test(key) ? [String(value)] : [])),
      );
    }
    needQuorum(world, call.node);
    const set = dict<string | number>();
    for (const key of kind === "qemu" ? ["name", "description"] : ["hostname", "description"]) {
      const value = call.text(key);
      if (value !== undefined) set[key] = value;
    }
    return upidOrRefusal(
      cloneGuest(world, actor(call), {
        ...at(call, kind),
        newid,
        set,
        ...opt("full", full),
        ...opt("storage", storage),
        ...opt("format", call.text("format")),
        ...opt("target", target),
        ...opt("pool", pool),
        ...opt("snapname", call.text("snapname")),
        ...opt("bwlimit", call.number("bwlimit")),
      }),
    );
  };

const template =
  (kind: GuestKind): Handler =>
  (call) => {
    const outcome = templateGuest(call.world, actor(call), at(call, kind));
    return outcome === undefined ? null : upidOrRefusal(outcome);
  };

const storageMap = (text: string): { readonly isIdentity: boolean; readonly targets: readonly string[] } => {
  const words = text.split(",").map((word) => word.trim());
  return {
    isIdentity: words.includes("1"),
    targets: words.filter((word) => word !== "1").map((word) => word.slice(word.indexOf(":") + 1)),
  };
};

/** A storage that a VM's disks are to go to must be there and the caller's to use. */
const needTargetStorage = (call: Call, id: string, target: string): void => {
  const storage = storageNamed(call, id);
  needStorageOn(storage, target);
  if (!call.rights.isRoot) call.rights.need(`/storage/${id}`, "Datastore.AllocateSpace");
  if (!contentOf(storage).includes("images")) fail(`storage '${id}' does not support vm images`);
};

const needStorageOn = (storage: Storage, node: string): void => {
  if (`${storage.options.disable ?? 0}` === "1") fail(`storage '${storage.id}' is disabled`);
  if (!isOnNode(storage, node)) fail(`storage '${storage.id}' is not available on node '${node}'`);
};

/** Every storage of a VM must be on the node that it goes to. Mirrors check_storage_availability. */
const needStoragesThere = (call: Call, guest: Guest, target: string): void => {
  for (const { volid } of disksOf(guest)) {
    const id = storageOf(volid);
    if (id !== "") needStorageOn(storageNamed(call, id), target);
  }
};

const needMigratable = (call: Call, kind: GuestKind, target: string): void => {
  const guest = guestOfCall(call, kind);
  if (lockedText(guest) !== undefined || kind === "lxc") return;
  if (isRunning(guest) && !call.flag("online")) fail("can't migrate running VM without --online");
  const map = storageMap(call.text("targetstorage") ?? "1");
  if (!call.rights.isRoot && !map.isIdentity) call.rights.need(`/vms/${guest.vmid}`, "VM.Config.Disk");
  for (const id of map.targets) needTargetStorage(call, id, target);
  if (map.isIdentity) needStoragesThere(call, guest, target);
};

const migrate =
  (kind: GuestKind): Handler =>
  (call) => {
    const target = call.need("target");
    if (target === call.node) refuseParameters({ target: "target is local node." });
    needQuorum(call.world, call.node);
    if (call.world.nodes[target] === undefined) fail(`no such cluster node '${target}'`);
    if (!call.rights.isRoot && kind === "qemu") {
      for (const name of ["force", "migration_type", "migration_network"])
        if (call.given(name) && (name !== "force" || call.flag(name)))
          refuseParameters({ [name]: "Only root may use this option." });
    }
    needMigratable(call, kind, target);
    return upidOrRefusal(
      migrateGuest(call.world, actor(call), {
        ...at(call, kind),
        target,
        online: call.flag("online"),
        withLocalDisks: call.flag("with-local-disks"),
        force: call.flag("force"),
        restart: call.flag("restart"),
        ...opt("targetStorage", call.text("targetstorage") ?? call.text("target-storage")),
        ...opt("bwlimit", call.number("bwlimit")),
      }),
    );
  };

const snapshotName = (call: Call): string => {
  const name = call.need("snapname");
  if (name === "current" || name === "pending") fail(`unable to use snapshot name '${name}' (reserved name)`);
  return name;
};

const takeSnapshot =
  (kind: GuestKind): Handler =>
  (call) =>
    upidOrRefusal(
      snapshotGuest(call.world, actor(call), {
        ...at(call, kind),
        snapname: snapshotName(call),
        vmstate: call.flag("vmstate"),
        ...opt("description", call.text("description")),
      }),
    );

const rollback =
  (kind: GuestKind): Handler =>
  (call) =>
    upidOrRefusal(
      rollbackGuest(call.world, actor(call), {
        ...at(call, kind),
        snapname: snapshotName(call),
        start: call.flag("start"),
      }),
    );

const dropSnapshot =
  (kind: GuestKind): Handler =>
  (call) =>
    upidOrRefusal(
      deleteSnapshot(call.world, actor(call), {
        ...at(call, kind),
        snapname: snapshotName(call),
        force: call.flag("force"),
      }),
    );

const snapshotConfig =
  (kind: GuestKind): Handler =>
  (call) => {
    const guest = guestOfCall(call, kind);
    const snapshot =
      guest.snapshots[call.need("snapname")] ?? fail(`snapshot '${call.need("snapname")}' does not exist`);
    return { ...snapshot.config };
  };

const editSnapshot =
  (kind: GuestKind): Handler =>
  (call) => {
    const guest = guestOfCall(call, kind);
    const locked = lockedText(guest);
    if (locked !== undefined) fail(locked);
    const snapshot =
      guest.snapshots[call.need("snapname")] ?? fail(`snapshot '${call.need("snapname")}' does not exist`);
    const description = call.text("description");
    if (description !== undefined) snapshot.config.description = description;
    return null;
  };

const suspendToDisk: Handler = (call) => {
  const guest = guestOfCall(call, "qemu");
  const { vmid, config } = guest;
  if (!isRunning(guest)) fail(`VM ${vmid} not running`);
  if (call.world.ha.resources[sidOf(guest)] !== undefined) fail("Cannot suspend HA managed VM to disk");
  if (!call.rights.isRoot) call.rights.need(`/vms/${vmid}`, "VM.Config.Disk");
  if (Object.keys(config).some((key) => /^hostpci\d+$/.test(key)))
    fail(
      "cannot suspend VM to disk due to passed-through PCI device(s), which lack the possibility to save/restore their internal state",
    );
  const kept = config.vmstatestorage;
  const storage = call.text("statestorage") ?? (kept === undefined ? undefined : String(kept));
  const where = storage ?? storageOf(disksOf(guest)[0]?.volid ?? "local:");
  if (!call.rights.isRoot) call.rights.need(`/storage/${where}`, "Datastore.AllocateSpace");
  return upidOrRefusal(suspendGuest(call.world, actor(call), { ...at(call, "qemu"), storage: where }));
};

const suspend: Handler = (call) => {
  needRootForSkipLock(call);
  if (call.flag("todisk")) return suspendToDisk(call);
  return upidOrRefusal(pauseGuest(call.world, actor(call), at(call, "qemu")));
};

/** Handlers that VMs and containers share. */
const lifeOf = (kind: GuestKind): Handlers => {
  const base = `/nodes/{node}/${kind}/{vmid}`;
  return {
    [`DELETE ${base}`]: destroy(kind),
    [`POST ${base}/status/start`]: start(kind),
    [`POST ${base}/status/stop`]: stop(kind),
    [`POST ${base}/status/shutdown`]: shutdown(kind),
    [`POST ${base}/status/reboot`]: reboot(kind),
    [`POST ${base}/status/resume`]: (call) => upidOrRefusal(resumeGuest(call.world, actor(call), at(call, kind))),
    [`POST ${base}/clone`]: clone(kind),
    [`POST ${base}/template`]: template(kind),
    [`POST ${base}/migrate`]: migrate(kind),
    [`GET ${base}/snapshot`]: snapshotList(kind),
    [`POST ${base}/snapshot`]: takeSnapshot(kind),
    [`GET ${base}/snapshot/{snapname}`]: () => [{ cmd: "rollback" }, { cmd: "config" }],
    [`DELETE ${base}/snapshot/{snapname}`]: dropSnapshot(kind),
    [`GET ${base}/snapshot/{snapname}/config`]: snapshotConfig(kind),
    [`PUT ${base}/snapshot/{snapname}/config`]: editSnapshot(kind),
    [`POST ${base}/snapshot/{snapname}/rollback`]: rollback(kind),
    [`POST ${base}/vncproxy`]: vncProxyOf(kind),
  };
};

const backUp: Handler = (call) => {
  const { world, rights } = call;
  const vmids = call.list("vmid").map(Number);
  if (!call.flag("all") && !call.given("pool") && vmids.length === 0 && !call.flag("stop"))
    refuseParameters({ vmid: "property is missing" });
  if (call.flag("all") && vmids.length > 0) refuseParameters({ all: "option conflicts with option 'vmid'" });
  if (!rights.isRoot) {
    for (const key of ["tmpdir", "dumpdir", "script"])
      if (call.given(key)) refuseParameters({ [key]: "Only root may set this option." });
  }
  const storage = call.text("storage") ?? "local";
  if (!rights.isRoot) {
    rights.need(`/storage/${storage}`, "Datastore.AllocateSpace");
    for (const vmid of vmids) rights.need(`/vms/${vmid}`, "VM.Backup");
  }
  const asked = configOf(call, "vmid");
  const many = call.flag("all") || call.given("pool");
  const chosen = many ? guestsOfJob(call, asked).filter((vmid) => world.guests[vmid]?.node === call.node) : vmids;
  if (world.storages[storage] === undefined) {
    const missing = `storage '${storage}' does not exist`;
    return startWorker(call, "vzdump", vmids.length === 1 ? String(vmids[0]) : "", [
      {
        do: "fail",
        message: `could not activate storage '${storage}': ${missing} could not get storage information for '${storage}': ${missing}`,
      },
    ]);
  }
  const mode = call.text("mode");
  const compress = call.text("compress");
  return upidOrRefusal(
    backUpGuests(world, actor(call), {
      node: call.node,
      vmids: chosen,
      asked,
      many,
      options: {
        storage,
        ...(mode === "stop" || mode === "suspend" || mode === "snapshot" ? { mode } : {}),
        ...(compress === "gzip" || compress === "lzo" || compress === "zstd" || compress === "0" ? { compress } : {}),
        ...opt("notes", call.text("notes-template")),
        ...opt("prune", call.text("prune-backups")),
        ...(call.given("remove") ? { remove: call.flag("remove") } : {}),
        ...(call.given("protected") ? { protect: call.flag("protected") } : {}),
        ...(call.number("bwlimit") === undefined ? {} : { cap: (call.number("bwlimit") ?? 0) * 1024 }),
      },
    }),
  );
};

const chosen = (call: Call): { node: string; vmids?: number[] } => ({
  node: call.node,
  ...(call.given("vms") ? { vmids: call.list("vms").map(Number) } : {}),
});

const startEach: Handler = (call) => {
  needOnGuests(call, "VM.PowerMgmt");
  return upidOrRefusal(startAll(call.world, actor(call), { ...chosen(call), force: call.flag("force") }));
};

const stopEach: Handler = (call) => {
  needOnGuests(call, "VM.PowerMgmt");
  return upidOrRefusal(
    stopAll(call.world, actor(call), {
      ...chosen(call),
      force: call.flag("force-stop", true),
      ...opt("timeoutMs", seconds(call, "timeout")),
    }),
  );
};

const migrateEach: Handler = (call) => {
  needOnGuests(call, "VM.Migrate");
  return upidOrRefusal(
    migrateAll(call.world, actor(call), {
      ...chosen(call),
      target: call.need("target"),
      withLocalDisks: call.flag("with-local-disks"),
      ...opt("workers", call.number("maxworkers") ?? call.number("max-workers")),
    }),
  );
};

/** One worker that pauses the VMs of a node one after another. */
const suspendEach: Handler = (call) => {
  needOnGuests(call, "VM.PowerMgmt");
  const wanted = chosen(call).vmids;
  const upids = Object.values(call.world.guests)
    .filter(
      (guest) =>
        guest.node === call.node &&
        guest.kind === "qemu" &&
        guest.run.kind === "running" &&
        (wanted === undefined || wanted.includes(guest.vmid)),
    )
    .flatMap((guest) => {
      const outcome = pauseGuest(call.world, actor(call), { node: call.node, kind: "qemu", vmid: guest.vmid });
      return outcome.kind === "started" ? [outcome.upid] : [];
    });
  return startWorker(
    call,
    "suspendall",
    "",
    upids.map((upid) => ({ do: "await", upid }) as const),
  );
};

/** The backup that a creation restores; undefined when it makes a new guest. */
export const archiveOf = (call: Call, kind: GuestKind): string | undefined =>
  kind === "qemu" ? call.text("archive") : call.flag("restore") ? call.text("ostemplate") : undefined;

export const restore = (call: Call, kind: GuestKind, archive: string, pool: string | undefined): unknown => {
  const storage = call.text("storage");
  if (findVolume(call.world, call.node, archive) === undefined) fail(`volume '${archive}' does not exist`);
  return upidOrRefusal(
    restoreGuest(call.world, actor(call), {
      ...at(call, kind),
      archive,
      force: call.flag("force"),
      unique: call.flag("unique"),
      start: call.flag("start"),
      ...opt("storage", storage),
      ...opt("pool", pool),
      ...opt("bwlimit", call.number("bwlimit")),
    }),
  );
};

export const create = (
  call: Call,
  kind: GuestKind,
  config: Record<string, string | number>,
  pool: string | undefined,
): unknown => {
  needQuorum(call.world, call.node);
  return upidOrRefusal(
    createGuest(call.world, actor(call), {
      ...at(call, kind),
      config: dict(Object.entries(config)),
      // A template is never started, whatever was asked.
      start: call.flag("start") && config.template !== 1,
      ...opt("ostemplate", kind === "lxc" ? call.text("ostemplate") : undefined),
      ...opt("pool", pool),
    }),
  );
};

export const guestLife: Handlers = {
  ...lifeOf("qemu"),
  ...lifeOf("lxc"),
  "POST /nodes/{node}/qemu/{vmid}/status/reset": (call) =>
    upidOrRefusal(resetGuest(call.world, actor(call), at(call, "qemu"))),
  "POST /nodes/{node}/qemu/{vmid}/status/suspend": suspend,
  "POST /nodes/{node}/lxc/{vmid}/status/suspend": (call) =>
    upidOrRefusal(pauseGuest(call.world, actor(call), at(call, "lxc"))),
  "POST /nodes/{node}/vzdump": backUp,
  "POST /nodes/{node}/startall": startEach,
  "POST /nodes/{node}/stopall": stopEach,
  "POST /nodes/{node}/suspendall": suspendEach,
  "POST /nodes/{node}/migrateall": migrateEach,
};
