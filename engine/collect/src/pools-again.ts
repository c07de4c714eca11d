import type { PoolState } from "@orrery/state";
import { given, needText, rowsOf, textOf } from "./answers.ts";
import type { Reader } from "./reader.ts";
import type { GuestRow } from "./resources.ts";

/**
 * The pools by one request: their guests are in the list of resources already. Their storages are as they were seen;
 * undefined where there are other pools now.
 */
export const readPoolsAgain = async (
  reader: Reader,
  before: readonly PoolState[],
  guests: readonly GuestRow[],
): Promise<readonly PoolState[] | undefined> => {
  const known = new Map(before.map((pool) => [pool.id, pool]));
  const rows = rowsOf(await reader.ask("/pools"));
  if (rows.length !== before.length) return undefined;
  const pools = rows.map((row): PoolState | undefined => {
    const old = known.get(needText(row, "poolid"));
    if (old === undefined) return undefined;
    const vmids = guests.filter(({ presence }) => presence.pool === old.id).map(({ vmid }) => vmid);
    return { id: old.id, ...given("comment", textOf(row, "comment")), vmids, storages: old.storages };
  });
  return pools.every((pool) => pool !== undefined) ? pools : undefined;
};
