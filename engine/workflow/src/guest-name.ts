import type { World } from "@orrery/twin-world";

/** The name of a guest, by its VMID in words; undefined where there is no such guest, or it has none. */
export const guestName = (world: World, vmid: string | number): string | undefined => {
  const config = world.guests[vmid]?.config;
  const name = config?.name ?? config?.hostname;
  return name === undefined ? undefined : `${name}`;
};
