import type { PveVersion } from "@orrery/contract";
import type { Inventory } from "@orrery/model";
import { newGuestOptions } from "./creation.ts";
import { specsOf } from "./spec.ts";
import { readWanted } from "./wanted.ts";

/** What a declared guest or template is made with. */
export type GuestLines = {
  /** Options as Proxmox is asked for them; a disk that is yet to be made is `STORAGE:GIB` with its options. */
  readonly options: Readonly<Record<string, string>>;
  /** The slots of its declared disks, in the order of the declaration. */
  readonly slots: readonly string[];
};

/**
 * What Proxmox would be asked for to make a guest or a template of nothing, without secrets and without the mark.
 *
 * @param index its place in `guests.items` or `templates.items`
 */
export const guestLines = (
  { inventory, contract }: { readonly inventory: Inventory; readonly contract: PveVersion },
  kind: "guest" | "template",
  index: number,
  vmid: number,
): GuestLines | undefined => {
  const spec = specsOf(inventory.lab)[kind][index];
  if (spec === undefined) return undefined;
  const wanted = readWanted({ inventory, contract }, spec, vmid, undefined);
  return { options: newGuestOptions(wanted, contract, undefined), slots: wanted.disks.map(({ slot }) => slot) };
};
