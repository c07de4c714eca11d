import { type Guest, type Inventory, known } from "@orrery/model";
import type { GuestState } from "@orrery/state";
import type { DerivedGuest } from "./derived.ts";
import type { Names } from "./policy.ts";
import { ownName } from "./sizes.ts";

/** A guest as it becomes an item: of the cluster, or of the declaration alone. */
export interface Part {
  readonly name: string;
  readonly guest?: GuestState;
  readonly declared?: Guest;
  readonly placing: boolean;
}

/** `web01 (101)`; names are taken twice, VMIDs are not. */
export const nameOf = (guest: GuestState): string => {
  const name = ownName(guest);
  return name === undefined ? `${guest.vmid}` : `${name} (${guest.vmid})`;
};

export const derivedGuest = ({ guest, declared, name, placing }: Part): DerivedGuest =>
  guest === undefined
    ? { kind: declared?.kind === "ct" ? "lxc" : "qemu", name }
    : {
        vmid: guest.vmid,
        kind: guest.kind,
        name: ownName(guest) ?? `${guest.vmid}`,
        ...(placing ? {} : { node: guest.node }),
      };

/** The declared guest that an observed one is: by its VMID, else by its name where only one has it. */
const declaredGuest = (inventory: Inventory | undefined, guest: GuestState): Guest | undefined => {
  const byId = inventory?.lab.guests.items.find(({ id }) => known(id) === guest.vmid);
  if (byId !== undefined) return byId;
  const named = inventory?.guests.get(ownName(guest) ?? "") ?? [];
  return named.length === 1 && known(named[0]?.id) === undefined ? named[0] : undefined;
};

export const partsOf = (
  guests: readonly GuestState[],
  running: readonly GuestState[],
  inventory: Inventory | undefined,
  placing: readonly (number | string)[],
): { parts: Part[]; notPlaceable: { asked: number | string; why: string }[] } => {
  const part = (guest: GuestState, isPlaced: boolean): Part => {
    const declared = declaredGuest(inventory, guest);
    return { name: nameOf(guest), guest, ...(declared === undefined ? {} : { declared }), placing: isPlaced };
  };
  const parts = running.map((guest) => part(guest, false));
  const notPlaceable: { asked: number | string; why: string }[] = [];
  for (const asked of new Set(placing)) {
    const found = guests.filter((guest) => `${guest.vmid}` === `${asked}` || ownName(guest) === asked);
    const [guest] = found;
    const named = inventory?.guests.get(`${asked}`) ?? [];
    const [declared] = named;
    if (found.length > 1 || (guest === undefined && named.length > 1))
      notPlaceable.push({ asked, why: "several guests have that name" });
    else if (guest !== undefined && running.includes(guest))
      notPlaceable.push({ asked, why: `it runs on ${guest.node} already` });
    else if (guest !== undefined) parts.push(part(guest, true));
    else if (declared !== undefined) parts.push({ name: declared.name, declared, placing: true });
    else notPlaceable.push({ asked, why: "there is no such guest, in the cluster or declared" });
  }
  return { parts, notPlaceable };
};

export const namesOf = (parts: readonly Part[]): Names => {
  const byVmid = new Map(
    parts.flatMap(({ guest, name }) => (guest === undefined ? [] : [[guest.vmid, name] as const])),
  );
  const byLabName = Map.groupBy(
    parts.filter(({ declared }) => declared !== undefined),
    ({ declared }) => `${declared?.name ?? ""}`,
  );
  return {
    byVmid: (vmid) => byVmid.get(vmid),
    byLabName: (name) => (byLabName.get(name) ?? []).map((part) => part.name),
  };
};
