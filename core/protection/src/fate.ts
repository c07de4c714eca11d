import { componentName, type Guest, type Inventory, type NodeName, refText } from "@orrery/model";
import { homeComponents } from "./home.ts";
import type { Loss } from "./loss.ts";

/** Guests on one node with their disks on the same storages: what takes the data of one takes that of all. */
export type Footing = {
  readonly node: NodeName | undefined;
  /** What their disks stand on, by name. */
  readonly on: ReadonlySet<string>;
  readonly guests: readonly Guest[];
};

/** Every guest by its footing, in declared order. */
export const footingsOf = (inventory: Inventory): readonly Footing[] => {
  const footings = new Map<string, { node: NodeName | undefined; on: ReadonlySet<string>; guests: Guest[] }>();
  for (const guest of inventory.lab.guests.items) {
    const node = inventory.nodeOf(guest.node);
    const storages = [...new Set(guest.disks.map(({ storage }) => storage))];
    const key = `${node ?? ""} ${storages.map(refText).join(" ")}`;
    let footing = footings.get(key);
    if (footing === undefined) {
      const on = storages.flatMap((storage) => homeComponents(inventory, storage, node).on.map(componentName));
      footing = { node, on: new Set(on), guests: [] };
      footings.set(key, footing);
    }
    footing.guests.push(guest);
  }
  return [...footings.values()];
};

export type Taken = {
  /** Their disks are gone, or out of reach. */
  readonly lost: readonly Guest[];
  /** Their node is gone, and their disks are not. */
  readonly down: readonly Guest[];
};

const overlap = (on: ReadonlySet<string>, failed: ReadonlySet<string>): boolean => {
  for (const name of on) if (failed.has(name)) return true;
  return false;
};

/** What a loss does to guests. A site takes all; a guest that fails is one whose disks are to be restored. */
export const takenBy = (inventory: Inventory, footings: readonly Footing[], loss: Loss): Taken => {
  if (loss.site) return { lost: inventory.lab.guests.items, down: [] };
  const lost: Guest[] = [];
  const down: Guest[] = [];
  const failed: Guest[] = [];
  for (const name of loss.failed)
    if (name.startsWith("guest ")) failed.push(...(inventory.guests.get(name.slice("guest ".length)) ?? []));
  if (failed.length === loss.failed.size) return { lost: failed, down };
  const already = new Set(failed);
  for (const { node, on, guests } of footings) {
    const into = overlap(on, loss.failed)
      ? lost
      : node !== undefined && loss.failed.has(`node ${node}`)
        ? down
        : undefined;
    for (const guest of into === undefined ? [] : guests) if (!already.has(guest)) into?.push(guest);
  }
  return { lost: [...failed, ...lost], down };
};

/** Why a guest that went with its node cannot run on what is left: a device that only that node has. */
export const deviceLost = (guest: Guest, loss: Loss, inventory: Inventory): string | undefined => {
  const node = inventory.nodeOf(guest.node);
  if (loss.site || node === undefined || !loss.failed.has(`node ${node}`)) return undefined;
  for (const name of guest.devices) {
    const device = inventory.nodes.get(node)?.devices[name];
    if (device === undefined) continue;
    const elsewhere = [...inventory.nodes].some(
      ([other, { devices }]) =>
        !loss.failed.has(`node ${other}`) &&
        Object.values(devices).some((one) => one.kind === device.kind && one.model === device.model),
    );
    if (!elsewhere) return `it needs ${device.model}, which only ${node} has`;
  }
  return undefined;
};
