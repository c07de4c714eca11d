import {
  type Storage as DeclaredStorage,
  isUnknown,
  known,
  type NodeName,
  refText,
  storageNodesOf,
  storageTypeOf,
  type Unknown,
} from "@orrery/model";
import { type Backing, dict, type Storage, storageSource } from "@orrery/twin-world";
import { type Building, diskDevices } from "./building.ts";
import { assumed, defaults, diskSpeeds } from "./defaults.ts";
import { entryOf } from "./storage-entry.ts";

type Speeds = { read: number; write: number };

const newBacking = (id: string, place: Backing["place"], total: number, { read, write }: Speeds): Backing => ({
  id,
  place,
  total,
  base: 0,
  garbage: 0,
  reserved: 0,
  used: 0,
  readBytesPerSecond: read,
  writeBytesPerSecond: write,
  health: 1,
  disks: [],
  spare: 0,
  volumes: dict(),
  guests: dict(),
  history: [],
});

/** What the disks below give together: reading from all, writing to half where they are mirrored. */
const speedsOf = (
  building: Building,
  name: string,
  item: DeclaredStorage,
  node: NodeName,
  disks: readonly string[],
): Speeds => {
  const { ledger, inventory } = building;
  const declared = inventory.nodes.get(node);
  const stated = { read: known(item.read), write: known(item.write) };
  if (stated.read !== undefined && stated.write !== undefined) return { read: stated.read, write: stated.write };
  let [read, write, count] = [0, 0, 0];
  for (const id of disks) {
    const disk = declared?.disks[id];
    if (disk === undefined) continue;
    const one = assumed(ledger, `speed of one disk (${disk.kind})`, diskSpeeds[disk.kind], name);
    read += one.read * disk.count;
    write += one.write * disk.count;
    count += disk.count;
  }
  const measured = known(declared?.diskThroughput);
  return { read: stated.read ?? measured ?? read, write: stated.write ?? (count > 1 ? write / 2 : write) };
};

const rawSize = (building: Building, node: NodeName, disks: readonly string[]): number =>
  disks.reduce((sum, id) => {
    const disk = building.inventory.nodes.get(node)?.disks[id];
    return sum + (disk === undefined ? 0 : disk.size * disk.count);
  }, 0);

/** A storage on the disks of a node. */
const onDisks = (
  building: Building,
  name: string,
  item: DeclaredStorage,
  node: NodeName,
  disks: readonly string[],
): void => {
  const { world } = building;
  const raw = rawSize(building, node, disks);
  const total = known(item.capacity) ?? raw;
  const backing = newBacking(
    `${node}/${name}`,
    { kind: "node", node },
    total,
    speedsOf(building, name, item, node, disks),
  );
  backing.disks = diskDevices(building, node, disks);
  backing.spare = total < raw * 0.95 ? 1 : 0;
  world.backings[backing.id] = backing;
  world.mounts[`${name}@${node}`] = backing.id;
};

/** The backing of another storage; a share with a size of its own is a backing of its own on the same disks. */
const onStorage = (building: Building, name: string, item: DeclaredStorage, below: string): boolean => {
  const { world, ledger } = building;
  const id = world.mounts[below] ?? Object.entries(world.mounts).find(([mount]) => mount.startsWith(`${below}@`))?.[1];
  const under = id === undefined ? undefined : world.backings[id];
  if (under === undefined) return false;
  const capacity = known(item.capacity);
  if (capacity === undefined || capacity >= under.total) {
    world.mounts[name] = under.id;
    return true;
  }
  const speeds = {
    read: known(item.read) ?? under.readBytesPerSecond,
    write: known(item.write) ?? under.writeBytesPerSecond,
  };
  const own = newBacking(`${under.id}/${name}`, under.place, capacity, speeds);
  own.disks = under.disks;
  own.spare = under.spare;
  world.backings[own.id] = own;
  world.mounts[name] = own.id;
  ledger.readAs(
    "share with a size of its own",
    "disks of its own speed",
    "two backings of the twin share no disks",
    name,
  );
  return true;
};

/** What a server in a guest has of a storage: all its room and its disks, one for all that the guest serves. */
const servedBy = (building: Building, name: string, item: DeclaredStorage, below: string, guest: string): boolean => {
  const { world, ledger } = building;
  const id = world.mounts[below] ?? Object.entries(world.mounts).find(([mount]) => mount.startsWith(`${below}@`))?.[1];
  const under = id === undefined ? undefined : world.backings[id];
  if (under === undefined) return false;
  const own = `${under.id}/${guest}`;
  const total = known(item.capacity) ?? under.total;
  const speeds = {
    read: known(item.read) ?? under.readBytesPerSecond,
    write: known(item.write) ?? under.writeBytesPerSecond,
  };
  const backing = world.backings[own] ?? newBacking(own, under.place, total, speeds);
  backing.disks = under.disks;
  backing.spare = under.spare;
  world.backings[own] = backing;
  world.mounts[name] = own;
  ledger.readAs(
    "storage that a guest serves",
    `room and speed of ${below}, there while the guest runs`,
    "what the guest's own disk takes of it is not counted twice",
    name,
  );
  return true;
};

/** The storage of a node with the most room, on the disks that are its pool. */
const largestOf = ({ inventory }: Building, node: NodeName): string | undefined => {
  let best: { name: string; size: number } | undefined;
  for (const [name, { home, capacity }] of inventory.storages) {
    if (home.on !== "node" || inventory.nodeOf(home.node) !== node) continue;
    const size = known(capacity) ?? 0;
    if (best === undefined || size > best.size) best = { name, size };
  }
  return best?.name;
};

/** Somewhere that the network reaches, at a switch. */
const onHost = (building: Building, name: string, item: DeclaredStorage): void => {
  const { world, inventory, ledger } = building;
  const [at] = Object.keys(inventory.lab.network.switches);
  const vertex = `host:${name}`;
  if (at !== undefined) {
    const bitsPerSecond = assumed(ledger, "port of a server beside the nodes", defaults.linkBitsPerSecond, name);
    ledger.assume("switch of a server beside the nodes", at, "the declaration does not say where it hangs", name);
    world.network.links[`${name}/${at}`] = {
      id: `${name}/${at}`,
      ends: [vertex, `switch:${at}`],
      bitsPerSecond,
      members: 1,
      health: 1,
    };
  }
  const total = known(item.capacity) ?? assumed(ledger, "size of a network storage", defaults.sharedBytes, name);
  const speed = (stated: number | undefined, what: string, usual: number): number => {
    if (stated === undefined) ledger.assume(what, "that of one SSD", "its throughput is stated nowhere", name);
    return stated ?? usual;
  };
  const backing = newBacking(vertex, { kind: "host", vertex }, total, {
    read: speed(known(item.read), "reading from a network storage", 500e6),
    write: speed(known(item.write), "writing to a network storage", 400e6),
  });
  world.backings[vertex] = backing;
  world.mounts[name] = vertex;
};

/** The disks of a storage on a node; those that guests may be on where nobody says which. */
const disksOf = (
  { inventory, ledger }: Building,
  name: string,
  node: NodeName,
  stated: readonly string[] | Unknown,
): readonly string[] => {
  if (!isUnknown(stated)) return stated;
  ledger.assume("disks of a storage", "all that are for guests or a pool", stated.why, name);
  const disks = Object.entries(inventory.nodes.get(node)?.disks ?? {});
  return disks.filter(([, { use }]) => use === "guests" || use === "pool").map(([id]) => id);
};

/** Where the bytes of a storage are; false where the world has no place for them. */
const place = (building: Building, name: string, item: DeclaredStorage): boolean => {
  const { inventory, ledger } = building;
  const { home } = item;
  switch (home.on) {
    case "each node":
    case "node": {
      const refs = home.on === "node" ? [home.node] : home.nodes;
      for (const ref of refs) {
        const node = inventory.nodeOf(ref);
        if (node === undefined)
          ledger.leaveOut("storage of a node", `the node "${refText(ref)}" is declared nowhere`, name);
        else onDisks(building, name, item, node, disksOf(building, name, node, home.disks));
      }
      return true;
    }
    case "storage":
      return onStorage(building, name, item, refText(home.storage));
    case "guest": {
      const guest = inventory.guestOf(home.guest);
      const ref = guest?.node ?? home.node;
      const node = ref === undefined ? undefined : inventory.nodeOf(ref);
      const stated = known(home.storage);
      const server = refText(home.guest);
      if (stated !== undefined && servedBy(building, name, item, refText(stated), server)) return true;
      const largest = node === undefined ? undefined : largestOf(building, node);
      if (largest !== undefined && servedBy(building, name, item, largest, server)) {
        ledger.assume("storage that a backup server's datastore is on", largest, "it is the largest of its node", name);
        return true;
      }
      onHost(building, name, item);
      return true;
    }
    case "elsewhere":
      onHost(building, name, item);
      return true;
    case "cloud":
      return false;
  }
};

/** Homes that stand on another storage come after it. */
const inOrder = (
  items: readonly (readonly [string, DeclaredStorage])[],
): readonly (readonly [string, DeclaredStorage])[] => {
  const rank = ({ home }: DeclaredStorage): number => (home.on === "storage" ? 1 : home.on === "guest" ? 2 : 0);
  return items.toSorted(([, one], [, other]) => rank(one) - rank(other));
};

/** What a storage lies on is found by the words that the storage has for it, should it be made once more. */
const offer = ({ world }: Building, storage: Storage): void => {
  const what = storageSource(storage)?.what;
  if (what === undefined) return;
  for (const [mount, id] of Object.entries(world.mounts)) {
    const backing = mount === storage.id || mount.startsWith(`${storage.id}@`) ? world.backings[id] : undefined;
    if (backing !== undefined) backing.offers = [...new Set([...(backing.offers ?? []), what])];
  }
};

/** A directory on each node's root, which the installer makes. */
const addLocal = ({ world, inventory }: Building): void => {
  world.storages.local = {
    id: "local",
    type: "dir",
    options: dict<string | number>([
      ["path", "/var/lib/vz"],
      ["content", "iso,vztmpl,snippets,backup"],
    ]),
  };
  for (const node of inventory.nodes.keys()) world.mounts[`local@${node}`] ??= `${node}/root`;
};

const forget = ({ world }: Building, name: string): void => {
  delete world.storages[name];
  for (const mount of Object.keys(world.mounts))
    if (mount === name || mount.startsWith(`${name}@`)) delete world.mounts[mount];
};

/** The entries of storage.cfg and what each lies on; `local`, which every installed node has, comes first. */
export const buildStorages = (building: Building): void => {
  const { world, inventory, ledger } = building;
  if (!inventory.storages.has("local")) {
    ledger.assume("storage `local`", "a directory on each node's root", "every installed node has it", "local");
    addLocal(building);
  }
  for (const [name, item] of inOrder([...inventory.storages])) {
    if (item.kind === "s3") {
      ledger.leaveOut("object storage", "it is no storage of Proxmox VE's, and nothing copies to it in the twin", name);
      continue;
    }
    const type = storageTypeOf(item);
    if (type === undefined || !place(building, name, item)) {
      ledger.leaveOut("storage", "what it lies on is not in the twin", name);
      continue;
    }
    const options = entryOf(building, name, item, type);
    const nodes = storageNodesOf(inventory, item);
    if (nodes !== undefined) options.nodes = nodes.join(",");
    if (item.shared && (type === "dir" || type === "btrfs" || type === "lvm")) options.shared = 1;
    world.storages[name] = { id: name, type, options };
    offer(building, world.storages[name]);
  }
  for (const backing of Object.values(world.backings))
    if (backing.history.length === 0) backing.history = [[world.now - 3_600_000, 0]];
};

/** What the declared storages would lie on, and of the storages themselves only `local`. */
export const buildStorageHardware = (building: Building): void => {
  buildStorages(building);
  for (const name of Object.keys(building.world.storages)) if (name !== "local") forget(building, name);
  addLocal(building);
};
