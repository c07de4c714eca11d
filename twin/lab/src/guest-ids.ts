import { known, type VmId } from "@orrery/model";
import type { Building } from "./building.ts";

/** A number for each: its own where it is declared and free, else the next free one from `first` on. */
export const drawIds = (
  { ledger, world }: Building,
  wanted: readonly { readonly name: string; readonly id: VmId | object }[],
  first: number,
): number[] => {
  const taken = new Set(Object.keys(world.guests).map(Number));
  const stated = wanted.map(({ id }) => known(id));
  const given = wanted.map(({ name }, index) => {
    const id = stated[index];
    if (typeof id !== "number") return undefined;
    if (!taken.has(id)) {
      taken.add(id);
      return id;
    }
    ledger.assume("id of a guest", "the next free one", `${id} is declared twice`, name);
    return undefined;
  });
  let next = first;
  return given.map((id, index) => {
    if (id !== undefined) return id;
    while (taken.has(next)) next += 1;
    taken.add(next);
    if (typeof stated[index] !== "number")
      ledger.assume(
        "id of a guest",
        `from ${first} on, in the order of the lab`,
        "it is stated nowhere",
        wanted[index]?.name ?? "",
      );
    return next;
  });
};
