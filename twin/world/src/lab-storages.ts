import { type AsWritten, isAsWritten, known, type Lab } from "@orrery/model";
import type { Assume } from "./assumption.ts";
import { type Dict, dict } from "./dict.ts";
import { addBacking } from "./new-backing.ts";
import type { World } from "./world.ts";

type LabStorage = Lab["storage"]["items"][string];

const types: Record<LabStorage["kind"], string | undefined> = {
  dir: "dir",
  lvm: "lvm",
  "lvm-thin": "lvmthin",
  zfs: "zfspool",
  nfs: "nfs",
  cifs: "cifs",
  ceph: "rbd",
  pbs: "pbs",
  // Nothing of Proxmox VE: copies are taken there by the backup server.
  s3: undefined,
};

/** Bytes per second of a disk of each kind, reading and writing, where nobody measured them. */
const usual = { nvme: [2.5e9, 1.5e9], ssd: [500e6, 450e6], hdd: [180e6, 160e6] } as const;

type Where = { node: string; disks: string[] };

type Context = { world: World; lab: Lab; assume: Assume; paths: Dict<Dict<string[]>> };

const speedOf = ({ lab }: Context, { node, disks }: Where): { read: number; write: number } => {
  let [read, write] = [0, 0];
  for (const name of disks) {
    const disk = lab.cluster.nodes[node]?.disks[name];
    if (!disk) continue;
    read += usual[disk.kind][0] * disk.count;
    write += usual[disk.kind][1] * disk.count * 0.5;
  }
  return { read: read || 400e6, write: write || 300e6 };
};

const sizeOf = ({ lab }: Context, { node, disks }: Where): number =>
  disks.reduce(
    (sum, name) =>
      sum + (lab.cluster.nodes[node]?.disks[name]?.size ?? 0) * (lab.cluster.nodes[node]?.disks[name]?.count ?? 0),
    0,
  );

/** The disks that are named, or where none is, those of the node that are a pool's. */
const disksMeant = ({ lab }: Context, { node, disks }: Where): Where => {
  if (disks.length > 0) return { node, disks };
  const declared = lab.cluster.nodes[node]?.disks ?? {};
  return { node, disks: Object.keys(declared).filter((name) => declared[name]?.use === "pool") };
};

/** A backing on disks of a node. */
const addLocal = (context: Context, name: string, item: LabStorage, asked: Where): string => {
  const { world, assume, paths } = context;
  const where = disksMeant(context, asked);
  const id = `${where.node}/${name}`;
  const usualSpeed = speedOf(context, where);
  const disks = where.disks.flatMap((disk) => paths[where.node]?.[disk] ?? []);
  addBacking(world, {
    id,
    place: { kind: "node", node: where.node },
    total: known(item.capacity) ?? assume(id, "capacity in bytes", undefined, sizeOf(context, where) || 2e12),
    readBytesPerSecond: assume<number>(id, "bytes per second read", item.read, usualSpeed.read),
    writeBytesPerSecond: assume<number>(id, "bytes per second written", item.write, usualSpeed.write),
    disks,
    spare: item.kind === "zfs" && disks.length > 1 ? 1 : 0,
  });
  return id;
};

/** A backing that is a server of its own on the network, on the switch of the node or on the first one. */
const addServer = (context: Context, name: string, item: LabStorage): string => {
  const { world, lab, assume } = context;
  const [first = "unnamed"] = Object.keys(lab.network.switches);
  const vertex = `host:${name}`;
  const bitsPerSecond = assume(name, "bit/s of its link", undefined, 10e9);
  world.network.links[`host/${name}`] = {
    id: `host/${name}`,
    ends: [vertex, `switch:${first}`],
    bitsPerSecond,
    members: 1,
    health: 1,
  };
  addBacking(world, {
    id: name,
    place: { kind: "host", vertex },
    total: assume<number>(name, "capacity in bytes", item.capacity, 20e12),
    readBytesPerSecond: assume<number>(name, "bytes per second read", item.read, 400e6),
    writeBytesPerSecond: assume<number>(name, "bytes per second written", item.write, 300e6),
  });
  return name;
};

/** The backing of a shared storage; where it lies on another storage, that one's. */
const sharedBacking = (context: Context, name: string, item: LabStorage): string | undefined => {
  const { lab, world } = context;
  const { home } = item;
  switch (home.on) {
    case "node": {
      const node = known(home.node);
      return node === undefined
        ? addServer(context, name, item)
        : addLocal(context, name, item, { node, disks: home.disks });
    }
    case "storage": {
      const under = known(home.storage) ?? "";
      const parent = lab.storage.items[under]?.home;
      const node = parent?.on === "node" ? known(parent.node) : undefined;
      const found = node === undefined ? under : `${node}/${under}`;
      return world.backings[found] ? found : addServer(context, name, item);
    }
    case "guest": {
      const storage = known(home.storage);
      const guest = isAsWritten(home.guest) ? undefined : lab.guests.items.find((one) => one.name === home.guest);
      const node = known(home.node) ?? known(guest?.node);
      const under =
        typeof storage === "string" && node !== undefined ? world.backings[`${node}/${storage}`] : undefined;
      if (under) return under.id;
      return node === undefined ? addServer(context, name, item) : addLocal(context, name, item, { node, disks: [] });
    }
    case "each node":
    case "elsewhere":
      return addServer(context, name, item);
    case "cloud":
      return undefined;
  }
};

const namesOf = (refs: readonly (string | AsWritten)[]): string[] => refs.flatMap((ref) => known(ref) ?? []);

/** The nodes that a storage is limited to; undefined for all. */
const nodesOf = ({ nodes, home, shared }: LabStorage): string[] | undefined => {
  if (nodes) return namesOf(nodes);
  if (home.on === "each node") return namesOf(home.nodes);
  return home.on === "node" && !shared ? namesOf([home.node]) : undefined;
};

const contents = new Set(["images", "rootdir", "backup", "iso", "vztmpl", "snippets"]);

/** Puts the declared storages into the world. What they lie on first, then what lies on another storage. */
export const addLabStorages = (context: Context): void => {
  const { world, lab } = context;
  const items = Object.entries(lab.storage.items).toSorted(
    ([, one], [, other]) => Number(one.home.on === "storage") - Number(other.home.on === "storage"),
  );
  for (const [name, item] of items) {
    const type = types[item.kind];
    const content = item.content.filter((kind) => contents.has(kind));
    if (type === undefined || (item.home.on === "cloud" && content.length === 0)) continue;
    const options = dict<string | number>([["content", content.toSorted().join(",")]]);
    const nodes = nodesOf(item);
    if (nodes) options.nodes = nodes.join(",");
    if (type === "dir") options.path = `/mnt/${name}`;
    if (type === "lvmthin") Object.assign(options, { vgname: name, thinpool: "data" });
    if (type === "zfspool") options.pool = name;
    if (type === "pbs") Object.assign(options, { server: name, datastore: name });
    if (type === "nfs" || type === "cifs") options.server = name;
    if (item.home.on === "each node" && !item.shared) {
      for (const node of namesOf(item.home.nodes)) {
        world.mounts[`${name}@${node}`] = addLocal(context, name, item, { node, disks: item.home.disks });
      }
    } else {
      const backing = sharedBacking(context, name, item);
      if (backing === undefined) continue;
      if (item.shared || type === "pbs" || type === "nfs" || type === "cifs") {
        world.mounts[name] = backing;
        options.shared = 1;
      } else if (nodes?.[0] !== undefined) world.mounts[`${name}@${nodes[0]}`] = backing;
    }
    if (content.length > 0) world.storages[name] = { id: name, type, options };
  }
};
