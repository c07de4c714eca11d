import type { Inventory, NodeName } from "@orrery/model";
import type { World } from "@orrery/twin-world";
import type { Ledger } from "./assumption.ts";

/** A world being built from a lab. */
export type Building = {
  readonly world: World;
  readonly inventory: Inventory;
  readonly ledger: Ledger;
  /** `NODE/DISK` as declared, to the device paths that it became. */
  readonly devices: Map<string, string[]>;
  /** `NODE/DEVICE` as declared, to its address on the PCI bus. */
  readonly pci: Map<string, string>;
  /** Addresses that are taken, as numbers. */
  readonly addresses: Set<number>;
};

export const diskDevices = ({ devices }: Building, node: NodeName, disks: readonly string[]): string[] =>
  disks.flatMap((disk) => devices.get(`${node}/${disk}`) ?? []);
