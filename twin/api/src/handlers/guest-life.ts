import {
  cloneGuest,
  createGuest,
  deleteSnapshot,
  destroyGuest,
  dict,
  disksOf,
  findVolume,
  type GuestKind,
  isRunning,
  lockedText,
  pauseGuest,
  rebootGuest,
  resetGuest,
  restoreGuest,
  resumeGuest,
  rollbackGuest,
  shutdownGuest,
  sidOf,
  snapshotGuest,
  startGuest,
  stopGuest,
  storageOf,
  suspendGuest,
  templateGuest,
} from "@orrery/twin-world";
import type { Call, Handler, Handlers } from "../call.ts";
import { fail, forbid } from "../problem.ts";
import { needQuorum } from "../quorum.ts";
import { upidOrRefusal } from "../start.ts";
import { guestOfCall } from "./guest-of-call.ts";
import { needRootForSkipLock } from "./qemu-config.ts";
import { needBridges } from "./qemu-rights.ts";
import { snapshotList, vncProxyOf } from "./qemu-status.ts";

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
};
