import type { Building } from "./building.ts";

/** The pools, and the guests and templates that say they are in one. */
export const buildPools = (
  { world, inventory }: Building,
  vmids: ReadonlyMap<string, number>,
  templateIds: ReadonlyMap<string, number>,
): void => {
  const { pools, guests, templates } = inventory.lab;
  for (const [id, { purpose }] of Object.entries(pools?.items ?? {})) {
    const vmidsIn = guests.items.flatMap(({ name, pool }) => (pool === id ? (vmids.get(name) ?? []) : []));
    const templatesIn = (templates?.items ?? []).flatMap(({ name, pool }) =>
      pool === id ? (templateIds.get(name) ?? []) : [],
    );
    world.pools[id] = { comment: purpose ?? "", vmids: [...vmidsIn, ...templatesIn], storages: [] };
  }
};
