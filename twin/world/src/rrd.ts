import { guestFigures, nodeFigures, ranOn } from "./figures.ts";
import type { Guest } from "./guest.ts";
import { cpusOf, disksOf, memoryOf } from "./guest-config.ts";
import { sizeInText } from "./guest-disk.ts";
import type { Backing } from "./storage.ts";
import type { Release, World } from "./world.ts";

export type Timeframe = "hour" | "day" | "week" | "month" | "year" | "decade";
export type Consolidation = "AVERAGE" | "MAX";
/** Keys without a sample are left out, never null. `time` is epoch seconds. */
export type RrdRow = { time: number } & Record<string, number>;

/** Seconds between rows and how many rows a question answers, by release. */
const setup: Record<Release, Record<Timeframe, [step: number, rows: number]>> = {
  "8.4": {
    hour: [60, 70],
    day: [1800, 70],
    week: [10_800, 70],
    month: [43_200, 70],
    year: [604_800, 70],
    decade: [604_800, 570],
  },
  "9.2": {
    hour: [60, 60],
    day: [60, 1440],
    week: [1800, 336],
    month: [1800, 1440],
    year: [21_600, 1440],
    decade: [604_800, 570],
  },
};

/** Moments of a row that are looked at: no more than a row of the finest step has. */
const samplesPerRow = 4;

type Sample = Record<string, number> | undefined;

const rowsOf = (world: World, timeframe: Timeframe, cf: Consolidation, sample: (at: number) => Sample): RrdRow[] => {
  const [step, rows] = setup[world.release][timeframe];
  const last = Math.floor(world.now / 1000 / step) * step;
  const looks = Math.min(samplesPerRow, Math.max(1, Math.floor(step / 60)));
  return Array.from({ length: rows }, (_, index) => {
    const time = last - (rows - 1 - index) * step;
    const row: RrdRow = { time };
    let taken = 0;
    for (let look = 0; look < looks; look++) {
      const at = (time - step + ((look + 0.5) * step) / looks) * 1000;
      const values = at > world.now ? undefined : sample(at);
      if (!values) continue;
      taken += 1;
      for (const key in values) {
        const value = values[key] ?? 0;
        const before = row[key];
        if (before === undefined) row[key] = value;
        else row[key] = cf === "MAX" ? Math.max(before, value) : before + (value - before) / taken;
      }
    }
    return row;
  });
};

const pressure = (cpu: number, release: Release): Record<string, number> =>
  release === "8.4"
    ? {}
    : {
        pressurecpusome: Math.max(0, cpu - 0.6) * 40,
        pressureiosome: cpu * 0.4,
        pressureiofull: cpu * 0.3,
        pressurememorysome: 0,
        pressurememoryfull: 0,
      };

/** `rrddata` of a node. Nothing is stored: rows are computed from what ran when. */
export const nodeRrd = (world: World, name: string, timeframe: Timeframe, cf: Consolidation): RrdRow[] => {
  const node = world.nodes[name];
  const root = node && world.backings[node.root];
  if (!node || !root) return [];
  const upSince = node.state.kind === "online" ? node.state.since : Number.POSITIVE_INFINITY;
  const measure = nodeFigures(world, name);
  return rowsOf(world, timeframe, cf, (at) => {
    if (at < upSince) return undefined;
    const figures = measure(at);
    return {
      cpu: figures.cpu,
      iowait: figures.iowait,
      loadavg: figures.loadavg,
      maxcpu: node.hardware.cpus,
      memtotal: figures.memTotal,
      memused: figures.memUsed,
      netin: figures.netIn,
      netout: figures.netOut,
      roottotal: root.total,
      rootused: usedAt(root, at),
      swaptotal: node.hardware.swap,
      swapused: 0,
      ...(world.release === "8.4" ? {} : { memavailable: figures.memTotal - figures.memUsed, arcsize: 0 }),
      ...pressure(figures.cpu, world.release),
    };
  });
};

/** `rrddata` of a guest. */
export const guestRrd = (world: World, guest: Guest, timeframe: Timeframe, cf: Consolidation): RrdRow[] => {
  const maxdisk = disksOf(guest).reduce((sum, { text }) => sum + sizeInText(text), 0);
  const known = guest.history[0]?.[0] ?? Number.POSITIVE_INFINITY;
  const cpus = cpusOf(world, guest);
  return rowsOf(world, timeframe, cf, (at) => {
    if (at < known) return undefined;
    const figures = guestFigures(world, guest, at);
    const runs = ranOn(guest, at) !== "";
    const full =
      world.release === "8.4" || !runs ? {} : { pressurecpufull: 0, ...pressure(figures.cpu, world.release) };
    return {
      cpu: figures.cpu,
      maxcpu: cpus,
      mem: figures.mem,
      maxmem: memoryOf(guest),
      disk: 0,
      maxdisk,
      diskread: figures.diskRead,
      diskwrite: figures.diskWrite,
      netin: figures.netIn,
      netout: figures.netOut,
      ...(world.release === "8.4" || guest.kind === "lxc" ? {} : { memhost: figures.memHost }),
      ...full,
    };
  });
};

/** Bytes on a backing at a past moment. */
const usedAt = ({ history }: Backing, at: number): number => {
  let low = 0;
  let high = history.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((history[middle]?.[0] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return history[low - 1]?.[1] ?? 0;
};

/** `rrddata` of a storage. */
export const storageRrd = (world: World, backing: Backing, timeframe: Timeframe, cf: Consolidation): RrdRow[] => {
  const known = backing.history[0]?.[0] ?? Number.POSITIVE_INFINITY;
  return rowsOf(world, timeframe, cf, (at) =>
    at < known ? undefined : { total: backing.total, used: usedAt(backing, at) },
  );
};
