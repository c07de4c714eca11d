import { byName, type Host, type Item, type Problem, type Standing } from "./problem.ts";
import { capacityOf, checkProblem, demandOf, own, type Resource, resourcesOf } from "./resource.ts";

/** A problem by number: hosts, items and resources in the order of their names, amounts in rows. Made once for all losses. */
export interface Table {
  readonly hosts: readonly Host[];
  readonly items: readonly Item[];
  readonly resources: readonly Resource[];
  /** Host of each item, -1 where it is on none. */
  readonly home: Int32Array;
  /** [item × resource] */
  readonly demand: Float64Array;
  /** [host × resource]; `Infinity` where unlimited. */
  readonly capacity: Float64Array;
  /** [host × resource]: what the items that are there now take. */
  readonly load: Float64Array;
  /** Items on each host, ascending. */
  readonly residents: readonly (readonly number[])[];
  /** Per item: those with which it may not share a host. Symmetric, ascending. */
  readonly apart: readonly (readonly number[])[];
  /** Per item: those with which it must. Symmetric, ascending. */
  readonly together: readonly (readonly number[])[];
  /** Why the host refuses the item for what it is, not for what is free there; undefined where it does not. */
  readonly bars: (item: number, host: number) => Bar | undefined;
}

type Bar =
  | { readonly kind: "closed"; readonly standing: Standing }
  | { readonly kind: "not-allowed" }
  | { readonly kind: "lacks-device"; readonly device: string }
  | { readonly kind: "lacks-storage"; readonly storage: string };

/** Throws a RangeError for a name used twice and for an amount that is no whole number, zero or more. */
export const tableOf = (problem: Problem): Table => {
  checkProblem(problem);
  const hosts = [...problem.hosts].sort(byName);
  const items = [...problem.items].sort(byName);
  const resources = resourcesOf(problem);
  const width = resources.length;
  const hostByName = new Map(hosts.map((host, index) => [host.name, index]));
  const itemByName = new Map(items.map((item, index) => [item.name, index]));
  const demand = new Float64Array(items.length * width);
  const capacity = new Float64Array(hosts.length * width);
  const load = new Float64Array(hosts.length * width);
  const home = new Int32Array(items.length).fill(-1);
  const residents: number[][] = hosts.map(() => []);
  resources.forEach((resource, r) => {
    items.forEach((item, i) => {
      demand[i * width + r] = demandOf(item, resource);
    });
    hosts.forEach((host, h) => {
      capacity[h * width + r] = capacityOf(host, resource);
    });
  });
  items.forEach((item, i) => {
    const host = item.host === undefined ? undefined : hostByName.get(item.host);
    if (host === undefined) return;
    home[i] = host;
    residents[host]?.push(i);
    for (let r = 0; r < width; r++) load[host * width + r] = at(load, host * width + r) + at(demand, i * width + r);
  });
  return {
    hosts,
    items,
    resources,
    home,
    demand,
    capacity,
    load,
    residents,
    apart: relation(items, itemByName, (item) => item.apartFrom),
    together: relation(items, itemByName, (item) => item.togetherWith),
    bars: barsOf(hosts, items),
  };
};

/** A typed array's element; the index is the caller's to keep within bounds. */
export const at = (array: Float64Array | Int32Array | Uint8Array, index: number): number => array[index] ?? 0;

const relation = (
  items: readonly Item[],
  byItemName: ReadonlyMap<string, number>,
  names: (item: Item) => readonly string[] | undefined,
): number[][] => {
  const sets = items.map(() => new Set<number>());
  items.forEach((item, i) => {
    for (const name of names(item) ?? []) {
      const other = byItemName.get(name);
      if (other === undefined || other === i) continue;
      sets[i]?.add(other);
      sets[other]?.add(i);
    }
  });
  return sets.map((set) => [...set].sort((a, b) => a - b));
};

const barsOf = (hosts: readonly Host[], items: readonly Item[]): Table["bars"] => {
  const allowed = items.map((item) => (item.allowed === undefined ? undefined : new Set(item.allowed)));
  const devices = items.map((item) =>
    Object.keys(item.devices)
      .filter((device) => (own(item.devices, device) ?? 0) > 0)
      .sort(),
  );
  return (item, host) => {
    const where = hosts[host];
    if (where === undefined) return { kind: "not-allowed" };
    if (where.standing !== undefined) return { kind: "closed", standing: where.standing };
    if (allowed[item]?.has(where.name) === false) return { kind: "not-allowed" };
    for (const device of devices[item] ?? [])
      if ((own(where.devices, device) ?? 0) === 0) return { kind: "lacks-device", device };
    for (const { storage } of items[item]?.disks ?? [])
      if (own(where.storages ?? {}, storage) === undefined) return { kind: "lacks-storage", storage };
    return undefined;
  };
};
