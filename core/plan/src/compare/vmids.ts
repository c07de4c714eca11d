import { type Inventory, known } from "@orrery/model";
import { type ClusterState, valueIn } from "@orrery/state";

/**
 * The VMID of each declared guest and template: the declared one; or that of the one guest that is observed under its
 * name; or, in the order of the declaration, the lowest from 100 on that nobody has and nobody is declared to have.
 */
export const vmidsOf = (inventory: Inventory, state: ClusterState): ((name: string) => number | undefined) => {
  const { guests, templates } = inventory.lab;
  const all = [...(templates?.items ?? []), ...guests.items];
  const observed = Object.values(valueIn(state.guests) ?? {});
  const taken = new Set<number>(observed.map(({ vmid }) => vmid));
  for (const { id } of all) {
    const vmid = known(id);
    if (vmid !== undefined) taken.add(vmid);
  }
  const byName = new Map<string, number[]>();
  for (const { vmid, presence } of observed) {
    const name = valueIn(presence)?.name;
    if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), vmid]);
  }
  const found = new Map<string, number>();
  let next = 100;
  for (const { name, id } of all) {
    const stated = known(id);
    const same = byName.get(name);
    if (stated !== undefined) found.set(name, stated);
    else if (same?.length === 1 && same[0] !== undefined) found.set(name, same[0]);
    else if (state.guests.kind === "observed" && same === undefined) {
      while (taken.has(next)) next += 1;
      taken.add(next);
      found.set(name, next);
    }
  }
  return (name) => found.get(name);
};
