import type { Pool } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail, forbid } from "../problem.ts";
import { guestRow, storageRows } from "./resource-rows.ts";
import { changeUserConfig } from "./user-config.ts";

const poolOf = (call: Call): Pool => {
  const poolid = call.need("poolid");
  return call.world.pools[poolid] ?? fail(`pool '${poolid}' does not exist`);
};

const membersOf = (call: Call, pool: Pool): unknown[] => {
  const type = call.text("type");
  const guests = pool.vmids
    .toSorted((one, other) => (String(one) < String(other) ? -1 : 1))
    .flatMap((vmid) => call.world.guests[vmid] ?? [])
    .filter((guest) => type === undefined || type === guest.kind)
    .map((guest) => guestRow(call, guest));
  const storages =
    type === undefined || type === "storage"
      ? pool.storages.toSorted().flatMap((id) => {
          const rows = storageRows(call).filter((row) => row.storage === id);
          return rows.find((row) => row.node === call.node) ?? rows[0] ?? [];
        })
      : [];
  return [...guests, ...storages];
};

const summary = (poolid: string, pool: Pool): Record<string, unknown> => ({
  poolid,
  ...(pool.comment ? { comment: pool.comment } : {}),
});

const list = (call: Call): unknown => {
  const asked = call.text("poolid");
  if (asked !== undefined) {
    call.rights.need(`/pool/${asked}`, "Pool.Audit");
    const pool = poolOf(call);
    return [{ ...summary(asked, pool), members: membersOf(call, pool) }];
  }
  return Object.entries(call.world.pools)
    .filter(([poolid]) => call.rights.hasAny(`/pool/${poolid}`, "Pool.Allocate", "Pool.Audit"))
    .map(([poolid, pool]) => summary(poolid, pool));
};

const create = (call: Call): unknown =>
  changeUserConfig(call, "create pool failed", () => {
    const { pools } = call.world;
    const poolid = call.need("poolid");
    if (pools[poolid] !== undefined) fail(`pool '${poolid}' already exists`);
    const slash = poolid.lastIndexOf("/");
    const parent = slash < 0 ? undefined : poolid.slice(0, slash);
    if (parent !== undefined && pools[parent] === undefined)
      fail(`parent '${parent}' of pool '${poolid}' does not exist`);
    const comment = call.text("comment");
    pools[poolid] = { vmids: [], storages: [], ...(comment === undefined ? {} : { comment }) };
    return null;
  });

const read = (call: Call): unknown => {
  const pool = poolOf(call);
  return { ...summary(call.need("poolid"), pool), members: membersOf(call, pool) };
};

const poolHolding = (call: Call, vmid: number): [string, Pool] | undefined =>
  Object.entries(call.world.pools).find(([, pool]) => pool.vmids.includes(vmid));

const moveGuest = (call: Call, pool: Pool, vmid: number): void => {
  call.rights.needAny(`/vms/${vmid}`, "VM.Allocate", "Pool.Allocate");
  if (call.flag("delete")) {
    if (!pool.vmids.includes(vmid)) fail(`VM ${vmid} is not a pool member`);
    pool.vmids = pool.vmids.filter((other) => other !== vmid);
    return;
  }
  if (pool.vmids.includes(vmid)) fail(`VM ${vmid} is already a pool member`);
  const held = poolHolding(call, vmid);
  if (held !== undefined) {
    const [other, holder] = held;
    if (!call.flag("allow-move")) fail(`VM ${vmid} belongs already to pool '${other}'`);
    call.rights.need(`/pool/${other}`, "Pool.Allocate");
    holder.vmids = holder.vmids.filter((member) => member !== vmid);
  }
  pool.vmids = [...pool.vmids, vmid];
};

const update = (call: Call): unknown =>
  changeUserConfig(call, "update pools failed", () => {
    const pool = poolOf(call);
    const comment = call.text("comment");
    if (comment !== undefined) pool.comment = comment;
    for (const vmid of call.list("vms")) moveGuest(call, pool, Number(vmid));
    for (const storage of call.list("storage")) {
      call.rights.needAny(`/storage/${storage}`, "Datastore.Allocate", "Pool.Allocate");
      const member = pool.storages.includes(storage);
      if (call.flag("delete")) {
        if (!member) fail(`Storage '${storage}' is not a pool member`);
        pool.storages = pool.storages.filter((other) => other !== storage);
      } else {
        if (member) fail(`Storage '${storage}' is already a pool member`);
        pool.storages = [...pool.storages, storage];
      }
    }
    return null;
  });

const remove = (call: Call): unknown =>
  changeUserConfig(call, "delete pool failed", () => {
    const poolid = call.need("poolid");
    const pool = poolOf(call);
    if (!call.rights.has(`/pool/${poolid}`, "Pool.Allocate")) forbid(`/pool/${poolid}, Pool.Allocate`);
    const child = Object.keys(call.world.pools).find((other) => other.startsWith(`${poolid}/`));
    if (child !== undefined) fail(`pool '${poolid}' is not empty (contains pool '${child}')`);
    const guest = pool.vmids.find((vmid) => call.world.guests[vmid] !== undefined);
    if (guest !== undefined) fail(`pool '${poolid}' is not empty (contains VM ${guest})`);
    const storage = pool.storages.find((id) => call.world.storages[id] !== undefined);
    if (storage !== undefined) fail(`pool '${poolid}' is not empty (contains storage '${storage}')`);
    delete call.world.pools[poolid];
    call.world.access.acls = call.world.access.acls.filter((row) => row.path !== `/pool/${poolid}`);
    return null;
  });

export const pools: Handlers = {
  "GET /pools": list,
  "POST /pools": create,
  "PUT /pools": update,
  "DELETE /pools": remove,
  "GET /pools/{poolid}": read,
  "PUT /pools/{poolid}": update,
  "DELETE /pools/{poolid}": remove,
};
