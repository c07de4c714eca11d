import type { PveVersion } from "@orrery/contract";
import { exactSize, type LabInput, mountOf, unknown } from "@orrery/model";
import type { GuestKind } from "@orrery/state";
import { type Properties, valueText } from "../../compare/value.ts";
import { adoptedOptions, partsOf } from "./adopt-options.ts";
import { isCtDisk, isVmDisk } from "./formats.ts";
import { bySlot, diskSlots, slotKind } from "./reading.ts";

type GuestItem = LabInput["guests"]["items"][number];
type DiskItem = NonNullable<GuestItem["disks"]>[number];
type DriveItem = NonNullable<GuestItem["drives"]>[number];

const own = new Set(["size", "mp", "backup", "media"]);

const rootFirst = (one: string, other: string): number =>
  Number(other === "rootfs") - Number(one === "rootfs") || bySlot(one, other);

/** The disks on storages, in the order of their slots. */
export const adoptedDisks = (version: PveVersion, type: GuestKind, properties: Properties): DiskItem[] =>
  diskSlots(properties)
    .toSorted(rootFirst)
    .map((slot, index): DiskItem => {
      const usual = type === "qemu" ? `scsi${index}` : index === 0 ? "rootfs" : `mp${index - 1}`;
      const mount = properties[`${slot}.mp`];
      const options = adoptedOptions(
        version,
        type,
        slot,
        partsOf(properties, slot).filter(([part]) => !own.has(part)),
      );
      const isSaved = slot.startsWith("mp")
        ? properties[`${slot}.backup`] === "1"
        : properties[`${slot}.backup`] !== "0";
      return {
        storage: valueText(properties[slot]),
        size: exactSize(Number(valueText(properties[`${slot}.size`]))),
        used: unknown("the cluster tells provisioned sizes"),
        ...(isSaved ? {} : { backup: false }),
        ...(slot === usual ? {} : { slot }),
        ...(typeof mount === "string" && mount !== mountOf({}, index) ? { mount } : {}),
        ...(Object.keys(options).length === 0 ? {} : { options }),
      };
    });

/** CD drives, and what is the node's: all that is in a slot and is no disk on a storage, but the drive of cloud-init. */
export const adoptedDrives = (
  version: PveVersion,
  type: GuestKind,
  properties: Properties,
  cloudInit: string | undefined,
): DriveItem[] =>
  Object.keys(properties)
    .filter((key) => (isVmDisk(key) || isCtDisk(key)) && key !== cloudInit && slotKind(properties, key) !== "disk")
    .toSorted(bySlot)
    .map((slot): DriveItem => {
      const file = valueText(properties[slot]);
      const mount = properties[`${slot}.mp`];
      const kind = slotKind(properties, slot);
      const options = adoptedOptions(
        version,
        type,
        slot,
        partsOf(properties, slot).filter(([part]) => part !== "mp" && part !== "media"),
      );
      return {
        slot,
        ...(kind === "device" && type === "qemu" ? { media: "disk" } : {}),
        ...(file === "none" ? {} : { file }),
        ...(typeof mount === "string" ? { mount } : {}),
        ...(Object.keys(options).length === 0 ? {} : { options }),
      };
    });
