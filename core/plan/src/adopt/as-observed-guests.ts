import { type Guest, type GuestDisk, type GuestNic, inventoryOf, known, type Lab, nodeName } from "@orrery/model";
import { valueIn } from "@orrery/state";
import { vmidsOf } from "../compare/vmids.ts";
import { sidOf } from "../kinds/protection/sid.ts";
import type { Shown, Taking } from "./as-observed.ts";

const ofDisks = /^(?:scsi|virtio|sata|ide|mp)\d+(?:\.|$)|^rootfs(?:\.|$)/;
const ofNics = /^(?:net|ipconfig)\d+(?:\.|$)/;
const ofCpus = /^(?:cores|sockets|vcpus)$/;

const isAny = (properties: ReadonlySet<string>, pattern: RegExp): boolean =>
  [...properties].some((property) => pattern.test(property));

/** How much is written no API tells: of a disk that stands where the declared one does, what is declared. */
const disksOf = (declared: readonly GuestDisk[], seen: readonly GuestDisk[]): GuestDisk[] =>
  seen.map((disk, index) => {
    const { used, name } = declared[index] ?? {};
    return { ...disk, ...(used === undefined ? {} : { used }), ...(name === undefined ? {} : { name }) };
  });

/** A virtual machine's address is its own affair. */
const nicsOf = (declared: readonly GuestNic[], seen: readonly GuestNic[]): GuestNic[] =>
  seen.map((nic, index) => {
    const address = declared[index]?.address;
    return address === undefined ? nic : { ...nic, address };
  });

/** The fields that were found to differ, as they were observed. */
const observedFields = (declared: Guest, seen: Guest, properties: ReadonlySet<string>): Partial<Guest> => {
  const { pool, state, vcpus, memory, disks, nics, tags } = seen;
  return {
    ...(properties.has("status") ? { state } : {}),
    ...(isAny(properties, ofCpus) ? { vcpus } : {}),
    ...(properties.has("memory") ? { memory } : {}),
    ...(isAny(properties, ofDisks) ? { disks: disksOf(declared.disks, disks) } : {}),
    ...(isAny(properties, ofNics) ? { nics: nicsOf(declared.nics, nics) } : {}),
    ...(properties.has("tags") ? { tags } : {}),
    ...(properties.has("pool") && pool !== undefined ? { pool } : {}),
  };
};

const withoutPool = (guest: Guest): Guest => {
  const { pool: _, ...others } = guest;
  return others;
};

/** Whether HA looks after it, and the copies on other nodes: objects of their own, and fields of a guest. */
const protectionOf = (
  guest: Guest,
  vmid: number,
  seen: Guest | undefined,
  shown: Taking["shown"],
  jobs: readonly string[],
): Partial<Guest> => {
  const ha = shown({ kind: "ha resource", id: sidOf(guest.kind, vmid) }).as;
  const isOther = jobs.some(
    (id) => id.startsWith(`${vmid}-`) && shown({ kind: "replication job", id }).as !== "declared",
  );
  return {
    ...(ha === "declared" ? {} : { ha: seen?.ha ?? false }),
    ...(isOther ? { replication: seen?.replication ?? [] } : {}),
  };
};

const guestAs = (guest: Guest, seen: Guest, shown: Shown): Guest => {
  if (shown.as !== "observed") return guest;
  const { properties } = shown;
  const merged = { ...guest, ...observedFields(guest, seen, properties) };
  return properties.has("pool") && seen.pool === undefined ? withoutPool(merged) : merged;
};

/** Guests: those that nobody declares as well, each on the node where it is, or where the actions leave it. */
export const guestsAs = ({ lab, seen, state, shown, added, nodeOf, changed }: Taking): Lab["guests"] => {
  const vmidOf = vmidsOf(inventoryOf(lab), state);
  const byVmid = new Map(seen.guests.items.map((guest) => [known(guest.id), guest]));
  const there = valueIn(state.guests) ?? {};
  const placed = (guest: Guest, vmid: number): Guest => {
    const node = nodeName.safeParse(nodeOf(vmid) ?? there[vmid]?.node, { jitless: true });
    return node.success ? { ...guest, node: node.data } : guest;
  };
  const jobs = changed("replication job");
  const declared = lab.guests.items.flatMap((guest): Guest[] => {
    const vmid = vmidOf(guest.name);
    if (vmid === undefined) return [guest];
    const was = byVmid.get(vmid);
    const one = shown({ kind: "guest", id: String(vmid) });
    if (one.as === "absent") return [];
    const now = was === undefined ? guest : guestAs(guest, was, one);
    return [{ ...placed(now, vmid), ...protectionOf(guest, vmid, was, shown, jobs) }];
  });
  const others = added("guest").flatMap((id) => {
    const guest = byVmid.get(Number(id));
    return guest === undefined ? [] : [placed(guest, Number(id))];
  });
  return { ...lab.guests, items: [...declared, ...others] };
};
