import { type Guest, inventoryOf, isUnknown, type Lab, type Storage, type Unknown } from "@orrery/model";
import { disksOf, findVolume, memoryOf, type World } from "@orrery/twin-world";
import { Ledger } from "./assumption.ts";
import type { Building } from "./building.ts";
import { unlisted } from "./guests.ts";

const or = <T>(value: T | Unknown, otherwise: T | undefined): T | Unknown =>
  isUnknown(value) && otherwise !== undefined ? otherwise : value;

/** The backing that a storage's bytes lie on; any of its instances, as all were assumed alike. */
const backingOf = (world: World, name: string): World["backings"][string] | undefined => {
  const mount = world.mounts[name] ?? Object.entries(world.mounts).find(([key]) => key.startsWith(`${name}@`))?.[1];
  return mount === undefined ? undefined : world.backings[mount];
};

const filledStorage = (world: World, name: string, storage: Storage): Storage => {
  const backing = backingOf(world, name);
  return {
    ...storage,
    read: or(storage.read, backing?.readBytesPerSecond),
    write: or(storage.write, backing?.writeBytesPerSecond),
  };
};

const filledGuest = (world: World, guest: Guest): Guest => {
  const made = Object.values(world.guests).find(
    ({ config }) => config.name === guest.name || config.hostname === guest.name,
  );
  if (made === undefined) return guest;
  const volumes = disksOf(made).map(({ volid }) => findVolume(world, made.node, volid)?.volume);
  return {
    ...guest,
    id: or(guest.id, made.vmid),
    memory: or(guest.memory, memoryOf(made)),
    bootTime: or(guest.bootTime, made.bootMs / 1000),
    ha: or(guest.ha, false),
    disks: guest.disks.map((disk, index) => ({ ...disk, used: or(disk.used, volumes[index]?.used) })),
  };
};

/**
 * A declaration with the numbers that its twin has and it does not say, so that what is worked out of it and what is
 * measured on the twin rest on the same. Guests that are declared nowhere and must be there are among its guests.
 */
export const filledBy = (world: World, lab: Lab): Lab => {
  const inventory = inventoryOf(lab);
  const building: Pick<Building, "inventory" | "ledger"> = { inventory, ledger: new Ledger() };
  const nodes = Object.entries(lab.cluster.nodes).map(([name, node]) => [
    name,
    { ...node, bootTime: or(node.bootTime, world.nodes[name]?.bootSeconds) },
  ]);
  const items = Object.entries(lab.storage.items).map(([name, storage]) => [name, filledStorage(world, name, storage)]);
  return {
    ...lab,
    cluster: { ...lab.cluster, nodes: Object.fromEntries(nodes) },
    storage: { ...lab.storage, items: Object.fromEntries(items) },
    guests: {
      ...lab.guests,
      items: [...lab.guests.items, ...unlisted(building)].map((guest) => filledGuest(world, guest)),
    },
  };
};
