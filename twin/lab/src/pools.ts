import type { Building } from "./building.ts";

/** The pools, and the guests that say they are in one. */
export const buildPools = ({ world, inventory }: Building, vmids: ReadonlyMap<string, number>): void => {
  const { pools, guests } = inventory.lab;
  for (const [id, { purpose }] of Object.entries(pools?.items ?? {})) {
    const vmidsIn = guests.items.flatMap(({ name, pool }) => (pool === id ? (vmids.get(name) ?? []) : []));
    world.pools[id] = { comment: purpose ?? "", vmids: vmidsIn, storages: [] };
  }
};
