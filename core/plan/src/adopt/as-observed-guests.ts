import {
  type Guest,
  type GuestDisk,
  type GuestNic,
  inventoryOf,
  known,
  type Lab,
  nodeName,
  refText,
} from "@orrery/model";
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

/** On another node: a copy that was kept there is from then on kept where the guest was, as Proxmox itself sees to. */
const movedTo = (guest: Guest, name: string | undefined): Guest => {
  const node = nodeName.safeParse(name, { jitless: true });
  if (!node.success || refText(guest.node) === node.data) return guest;
  const replication = guest.replication.map((copy) =>
    refText(copy.to) === node.data ? { ...copy, to: guest.node } : copy,
  );
  return { ...guest, node: node.data, replication };
};

/** Guests: those that nobody declares as well, each on the node where it is, or where the actions leave it. */
export const guestsAs = ({ lab, seen, state, shown, added, nodeOf, changed }: Taking): Lab["guests"] => {
  const vmidOf = vmidsOf(inventoryOf(lab), state);
  const byVmid = new Map(seen.guests.items.map((guest) => [known(guest.id), guest]));
  const there = valueIn(state.guests) ?? {};
  const jobs = changed("replication job");
  const declared = lab.guests.items.flatMap((guest): Guest[] => {
    const vmid = vmidOf(guest.name);
    if (vmid === undefined) return [guest];
    const was = byVmid.get(vmid);
    const one = shown({ kind: "guest", id: String(vmid) });
    if (one.as === "absent") return [];
    const now = movedTo(was === undefined ? guest : guestAs(guest, was, one), there[vmid]?.node);
    return [movedTo({ ...now, ...protectionOf(guest, vmid, was, shown, jobs) }, nodeOf(vmid))];
  });
  const others = added("guest").flatMap((id) => {
    const guest = byVmid.get(Number(id));
    return guest === undefined ? [] : [movedTo(guest, nodeOf(Number(id)))];
  });
  return { ...lab.guests, items: [...declared, ...others] };
};
