import type { Problem } from "./problem.ts";
import { at, type Table, tableOf } from "./table.ts";
import { weights } from "./weights.ts";

/** What a host's load is measured by. */
export type Measure = "memory" | "cpu";

/** Points per percent point of spread. */
export const spreadWeight: Record<Measure, number> = { memory: weights.memorySpread, cpu: weights.cpuSpread };

/** What is asked of a scene: which items may move, which have to. By item of the table; 1 is yes. */
export interface Cast {
  /** Items that take part: those on a host, and those that are to start. */
  readonly counts: Uint8Array;
  readonly mayMove: Uint8Array;
  readonly mustMove: Uint8Array;
}

/** A wish or a broken rule between two bundles: charged while they share a host, or while they do not. */
interface Relation {
  readonly other: number;
  readonly when: "share" | "split";
  readonly points: number;
}

/** A problem laid out for moving, by number. Items that must share a host are one bundle, others are bundles of one. */
export interface Scene {
  readonly problem: Problem;
  readonly table: Table;
  readonly hostCount: number;
  readonly width: number;
  /** [host]: 1 where items may arrive. Load is evened out among these. */
  readonly open: Uint8Array;
  readonly bundles: readonly (readonly number[])[];
  /** Host of the whole bundle, -1 where it has none or several. */
  readonly home: Int32Array;
  readonly movable: Uint8Array;
  /** Bundles that may not end where they are. */
  readonly mustMove: Uint8Array;
  /** [bundle × resource] */
  readonly demand: Float64Array;
  readonly measures: readonly Measure[];
  /** [bundle × measure]: cores or bytes. */
  readonly use: Float64Array;
  /** [host × measure]: cores or bytes that make 100 %. */
  readonly full: Float64Array;
  /** [host × measure]: what the host itself uses. */
  readonly own: Float64Array;
  /** [bundle × host]: 1 where the bundle may not arrive, whatever else is there. */
  readonly barred: Uint8Array;
  /** [bundle × host]: points for ending there because of the way to it. */
  readonly moveCost: Float64Array;
  /** [bundle × host]: points for ending there because of wishes, and of rules that are broken at home. */
  readonly stayCost: Float64Array;
  readonly apart: readonly (readonly number[])[];
  readonly relations: readonly (readonly Relation[])[];
  /** Items without measured use. */
  readonly unmeasured: readonly string[];
}

/** Bytes that moving the item copies. */
export const bytesToCopy = (table: Table, item: number): number => {
  const what = table.items[item];
  if (what === undefined || at(table.home, item) < 0) return 0;
  const disks = (what.disks ?? []).reduce((sum, disk) => sum + disk.bytes, 0);
  return what.movesBy === "restart" ? disks : disks + measuredUse(table, item, "memory");
};

/** Cores or bytes that the item uses; all that it was given where that is not measured. */
export const measuredUse = (table: Table, item: number, measure: Measure): number => {
  const what = table.items[item];
  switch (measure) {
    case "memory":
      return what?.used?.memoryBytes ?? what?.memoryBytes ?? 0;
    case "cpu":
      return what?.used?.cpu ?? what?.vcpus ?? 0;
  }
};

/** Bits per second between two hosts, or undefined where no host's link is known. */
export const linkBetween = (table: Table, from: number, to: number): number | undefined => {
  const fastest = fastestLink(table);
  if (fastest === 0) return undefined;
  const of = (host: number): number => table.hosts[host]?.linkBitsPerSecond ?? fastest;
  return Math.min(of(from), of(to));
};

const fastestLink = (table: Table): number => Math.max(0, ...table.hosts.map((host) => host.linkBitsPerSecond ?? 0));

export const sceneOf = (problem: Problem, cast: Cast, table: Table = tableOf(problem)): Scene => {
  const width = table.resources.length;
  const hostCount = table.hosts.length;
  const open = Uint8Array.from(table.hosts, (host) => (host.standing === undefined ? 1 : 0));
  const { bundles, anchors } = bundlesOf(table, cast);
  const count = bundles.length;
  const bundleOf = new Int32Array(table.items.length).fill(-1);
  bundles.forEach((bundle, b) => {
    for (const item of bundle) bundleOf[item] = b;
  });
  const home = Int32Array.from(bundles, (bundle) => {
    const [first = -1] = bundle;
    const common = at(table.home, first);
    return bundle.every((item) => at(table.home, item) === common) ? common : -1;
  });
  const mustMove = Uint8Array.from(bundles, (bundle) => (bundle.some((item) => at(cast.mustMove, item) === 1) ? 1 : 0));
  const movable = Uint8Array.from(bundles, (bundle, b) => {
    if (at(mustMove, b) === 1) return 1;
    return bundle.every((item) => at(cast.mayMove, item) === 1) && (anchors[b] ?? []).length === 0 ? 1 : 0;
  });

  const demand = new Float64Array(count * width);
  bundles.forEach((bundle, b) => {
    for (const item of bundle)
      for (let r = 0; r < width; r++)
        demand[b * width + r] = at(demand, b * width + r) + at(table.demand, item * width + r);
  });
  const barred = new Uint8Array(count * hostCount);
  bundles.forEach((bundle, b) => {
    const quarrel = bundle.some((item) => (table.apart[item] ?? []).some((other) => bundle.includes(other)));
    for (let h = 0; h < hostCount; h++) {
      const elsewhere = (anchors[b] ?? []).some((item) => at(table.home, item) !== h);
      const barring = bundle.some((item) => at(table.home, item) !== h && table.bars(item, h) !== undefined);
      const stays = h === at(home, b) && at(mustMove, b) === 0;
      if (!stays && (quarrel || elsewhere || barring || at(open, h) === 0)) barred[b * hostCount + h] = 1;
    }
  });
  return {
    problem,
    table,
    hostCount,
    width,
    open,
    bundles,
    home,
    movable,
    mustMove,
    demand,
    barred,
    ...loadsOf(table, bundles, open),
    ...costsOf(table, bundles, cast),
    apart: joined(bundles, bundleOf, (item) => table.apart[item] ?? []),
    relations: relationsOf(table, bundles, bundleOf),
  };
};

/** Groups of items that must share a host. What of a group may not move anchors the rest; a group that is split is left alone unless some of it has to move. */
const bundlesOf = (table: Table, cast: Cast): { bundles: number[][]; anchors: number[][] } => {
  const grouped = new Uint8Array(table.items.length);
  const bundles: number[][] = [];
  const anchors: number[][] = [];
  const add = (bundle: number[], held: number[]): void => {
    bundles.push(bundle);
    anchors.push(held);
  };
  table.items.forEach((_, start) => {
    if (at(grouped, start) === 1 || at(cast.counts, start) === 0) return;
    grouped[start] = 1;
    const group = [start];
    for (const item of group)
      for (const other of table.together[item] ?? []) {
        if (at(grouped, other) === 1 || at(cast.counts, other) === 0) continue;
        grouped[other] = 1;
        group.push(other);
      }
    group.sort((a, b) => a - b);
    const movers = group.filter((item) => at(cast.mayMove, item) === 1 || at(cast.mustMove, item) === 1);
    const held = group.filter((item) => !movers.includes(item));
    const isSplit = new Set(group.map((item) => at(table.home, item))).size > 1;
    const required = group.some((item) => at(cast.mustMove, item) === 1);
    if (movers.length === 0 || (isSplit && !required)) {
      // Each stands for itself; naming the others as anchors keeps it where it is.
      for (const item of group) add([item], group.length > 1 ? group.filter((other) => other !== item) : []);
      return;
    }
    add(movers, held);
    for (const item of held)
      add(
        [item],
        group.filter((other) => other !== item),
      );
  });
  return { bundles, anchors };
};

const loadsOf = (
  table: Table,
  bundles: readonly (readonly number[])[],
  open: Uint8Array,
): Pick<Scene, "measures" | "use" | "full" | "own" | "unmeasured"> => {
  const knowsCores = table.hosts.every((host, h) => at(open, h) === 0 || host.cores !== undefined);
  const measures: Measure[] = knowsCores ? ["memory", "cpu"] : ["memory"];
  const depth = measures.length;
  const use = new Float64Array(bundles.length * depth);
  bundles.forEach((bundle, b) => {
    for (const item of bundle)
      measures.forEach((measure, d) => {
        use[b * depth + d] = at(use, b * depth + d) + measuredUse(table, item, measure);
      });
  });
  const full = new Float64Array(table.hosts.length * depth);
  const own = new Float64Array(table.hosts.length * depth);
  table.hosts.forEach((host, h) => {
    full[h * depth] = Math.max(1, host.memoryTotalBytes ?? host.memoryBytes);
    own[h * depth] = host.own?.memoryBytes ?? 0;
    if (!knowsCores) return;
    full[h * depth + 1] = host.cores ?? 1;
    own[h * depth + 1] = host.own?.cpu ?? 0;
  });
  const unmeasured = bundles
    .flat()
    .sort((a, b) => a - b)
    .flatMap((i) => {
      const item = table.items[i];
      return item !== undefined && item.used === undefined ? [item.name] : [];
    });
  return { measures, use, full, own, unmeasured };
};

const costsOf = (
  table: Table,
  bundles: readonly (readonly number[])[],
  cast: Cast,
): Pick<Scene, "moveCost" | "stayCost"> => {
  const hostCount = table.hosts.length;
  const moveCost = new Float64Array(bundles.length * hostCount);
  const stayCost = new Float64Array(bundles.length * hostCount);
  const inUse = table.items.reduce(
    (sum, _, i) => (at(cast.counts, i) === 1 ? sum + measuredUse(table, i, "memory") : sum),
    0,
  );
  const guests = Math.max(1, bundles.flat().length);
  const fastest = fastestLink(table);
  bundles.forEach((bundle, b) => {
    for (const i of bundle) {
      const item = table.items[i];
      const from = at(table.home, i);
      const copied = (weights.copied * 100 * bytesToCopy(table, i)) / Math.max(1, inUse);
      const each = (weights.moved * 100) / guests + (item?.movesBy === "restart" ? weights.restarted : 0);
      table.hosts.forEach((host, h) => {
        const k = b * hostCount + h;
        const slower = fastest === 0 ? 1 : fastest / (linkBetween(table, from, h) ?? fastest);
        if (from >= 0 && from !== h) moveCost[k] = at(moveCost, k) + copied * slower + each;
        let standing = 0;
        if (item?.prefers?.includes(host.name) === false) standing += weights.wish;
        if (from === h && item?.allowed?.includes(host.name) === false) standing += weights.broken;
        stayCost[k] = at(stayCost, k) + standing;
      });
    }
  });
  return { moveCost, stayCost };
};

const joined = (
  bundles: readonly (readonly number[])[],
  bundleOf: Int32Array,
  others: (item: number) => readonly number[],
): number[][] =>
  bundles.map((bundle, b) => {
    const found = new Set(bundle.flatMap(others).map((item) => at(bundleOf, item)));
    return [...found].filter((other) => other >= 0 && other !== b).sort((x, y) => x - y);
  });

const relationsOf = (table: Table, bundles: readonly (readonly number[])[], bundleOf: Int32Array): Relation[][] => {
  const byName = new Map(table.items.map((item, i) => [item.name, i]));
  const found = bundles.map((): Map<string, Relation> => new Map());
  const relate = (item: number, other: number, when: Relation["when"], points: number): void => {
    const [b, c] = [at(bundleOf, item), at(bundleOf, other)];
    if (b < 0 || c < 0 || b === c) return;
    // One pair of items is one wish, however many of the two name it.
    const key = `${when} ${points} ${Math.min(item, other)} ${Math.max(item, other)}`;
    found[b]?.set(key, { other: c, when, points });
    found[c]?.set(key, { other: b, when, points });
  };
  table.items.forEach((item, i) => {
    if (at(bundleOf, i) < 0) return;
    const each = (names: readonly string[] | undefined, when: Relation["when"]): void => {
      for (const name of names ?? []) {
        const other = byName.get(name);
        if (other !== undefined && other !== i) relate(i, other, when, weights.wish);
      }
    };
    each(item.ratherApartFrom, "share");
    each(item.ratherWith, "split");
    for (const other of table.apart[i] ?? []) relate(i, other, "share", weights.broken);
  });
  return found.map((relations) => [...relations].sort(([a], [c]) => (a < c ? -1 : 1)).map(([, relation]) => relation));
};
