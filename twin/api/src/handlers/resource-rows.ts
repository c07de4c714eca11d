import { cpusOf, type Guest, isRunning, lockOf, memoryOf, type Node, type Storage } from "@orrery/twin-world";
import type { Call } from "../call.ts";
import { bootDiskSize, type GuestRow, guestFigures, nodeFigures, templateFlag } from "../figures.ts";
import { isShared, mountOf, storagesOn } from "../storage-mounts.ts";

export type Row = Record<string, unknown>;

const online = (call: Call, name: string): boolean => {
  const node = call.world.nodes[name];
  if (node === undefined) return false;
  if (name === call.node) return true;
  const reachable = call.world.cluster.partitions.some((names) => names.includes(name) && names.includes(call.node));
  return reachable && (node.state.kind === "online" || node.state.kind === "stopping");
};

export const isOnline = online;

/** The figures of a node as `GET /nodes` and the resources share them. */
export const nodeRow = (call: Call, node: Node): Row => {
  const bare = {
    id: `node/${node.name}`,
    node: node.name,
    type: "node",
    level: "",
    status: online(call, node.name) ? "online" : "offline",
  };
  if (!call.rights.has(`/nodes/${node.name}`, "Sys.Audit")) return bare;
  const figures = nodeFigures(call.world, node);
  const size = { maxcpu: node.hardware.cpus, maxmem: figures.maxmem, maxdisk: figures.maxdisk };
  if (bare.status === "offline") return { ...bare, ...size };
  return { ...bare, ...size, cpu: figures.cpu, mem: figures.mem, disk: figures.disk, uptime: figures.uptime };
};

/** pvestatd looks every ten seconds; a guest that it has not yet seen has no figures. */
const statPeriod = 10_000;

const seenByStat = (call: Call, guest: Guest): boolean => {
  const born = Number(/ctime=(\d+)/.exec(String(guest.config.meta ?? ""))?.[1] ?? 0) * 1000;
  return Math.floor(call.world.now / statPeriod) > Math.floor(born / statPeriod);
};

export const poolOfGuest = (call: Call, vmid: number): string | undefined =>
  Object.entries(call.world.pools).find(([, pool]) => pool.vmids.includes(vmid))?.[0];

const haStateOf = (call: Call, guest: Guest): string | undefined => {
  const sid = `${guest.kind === "qemu" ? "vm" : "ct"}:${guest.vmid}`;
  return call.world.ha.services[sid]?.state;
};

/** 8.4 does not tell what a guest takes of its host. */
const oldFigures = (row: GuestRow): Omit<GuestRow, "memhost"> => {
  const { memhost, ...rest } = row;
  void memhost;
  return rest;
};

/** A guest as the resources list it. */
export const guestRow = (call: Call, guest: Guest): Row => {
  const { world } = call;
  const ha = haStateOf(call, guest);
  const base = {
    id: `${guest.kind}/${guest.vmid}`,
    type: guest.kind,
    vmid: guest.vmid,
    node: guest.node,
    ...(ha === undefined ? {} : { hastate: ha }),
  };
  if (!seenByStat(call, guest)) return { ...base, status: "unknown" };
  const figures = guestFigures(world, guest);
  const lock = lockOf(guest);
  return {
    ...base,
    name: guest.config.name ?? guest.config.hostname ?? `${guest.kind === "qemu" ? "VM" : "CT"}${guest.vmid}`,
    status: isRunning(guest) ? "running" : "stopped",
    template: templateFlag(guest),
    maxcpu: cpusOf(world, guest),
    maxmem: memoryOf(guest),
    maxdisk: bootDiskSize(guest),
    disk: 0,
    ...(world.release === "9.2" ? figures : oldFigures(figures)),
    ...(guest.config.tags === undefined ? {} : { tags: guest.config.tags }),
    ...(lock === undefined ? {} : { lock }),
  };
};

const contentList = (storage: Storage): string => String(storage.options.content ?? "images,rootdir");

/** Storages on the nodes that mount them, as the resources list them. */
export const storageRows = (call: Call): Row[] =>
  Object.keys(call.world.nodes).flatMap((node) =>
    storagesOn(call.world, node)
      .filter((storage) => !storage.options.disable)
      .filter((storage) => call.rights.hasAny(`/storage/${storage.id}`, "Datastore.Audit", "Datastore.AllocateSpace"))
      .map((storage) => {
        // What a node told last stays, also when it is gone.
        const mount = mountOf(call.world, storage.id, node);
        return {
          id: `storage/${node}/${storage.id}`,
          type: "storage",
          storage: storage.id,
          node,
          content: contentList(storage),
          plugintype: storage.type,
          shared: isShared(storage) ? 1 : 0,
          status: mount === undefined ? "unknown" : "available",
          ...(mount === undefined ? {} : { disk: mount.used, maxdisk: mount.total }),
        };
      }),
  );
