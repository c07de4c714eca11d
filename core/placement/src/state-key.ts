import type { Packing } from "./packing.ts";
import { compareNames } from "./problem.ts";
import { at } from "./table.ts";

/** What is alike in a part of a packing, so that a search need not look at it twice. */
export interface StateKeys {
  /** Sets of hosts, each with the bundles that can go nowhere else. */
  readonly confinements: readonly { readonly hosts: readonly number[]; readonly bundles: readonly number[] }[];
  /** Two states with the same key have an answer both or neither. */
  state(on: Int32Array, room: Float64Array): string;
  /** Hosts in the same state as this one, and unplaced bundles that could stand for this one; themselves among them. */
  mirrors(bundle: number, host: number, on: Int32Array, room: Float64Array): { hosts: number[]; bundles: number[] };
}

/** More sets than this are not worth their time at every node. */
const mostConfinements = 16;

export const keysOf = (packing: Packing, bundles: readonly number[]): StateKeys => {
  const { hostCount } = packing;
  const width = packing.resources.length;
  const classes = bundleClasses(packing, bundles);
  const classCount = Math.max(-1, ...classes.values()) + 1;
  const byClass = gather(bundles, (bundle) => classes.get(bundle) ?? 0);
  const hosts = Array.from({ length: hostCount }, (_, host) => host).filter((host) =>
    bundles.some((bundle) => packing.open[bundle * hostCount + host] === 1),
  );
  const hostClasses = gather(hosts, (host) => hostClass(packing, bundles, host));
  const classOfHost = new Map([...hostClasses.values()].flatMap((members) => members.map((host) => [host, members])));
  const separated = bundles.filter((bundle) => (packing.apart[bundle] ?? []).length > 0);

  const hostStates = (on: Int32Array, room: Float64Array): string[] => {
    const states = Array.from({ length: hostCount }, (_, host) =>
      room.subarray(host * width, (host + 1) * width).join(),
    );
    const guests = separated.filter((bundle) => at(on, bundle) >= 0);
    guests.sort((a, b) => (classes.get(a) ?? 0) - (classes.get(b) ?? 0));
    for (const bundle of guests) states[at(on, bundle)] += `+${classes.get(bundle)}`;
    return states;
  };

  return {
    confinements: confinementsOf(packing, bundles),
    state(on, room) {
      const left = Array.from({ length: classCount }, () => 0);
      for (const bundle of bundles) {
        const member = classes.get(bundle) ?? 0;
        if (at(on, bundle) < 0) left[member] = (left[member] ?? 0) + 1;
      }
      const states = hostStates(on, room);
      const parts = [...hostClasses.values()].map((members) =>
        members
          .map((host) => states[host] ?? "")
          .sort(compareNames)
          .join(" "),
      );
      return `${left.join()};${parts.join(";")}`;
    },
    mirrors(bundle, host, on, room) {
      const states = hostStates(on, room);
      return {
        hosts: (classOfHost.get(host) ?? [host]).filter((other) => states[other] === states[host]),
        bundles: (byClass.get(classes.get(bundle) ?? 0) ?? []).filter((other) => at(on, other) < 0),
      };
    },
  };
};

const gather = <Key>(members: readonly number[], keyOf: (member: number) => Key): Map<Key, number[]> => {
  const groups = new Map<Key, number[]>();
  for (const member of members) {
    const key = keyOf(member);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [member]);
    else group.push(member);
  }
  return groups;
};

const rowOf = (packing: Packing, bundle: number): string => packing.row[bundle] ?? "";

/** Bundles of one class take the same, may go to the same hosts and are kept apart from the same others. */
const bundleClasses = (packing: Packing, bundles: readonly number[]): Map<number, number> => {
  const width = packing.resources.length;
  const alike = (bundle: number, withSelf: boolean): string => {
    const separations = packing.apart[bundle] ?? [];
    // Those that may share one host and no other are each a class of their own.
    if (separations.some(({ exceptOn }) => exceptOn >= 0)) return `only ${bundle}`;
    const others = separations.map(({ other }) => other);
    if (withSelf) others.push(bundle);
    others.sort((a, b) => a - b);
    const takes = packing.demand.subarray(bundle * width, (bundle + 1) * width).join();
    return `${takes};${rowOf(packing, bundle)};${others.join()}`;
  };
  const amongThemselves = gather(bundles, (bundle) => alike(bundle, true));
  const classes = new Map<number, number>();
  let next = 0;
  for (const group of amongThemselves.values()) {
    if (group.length < 2) continue;
    for (const bundle of group) classes.set(bundle, next);
    next++;
  }
  const rest = bundles.filter((bundle) => !classes.has(bundle));
  for (const group of gather(rest, (bundle) => alike(bundle, false)).values()) {
    for (const bundle of group) classes.set(bundle, next);
    next++;
  }
  return classes;
};

const hostClass = (packing: Packing, bundles: readonly number[], host: number): string => {
  const { apart, hostCount, open } = packing;
  const special = bundles.some((bundle) => apart[bundle]?.some(({ exceptOn }) => exceptOn === host));
  return special ? `only ${host}` : bundles.map((bundle) => open[bundle * hostCount + host]).join("");
};

const confinementsOf = (packing: Packing, bundles: readonly number[]): StateKeys["confinements"] => {
  const { hostCount, open } = packing;
  const rows = [...new Set(bundles.map((bundle) => rowOf(packing, bundle)))];
  const everywhere = Array.from({ length: hostCount }, (_, host) =>
    rows.some((row) => row[host] === "1") ? "1" : "0",
  ).join("");
  const sets = [...new Set([everywhere, ...rows.sort((a, b) => width(a) - width(b) || (a < b ? -1 : 1))])];
  return sets.slice(0, mostConfinements).map((row) => {
    const hosts = Array.from({ length: hostCount }, (_, host) => host).filter((host) => row[host] === "1");
    const inside = (bundle: number): boolean => {
      for (let host = 0; host < hostCount; host++)
        if (row[host] === "0" && open[bundle * hostCount + host] === 1) return false;
      return true;
    };
    return { hosts, bundles: bundles.filter(inside) };
  });
};

const width = (row: string): number => row.split("1").length;
