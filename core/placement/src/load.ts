import type { Problem } from "./problem.ts";
import type { Resource } from "./resource.ts";
import { at, type Table, tableOf } from "./table.ts";

/** What one host carries. */
export interface HostLoad {
  readonly host: string;
  readonly items: number;
  /** Every resource that something on the host takes or that it has; `room` is absent where nothing limits it. */
  readonly resources: readonly { readonly resource: Resource; readonly used: number; readonly room?: number }[];
}

/** What each host carries now, in the order of names. Throws as `absorb` does. */
export const hostLoads = (problem: Problem): HostLoad[] => loadsWith(tableOf(problem), -1, []);

/** What each host but the lost one carries once the items have moved. */
export const loadsWith = (
  table: Table,
  lost: number,
  moves: readonly { readonly item: number; readonly to: number }[],
): HostLoad[] => {
  const width = table.resources.length;
  const load = table.load.slice();
  const items = table.residents.map((residents) => residents.length);
  const shift = (item: number, host: number, sign: 1 | -1): void => {
    for (let r = 0; r < width; r++)
      load[host * width + r] = at(load, host * width + r) + sign * at(table.demand, item * width + r);
    items[host] = (items[host] ?? 0) + sign;
  };
  for (const { item, to } of moves) {
    shift(item, at(table.home, item), -1);
    shift(item, to, 1);
  }
  return table.hosts.flatMap(({ name }, host) => {
    if (host === lost) return [];
    const resources = table.resources.flatMap((resource, r) => {
      const used = at(load, host * width + r);
      const room = at(table.capacity, host * width + r);
      if (used === 0 && room === 0) return [];
      return [Number.isFinite(room) ? { resource, used, room } : { resource, used }];
    });
    return [{ host: name, items: items[host] ?? 0, resources }];
  });
};
