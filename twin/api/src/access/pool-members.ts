import type { World } from "@orrery/twin-world";

/** The pools that each guest is in; a guest in none is not there. */
export const poolsByGuest = ({ pools }: World): ReadonlyMap<number, readonly string[]> => {
  const found = new Map<number, string[]>();
  for (const [poolid, { vmids }] of Object.entries(pools)) {
    for (const vmid of vmids) {
      const others = found.get(vmid);
      if (others === undefined) found.set(vmid, [poolid]);
      else others.push(poolid);
    }
  }
  return found;
};
