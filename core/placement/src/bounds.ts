import { fillable } from "./fill.ts";
import { shortfallOf } from "./flow.ts";
import type { Packing } from "./packing.ts";
import type { Proof } from "./proof.ts";
import { at } from "./table.ts";

/**
 * Looks for a short proof that the packing has no answer: a set of bundles that needs more of one resource than its
 * hosts have, large ones that outnumber the places for them, or ones kept apart that outnumber their hosts.
 * Undefined proves nothing. Every bundle must have an open host.
 */
export const shortProofOf = (packing: Packing): Proof | undefined =>
  firstOf(packing, (r) => shortOf(packing, r, takersOf(packing, r), false)) ??
  tooManyApart(packing) ??
  firstOf(packing, (r) => tooManyLarge(packing, r)) ??
  firstOf(packing, (r) => shortOfLarge(packing, r));

/** The first proof that a resource gives, in their order. */
const firstOf = (packing: Packing, prove: (r: number) => Proof | undefined): Proof | undefined => {
  for (const r of packing.resources.keys()) {
    const proof = prove(r);
    if (proof !== undefined) return proof;
  }
  return undefined;
};

export const namesOf = (packing: Packing, bundles: readonly number[]): string[] =>
  bundles
    .flatMap((bundle) => packing.bundles[bundle] ?? [])
    .sort((a, b) => a - b)
    .map((item) => packing.table.items[item]?.name ?? "");

export const hostNameOf = (packing: Packing, host: number): string => packing.table.hosts[host]?.name ?? "";

const opens = (packing: Packing, bundle: number, host: number): boolean =>
  packing.open[bundle * packing.hostCount + host] === 1;

const amount = (packing: Packing, bundle: number, r: number): number =>
  at(packing.demand, bundle * packing.resources.length + r);

const hostsOf = (packing: Packing): number[] => Array.from({ length: packing.hostCount }, (_, host) => host);

/** Bundles that take some of the resource, gathered by the hosts that are open to them. */
const groupsOf = (packing: Packing, bundles: readonly number[]): number[][] => {
  const groups = new Map<string, number[]>();
  for (const bundle of bundles) {
    const key = packing.row[bundle] ?? "";
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [bundle]);
    else group.push(bundle);
  }
  return [...groups.values()];
};

const takersOf = (packing: Packing, r: number): number[] =>
  [...packing.bundles.keys()].filter((bundle) => amount(packing, bundle, r) > 0);

/** At most this many sizes are tried for each resource. */
const mostSizes = 24;

/** All takers, then only those of each size and more: without the small ones to fill the gaps, less of the room is of use. */
const shortOfLarge = (packing: Packing, r: number): Proof | undefined => {
  const takers = takersOf(packing, r);
  const sizes = [...new Set(takers.map((bundle) => amount(packing, bundle, r)))].sort((a, b) => a - b);
  for (const size of sizes.slice(0, mostSizes)) {
    const large = takers.filter((bundle) => amount(packing, bundle, r) >= size);
    const proof = shortOf(packing, r, large, true);
    if (proof !== undefined) return proof;
  }
  return undefined;
};

/** With `exactly`, what no choice of the takers can fill is taken off the room. */
const shortOf = (packing: Packing, r: number, takers: readonly number[], exactly: boolean): Proof | undefined => {
  const resource = packing.resources[r];
  const groups = groupsOf(packing, takers);
  if (resource === undefined || groups.length === 0) return undefined;
  const hosts = hostsOf(packing);
  const sum = (bundles: readonly number[]): number =>
    bundles.reduce((total, bundle) => total + amount(packing, bundle, r), 0);
  const { free, room } = packing;
  const cell = (host: number): number => host * packing.resources.length + r;
  const usable = hosts.map((host) => {
    const sizes = groups.flatMap((group) =>
      opens(packing, group[0] ?? 0, host) ? group.map((b) => amount(packing, b, r)) : [],
    );
    const most = sizes.reduce((total, size) => total + size, 0);
    return exactly ? fillable(at(room, cell(host)), sizes) : Math.min(at(room, cell(host)), most);
  });
  const cut = shortfallOf(groups.map(sum), usable, (group, host) => opens(packing, groups[group]?.[0] ?? 0, host));
  if (cut === undefined) return undefined;
  const bundles = cut.sources.flatMap((group) => groups[group] ?? []);
  const unit = at(packing.unit, r);
  return {
    kind: "short",
    resource,
    items: namesOf(packing, bundles),
    hosts: cut.sinks.map((host) => ({
      host: hostNameOf(packing, host),
      free: at(free, cell(host)),
      usable: (usable[host] ?? 0) * unit,
    })),
    needs: sum(bundles) * unit,
  };
};

const tooManyLarge = (packing: Packing, r: number): Proof | undefined => {
  const resource = packing.resources[r];
  const takers = takersOf(packing, r).sort((a, b) => amount(packing, b, r) - amount(packing, a, r) || a - b);
  const sizes = [...new Set(takers.map((bundle) => amount(packing, bundle, r)))].slice(0, mostSizes);
  const hosts = hostsOf(packing);
  for (const size of sizes) {
    const large = takers.filter((bundle) => amount(packing, bundle, r) >= size);
    if (resource === undefined || large.length < 2) continue;
    const groups = groupsOf(packing, large);
    const rooms = hosts.map((host) => at(packing.room, host * packing.resources.length + r));
    const holds = hosts.map((host) => {
      let left = rooms[host] ?? 0;
      let count = 0;
      for (const bundle of [...large].reverse()) {
        if (!opens(packing, bundle, host)) continue;
        left -= amount(packing, bundle, r);
        if (left < 0) break;
        count++;
      }
      return count;
    });
    const reaches = (group: number, host: number): boolean => opens(packing, groups[group]?.[0] ?? 0, host);
    const cut = shortfallOf(
      groups.map((group) => group.length),
      holds,
      reaches,
    );
    if (cut === undefined) continue;
    const unit = at(packing.unit, r);
    return {
      kind: "too-many-large",
      resource,
      atLeast: size * unit,
      items: namesOf(
        packing,
        cut.sources.flatMap((group) => groups[group] ?? []),
      ),
      hosts: cut.sinks.map((host) => ({
        host: hostNameOf(packing, host),
        free: at(packing.free, host * packing.resources.length + r),
        holds: holds[host] ?? 0,
      })),
    };
  }
  return undefined;
};

/** Grows a set of bundles that are all kept apart from each other around each one, and matches it with hosts. */
const tooManyApart = (packing: Packing): Proof | undefined => {
  const strictly = packing.apart.map(
    (separations) => new Set(separations.filter((s) => s.exceptOn < 0).map((s) => s.other)),
  );
  const tried = new Set<string>();
  for (const [start, others] of strictly.entries()) {
    const clique = [start];
    for (const other of others) if (clique.every((member) => strictly[member]?.has(other))) clique.push(other);
    clique.sort((a, b) => a - b);
    if (clique.length < 2 || tried.has(clique.join())) continue;
    tried.add(clique.join());
    const cut = shortfallOf(
      clique.map(() => 1),
      hostsOf(packing).map(() => 1),
      (member, host) => opens(packing, clique[member] ?? 0, host),
    );
    if (cut === undefined) continue;
    return {
      kind: "too-many-apart",
      items: namesOf(
        packing,
        cut.sources.map((member) => clique[member] ?? 0),
      ),
      hosts: cut.sinks.map((host) => hostNameOf(packing, host)),
    };
  }
  return undefined;
};
