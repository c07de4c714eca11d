import { inSubnet, parseIpv4, parseSubnet } from "./address.ts";
import type { Guest } from "./guests.ts";
import type { Lab } from "./lab.ts";
import { known } from "./unknown.ts";

/** A tag as Proxmox takes it: `Team A` is `team-a`; empty where nothing is left. */
export const tagOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9_.+-]+/g, "-")
    .replace(/^[^a-z0-9_]+/, "");

/** A template's name as Proxmox takes it. */
export const templateGuestName = (name: string): string => name.replace(/[^A-Za-z0-9.-]+/g, "-");

/** Where a container has a disk that is not its root: what is declared, or `/srv/disk1`, `/srv/disk2` … by its place. */
export const mountOf = (disk: { readonly mount?: string | undefined }, index: number): string =>
  disk.mount ?? `/srv/disk${index}`;

/** The length of the prefix of an address: that of the VLAN that it lies in, or 24. */
export const prefixOf = ({ network }: Lab, address: string): number => {
  const value = parseIpv4(address) ?? 0;
  for (const { subnet } of Object.values(network.vlans)) {
    const stated = known(subnet);
    const parsed = stated === undefined ? undefined : parseSubnet(stated);
    if (parsed !== undefined && inSubnet(parsed, value)) return parsed.prefix;
  }
  return 24;
};

/** The place of each guest in the start order, by name: its own, or one after the latest that it starts after. */
export const startOrders = (guests: readonly Guest[]): Map<string, number> => {
  const byName = new Map(guests.map((guest) => [String(guest.name), guest]));
  const awaited = new Set(guests.flatMap(({ startsAfter }) => startsAfter.map(String)));
  const orders = new Map<string, number>();
  const orderOf = (name: string): number => {
    const done = orders.get(name);
    if (done !== undefined) return done;
    const guest = byName.get(name);
    const order =
      guest?.startOrder ?? 1 + Math.max(0, ...(guest?.startsAfter ?? []).map((before) => orderOf(String(before))));
    orders.set(name, order);
    return order;
  };
  for (const guest of guests)
    if (guest.startOrder !== undefined || guest.startsAfter.length > 0 || awaited.has(guest.name)) orderOf(guest.name);
  return orders;
};

export const isWindows = (os: string): boolean => /windows|server 20\d\d/i.test(os);

/** The kind of system, as Proxmox tunes a VM for it. */
export const osTypeOf = (os: string): string => {
  if (!isWindows(os)) return "l26";
  return /2022|2025|11/.test(os) ? "win11" : "win10";
};
