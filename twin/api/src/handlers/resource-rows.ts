import {
  cpusOf,
  type Guest,
  isRunning,
  lockOf,
  memoryOf,
  type Node,
  type Storage,
  sidOf,
  vmidOfSid,
  type World,
} from "@orrery/twin-world";
import type { Call } from "../call.ts";
import { bootDiskSize, guestFigures, nodeFigures, templateFlag } from "../figures.ts";
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
  const { meta } = guest.config;
  const born = meta === undefined ? 0 : Number(/ctime=(\d+)/.exec(String(meta))?.[1] ?? 0) * 1000;
  return Math.floor(call.world.now / statPeriod) > Math.floor(born / statPeriod);
};

/** The states of the guests that HA looks after. */
const haStates = ({ guests, ha }: World): ReadonlyMap<number, string> => {
  const states = new Map<number, string>();
  for (const [sid, { state }] of Object.entries(ha.services)) {
    const guest = guests[vmidOfSid(sid) ?? -1];
    if (guest !== undefined && sidOf(guest) === sid) states.set(guest.vmid, state);
  }
  return states;
};

/** What a row says of a guest that its own configuration does not tell. */
type Around = { readonly hastate: string | undefined; readonly pool: string | undefined };

/** All rows have the same keys, an absent value being undefined: so they are made and written several times faster. */
const guestRow = (call: Call, guest: Guest, { hastate, pool }: Around): Row => {
  const { world } = call;
  const { kind, vmid, node, config } = guest;
  const id = `${kind}/${vmid}`;
  if (!seenByStat(call, guest)) return { id, type: kind, vmid, node, hastate, status: "unknown", pool };
  const figures = guestFigures(world, guest);
  return {
    id,
    type: kind,
    vmid,
    node,
    hastate,
    name: config.name ?? config.hostname ?? `${kind === "qemu" ? "VM" : "CT"}${vmid}`,
    status: isRunning(guest) ? "running" : "stopped",
    template: templateFlag(guest),
    maxcpu: cpusOf(world, guest),
    maxmem: memoryOf(guest),
    maxdisk: bootDiskSize(guest),
    disk: 0,
    cpu: figures.cpu,
    mem: figures.mem,
    // 8.4 does not tell what a guest takes of its host.
    memhost: world.release === "9.2" ? figures.memhost : undefined,
    uptime: figures.uptime,
    netin: figures.netin,
    netout: figures.netout,
    diskread: figures.diskread,
    diskwrite: figures.diskwrite,
    tags: config.tags,
    lock: lockOf(guest),
    pool,
  };
};

/** Guests as the resources list them, with their pools where these are given. */
export const guestRows = (call: Call, guests: readonly Guest[], pools?: ReadonlyMap<number, string>): Row[] => {
  const states = haStates(call.world);
  return guests.map((guest) =>
    guestRow(call, guest, { hastate: states.get(guest.vmid), pool: pools?.get(guest.vmid) }),
  );
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
