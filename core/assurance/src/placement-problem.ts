import {
  type Guest,
  type GuestDisk,
  type Inventory,
  isAsWritten,
  isUnknown,
  known,
  type Node,
  type NodeName,
  refText,
  type Storage,
  type StorageName,
} from "@orrery/model";
import type { Host, Item, Problem } from "@orrery/placement";
import { homeComponents } from "@orrery/protection";

/** The bytes of one instance of a storage on a node, its disks' raw size where no capacity is declared; undefined: not there, or unknown. */
export const localCapacity = ({ lab, nodeOf }: Inventory, storage: Storage, node: NodeName): number | undefined => {
  const { home } = storage;
  if (home.on !== "each node" && home.on !== "node") return undefined;
  const nodes = home.on === "node" ? [home.node] : home.nodes;
  if (!nodes.some((ref) => nodeOf(ref) === node)) return undefined;
  if (storage.capacity !== undefined) return known(storage.capacity);
  return known(home.disks)?.reduce((sum, name) => {
    const disk = lab.cluster.nodes[node]?.disks[name];
    return disk !== undefined && (disk.use === "guests" || disk.use === "pool") ? sum + disk.size * disk.count : sum;
  }, 0);
};

/** The nodes that can use a storage. */
const nodesWith = ({ nodes, nodeOf }: Inventory, storage: Storage): ReadonlySet<NodeName> => {
  const { home } = storage;
  const homes =
    home.on === "each node" ? home.nodes : home.on === "node" && !storage.shared ? [home.node] : [...nodes.keys()];
  const listed = new Set(homes.flatMap((ref) => nodeOf(ref) ?? []));
  if (storage.nodes === undefined) return listed;
  const allowed = new Set(storage.nodes.flatMap((ref) => nodeOf(ref) ?? []));
  return new Set([...listed].filter((node) => allowed.has(node)));
};

/** What a passed-through device is to a guest that moves: any alike will do. */
const deviceKind = (node: Node | undefined, name: string): string => {
  const device = node?.devices[name];
  return device === undefined ? name : `${device.kind} ${device.model}`;
};

const tally = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

/** A disk that is lost to the cluster with its node, unless it is replicated or restored. */
export const isLocal = (inventory: Inventory, disk: GuestDisk): boolean =>
  inventory.storageOf(disk.storage)?.shared === false;

/** A node of the zone that a vnet is in has a bridge of the vnet's name. */
const carriesVnet = ({ lab, nodeOf }: Inventory, node: NodeName, vnet: string): boolean => {
  const { sdn } = lab.network;
  const zone = sdn?.zones[sdn.vnets[vnet]?.zone ?? ""];
  return zone !== undefined && (zone.nodes?.some((ref) => nodeOf(ref) === node) ?? true);
};

/**
 * The node carries every VLAN of the guest on some bridge of the guest's bridges' names; unknown VLANs are taken as
 * carried, and told.
 */
const carriesVlans = (
  inventory: Inventory,
  name: NodeName,
  node: Node,
  guest: Guest,
  assume: (what: string) => void,
): boolean =>
  guest.nics.every(({ bridge: on, vlan }) => {
    const bridge = node.bridges[on];
    // A vnet is a bridge of its own, on every node of its zone.
    if (bridge === undefined) return carriesVnet(inventory, name, on);
    if (vlan === undefined || isAsWritten(vlan)) return true;
    if (!isUnknown(bridge.vlans)) return bridge.vlans.includes(vlan);
    assume(`${name}/${on} carries VLAN ${vlan} (${bridge.vlans.why})`);
    return true;
  });

/** Storages that take up what is written and not what is promised. */
const thin = new Set<Storage["kind"]>([
  "dir",
  "btrfs",
  "lvm-thin",
  "zfs",
  "nfs",
  "cifs",
  "glusterfs",
  "ceph",
  "cephfs",
  "rbd",
]);

export type PlacementInput = {
  readonly problem: Problem;
  /** Item name to guest: guests may share a name, items may not. */
  readonly guestOf: ReadonlyMap<string, Guest>;
  /** Unknowns that were taken at their best: a `fits` depends on them, an `impossible` does not. */
  readonly assumed: readonly string[];
};

/**
 * Where the lab's running guests could be, as a placement problem. A guest whose disks are all shared or replicated may
 * restart where they are; one with a local disk may be restored wherever a storage of that name has room.
 */
export const placementInput = (inventory: Inventory): PlacementInput => {
  const { lab, nodes, nodeOf } = inventory;
  const assumed = new Set<string>();
  const localStores = [...inventory.storages].filter(([, storage]) => !storage.shared);
  const hosts: Host[] = [...nodes].map(([name, node]) => {
    const reserve = known(node.memoryReserve);
    if (reserve === undefined)
      assumed.add(
        `the hosts reserve no memory (${isUnknown(node.memoryReserve) ? node.memoryReserve.why : "unknown"})`,
      );
    const storages: Record<string, number> = {};
    for (const [store, storage] of localStores) {
      const capacity = localCapacity(inventory, storage, name);
      if (capacity !== undefined) storages[store] = Math.floor(capacity);
      else if (
        storage.capacity !== undefined &&
        isUnknown(storage.capacity) &&
        nodesWith(inventory, storage).has(name)
      ) {
        assumed.add(`${store} has room (${storage.capacity.why})`);
        storages[store] = Number.MAX_SAFE_INTEGER;
      }
    }
    return {
      name,
      memoryBytes: Math.max(0, Math.floor(node.memory - (reserve ?? 0))),
      ...(lab.cluster.cpuOvercommit === undefined
        ? {}
        : { vcpuLimit: Math.floor(node.cpu.threads * lab.cluster.cpuOvercommit) }),
      devices: tally(Object.keys(node.devices).map((device) => deviceKind(node, device))),
      storages,
    };
  });
  const withStorage = new Map<StorageName, ReadonlySet<NodeName>>(
    [...inventory.storages].map(([name, storage]) => [
      name,
      new Set([...nodesWith(inventory, storage)].filter((node) => localCapacity(inventory, storage, node) !== 0)),
    ]),
  );
  /** The nodes that a shared storage goes with. */
  const servers = new Map<StorageName, ReadonlySet<NodeName>>(
    [...inventory.storages].map(([name, storage]) => [
      name,
      new Set(
        storage.shared
          ? homeComponents(inventory, name).on.flatMap((one) => (one.kind === "node" ? [one.node] : []))
          : [],
      ),
    ]),
  );
  const bytesOf = (disk: GuestDisk): number => {
    if (!thin.has(inventory.storageOf(disk.storage)?.kind ?? "dir")) return Math.ceil(disk.size);
    if (isUnknown(disk.used)) assumed.add(`disks take no room (${disk.used.why})`);
    return Math.ceil(known(disk.used) ?? 0);
  };
  const guestOf = new Map<string, Guest>();
  const items: Item[] = [];
  for (const [index, guest] of lab.guests.items.entries()) {
    if (guest.state !== "running") continue;
    const name = guestOf.has(guest.name) ? `${guest.name} (entry ${index + 1})` : guest.name;
    guestOf.set(name, guest);
    const host = nodeOf(guest.node);
    const home = host === undefined ? undefined : nodes.get(host);
    if (isUnknown(guest.memory)) assumed.add(`${guest.name} needs no memory (${guest.memory.why})`);
    if (host === undefined) assumed.add(`${guest.name} takes no room ("${refText(guest.node)}" is no declared node)`);
    for (const { storage } of guest.disks)
      if (inventory.storageOf(storage) === undefined)
        assumed.add(`every node reaches the disks of ${guest.name} ("${refText(storage)}" is no declared storage)`);
    // What a shared storage's server takes with it is out of reach of every other node.
    const goneWithHost =
      host !== undefined && guest.disks.some(({ storage }) => servers.get(refText(storage))?.has(host) === true);
    const replicated = new Set(guest.replication.flatMap((copy) => nodeOf(copy.to) ?? []));
    const allowed = [...nodes].flatMap(([node, hardware]) => {
      if (goneWithHost && node !== host) return [];
      const reachable = guest.disks.every((disk) => {
        const storage = inventory.storageOf(disk.storage);
        return (
          storage === undefined ||
          node === host ||
          withStorage.get(isAsWritten(disk.storage) ? disk.storage.text : disk.storage)?.has(node) === true
        );
      });
      const copied =
        replicated.size === 0 || replicated.has(node) || !guest.disks.some((disk) => isLocal(inventory, disk));
      return reachable && copied && carriesVlans(inventory, node, hardware, guest, (what) => assumed.add(what))
        ? [node]
        : [];
    });
    items.push({
      name,
      memoryBytes: Math.ceil(known(guest.memory) ?? 0),
      vcpus: guest.vcpus,
      ...(host === undefined ? {} : { host }),
      devices: tally(guest.devices.map((device) => deviceKind(home, device))),
      ...(allowed.length === nodes.size ? {} : { allowed }),
      disks: guest.disks.flatMap((disk) =>
        isLocal(inventory, disk) && !isAsWritten(disk.storage) ? [{ storage: disk.storage, bytes: bytesOf(disk) }] : [],
      ),
      onLoss: "restart",
    });
  }
  return { problem: { hosts, items }, guestOf, assumed: [...assumed] };
};
