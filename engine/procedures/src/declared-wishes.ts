import { known, type Lab } from "@orrery/model";
import type { PlacementWishes } from "./placement-of.ts";

/**
 * What a declaration adds to what a procedure can see: what is kept for nodes, and what guests do when theirs drains.
 *
 * @param nameOf the name that a guest has on the cluster; undefined where there is no such guest
 */
export const declaredWishes = (lab: Lab, nameOf: (vmid: number) => string | undefined): PlacementWishes => {
  const guests = new Map(lab.guests.items.map(({ name, onDrain }) => [String(name), known(onDrain)] as const));
  return {
    onDrain: (vmid) => guests.get(nameOf(vmid) ?? ""),
    reserve: (node) => known(lab.cluster.nodes[node]?.memoryReserve),
  };
};
