import { refText } from "@orrery/model";
import type { Properties } from "../../compare/value.ts";
import { bySlot, diskSlots } from "./reading.ts";
import type { SeenGuest } from "./seen.ts";
import type { Spec } from "./spec.ts";

/** A guest whose disks are where those of a declared one are looked for: itself, or the template that it is made from. */
export type Like = Pick<SeenGuest, "type" | "properties" | "ha">;

type Disk = Spec["disks"][number];

/** Those that it boots from first, in their order. */
const bootFirst = (properties: Properties): string[] => {
  const order = Array.isArray(properties.boot) ? properties.boot : [];
  const rank = (slot: string): number => (order.includes(slot) ? order.indexOf(slot) : order.length);
  return diskSlots(properties).toSorted((one, other) => rank(one) - rank(other) || bySlot(one, other));
};

const isSame = ({ storage, size }: Disk, properties: Properties, slot: string): boolean =>
  properties[slot] === refText(storage) && properties[`${slot}.size`] === String(size);

/**
 * The slots of a VM's disks. One that names none is looked for among the disks that are there, so that a disk with data
 * is never taken for another because nobody wrote down which bus it is on: where it usually is, then one that is like
 * it, then the next. What is left is new, and gets the next slots that are free.
 */
const vmSlots = (disks: readonly Disk[], like: Like | undefined, others: ReadonlySet<string>): string[] => {
  const properties = like?.type === "qemu" ? like.properties : {};
  const stated = new Set(disks.flatMap(({ slot }) => slot ?? []));
  const there = bootFirst(properties).filter((slot) => !stated.has(slot) && !others.has(slot));
  const slots: (string | undefined)[] = disks.map(({ slot }) => slot);
  const place = (find: (disk: Disk, index: number) => string | undefined): void => {
    for (const [index, disk] of disks.entries()) {
      const found = slots[index] === undefined ? find(disk, index) : undefined;
      if (found === undefined) continue;
      slots[index] = found;
      if (there.includes(found)) there.splice(there.indexOf(found), 1);
    }
  };
  place((disk, index) => there.find((slot) => slot === `scsi${index}` && isSame(disk, properties, slot)));
  place((disk) => there.find((slot) => isSame(disk, properties, slot)));
  place((_, index) => there.find((slot) => slot === `scsi${index}`));
  place(() => there[0]);
  const isTaken = (slot: string): boolean => slots.includes(slot) || others.has(slot) || properties[slot] !== undefined;
  place(() => Array.from({ length: 31 }, (_, at) => `scsi${at}`).find((slot) => !isTaken(slot)));
  return slots.map((slot, index) => slot ?? `scsi${index}`);
};

/** The slots of disks, of which those of a container have an order of their own. */
export const slotsOf = (spec: Spec, like: Like | undefined): string[] => {
  if (spec.type === "lxc")
    return spec.disks.map(({ slot }, index) => slot ?? (index === 0 ? "rootfs" : `mp${index - 1}`));
  const others = new Set([
    ...(spec.drives ?? []).map(({ slot }) => slot),
    ...(spec.cloudInit === undefined ? [] : [spec.cloudInit.slot]),
  ]);
  return vmSlots(spec.disks, like, others);
};
