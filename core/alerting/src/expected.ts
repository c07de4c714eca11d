import { type Guest, type Inventory, known } from "@orrery/model";

/** A guest as it should be, by the declaration. Templates and what nobody declared are none. */
export type ExpectedGuest = {
  readonly guest: Guest;
  readonly name: string;
  /** `qemu/101`; left out where its number is not known. */
  readonly id?: string;
  readonly state: "running" | "stopped";
};

/** What each declared guest should be. A guest that is on no cluster any more has no series, and so no alert. */
export const expectedGuests = ({ lab }: Inventory): readonly ExpectedGuest[] =>
  lab.guests.items.map((guest) => {
    const vmid = known(guest.id);
    return {
      guest,
      name: guest.name,
      ...(vmid === undefined ? {} : { id: `${guest.kind === "vm" ? "qemu" : "lxc"}/${vmid}` }),
      state: guest.state,
    };
  });
