import type { Planning } from "../kind.ts";
import { diskSlots } from "./reading.ts";
import type { SeenGuest } from "./seen.ts";
import type { Wanted } from "./wanted.ts";

const macsOf = (properties: Wanted["properties"]): string[] =>
  Object.entries(properties).flatMap(([key, value]) =>
    /\.(?:macaddr|hwaddr)$/.test(key) && typeof value === "string" ? [value] : [],
  );

/** Whether a guest of another name is the declared one all the same: it has a declared address, or the same hardware. */
const isAkin = (wanted: Wanted, seen: SeenGuest): boolean => {
  const macs = new Set(macsOf(seen.properties));
  if (macsOf(wanted.properties).some((mac) => macs.has(mac))) return true;
  const same = (key: string): boolean => wanted.properties[key] === seen.properties[key];
  const slots = diskSlots(seen.properties);
  return (
    seen.type === wanted.spec.type &&
    same("memory") &&
    same("cores") &&
    slots.length === wanted.disks.length &&
    wanted.disks.every(({ slot }) => same(slot) && same(`${slot}.size`))
  );
};

/** Why a guest under a declared number is somebody else's and not the declared one under another name. */
export const strangerAt = (_: Planning, wanted: Wanted, seen: SeenGuest): string | undefined => {
  const { spec, vmid } = wanted;
  if (seen.marked || seen.name === spec.name || isAkin(wanted, seen)) return undefined;
  return `${vmid} is the number of ${seen.name ?? "a guest without a name"}, which bears no mark and has neither the addresses nor the hardware of ${spec.name}: give ${spec.name} another number, or rename that guest if it is the one`;
};
