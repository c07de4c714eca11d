import type { Guest } from "./guest.ts";
import { cpusOf, memoryOf } from "./guest-config.ts";
import type { LoadProfile, LoadShape } from "./load.ts";
import { noise } from "./random.ts";
import type { World } from "./world.ts";

const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** A Monday, 00:00 UTC. */
const monday = Date.UTC(1970, 0, 5);

/** Share of the average at each hour of a working day, and of a day at the weekend. */
const shapes: Record<LoadProfile, { day: number[]; weekend: number }> = {
  steady: { day: Array.from({ length: 24 }, () => 1), weekend: 1 },
  office: {
    day: [
      0.2, 0.2, 0.2, 0.2, 0.2, 0.3, 0.6, 1.2, 2, 2.3, 2.3, 2.2, 1.8, 2.2, 2.3, 2.1, 1.7, 1.1, 0.7, 0.5, 0.4, 0.3, 0.2,
      0.2,
    ],
    weekend: 0.25,
  },
  web: {
    day: [
      0.5, 0.4, 0.3, 0.3, 0.3, 0.4, 0.6, 0.9, 1.1, 1.2, 1.2, 1.3, 1.3, 1.2, 1.2, 1.2, 1.3, 1.4, 1.5, 1.6, 1.6, 1.4, 1,
      0.7,
    ],
    weekend: 1.1,
  },
  night: {
    day: [
      3, 3.5, 3.5, 3, 2.4, 1.4, 0.5, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.4, 0.5, 0.8, 1.4,
      2.4,
    ],
    weekend: 1,
  },
  bursty: {
    day: [
      0.6, 0.5, 0.5, 0.5, 0.5, 0.7, 0.9, 1.1, 1.2, 1.3, 1.4, 1.3, 1.2, 1.3, 1.4, 1.4, 1.3, 1.2, 1.1, 1, 0.9, 0.8, 0.7,
      0.6,
    ],
    weekend: 0.8,
  },
};

/** The 168 hours of a week as shares of the average, and their sums. */
const weeks = new Map<LoadProfile, { share: number[]; sums: number[] }>();

const weekOf = (profile: LoadProfile): { share: number[]; sums: number[] } => {
  const known = weeks.get(profile);
  if (known) return known;
  const { day, weekend } = shapes[profile];
  const raw = Array.from({ length: 168 }, (_, hour) => (day[hour % 24] ?? 1) * (hour >= 120 ? weekend : 1));
  const mean = raw.reduce((sum, value) => sum + value, 0) / 168;
  const share = raw.map((value) => value / mean);
  const sums = [0];
  for (const value of share) sums.push((sums.at(-1) ?? 0) + value);
  const made = { share, sums };
  weeks.set(profile, made);
  return made;
};

const hourOfWeek = (at: number): number => ((((at - monday) % (7 * dayMs)) + 7 * dayMs) % (7 * dayMs)) / hourMs;

/** How busy a shape is at a moment, 1 being its average: the week's course, smoothed, with noise of minutes. */
const busyness = ({ profile, seed }: LoadShape, at: number): number => {
  const { share } = weekOf(profile);
  const hour = hourOfWeek(at);
  const whole = Math.floor(hour);
  const now = share[whole] ?? 1;
  const next = share[(whole + 1) % 168] ?? 1;
  const minute = Math.floor(at / 60_000);
  const wobble = (noise(seed, minute) + noise(seed + 1, Math.floor(minute / 10))) / 2;
  const swing = profile === "bursty" ? 1.2 : 0.4;
  return Math.max(0, (now + (next - now) * (hour - whole)) * (1 - swing / 2 + swing * wobble));
};

/** The sum of a rate over a span, in units of the average times hours. */
const hoursBusy = (profile: LoadProfile, from: number, to: number): number => {
  const { share, sums } = weekOf(profile);
  const upTo = (at: number): number => {
    const weeksPast = Math.floor((at - monday) / (7 * dayMs));
    const hour = hourOfWeek(at);
    const whole = Math.floor(hour);
    return weeksPast * 168 + (sums[whole] ?? 0) + (share[whole] ?? 1) * (hour - whole);
  };
  return upTo(to) - upTo(from);
};

/** Where the guest ran at a moment; empty where it did not. */
export const ranOn = (guest: Guest, at: number): string => {
  let low = 0;
  let high = guest.history.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((guest.history[middle]?.[0] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return guest.history[low - 1]?.[1] ?? "";
};

export type GuestFigures = {
  /** Share of the guest's CPUs, 0 to 1. */
  cpu: number;
  /** Bytes in use, seen from inside and from the host. */
  mem: number;
  memHost: number;
  /** Bytes per second now. */
  netIn: number;
  netOut: number;
  diskRead: number;
  diskWrite: number;
};

const still: GuestFigures = { cpu: 0, mem: 0, memHost: 0, netIn: 0, netOut: 0, diskRead: 0, diskWrite: 0 };

/** What pvestatd measures of a guest at a moment, now or past. */
export const guestFigures = (_world: World, guest: Guest, at: number): GuestFigures => {
  if (ranOn(guest, at) === "") return still;
  const { load } = guest;
  const busy = busyness(load, at);
  const memory = memoryOf(guest);
  const mem = Math.min(0.97, load.memory * (0.92 + 0.08 * Math.min(2, busy))) * memory;
  return {
    cpu: Math.min(1, load.cpu * busy),
    mem: Math.floor(mem),
    memHost: Math.floor(Math.min(memory * 1.03, mem * 1.08 + 40e6)),
    netIn: load.netIn * busy,
    netOut: load.netOut * busy,
    diskRead: load.diskRead * busy,
    diskWrite: load.diskWrite * busy,
  };
};

export type GuestCounters = {
  netIn: number;
  netOut: number;
  diskRead: number;
  diskWrite: number /** Seconds. */;
  uptime: number;
};

/** Bytes since the guest's process began, and its uptime. */
export const guestCounters = (world: World, guest: Guest): GuestCounters => {
  if (guest.run.kind === "stopped") return { netIn: 0, netOut: 0, diskRead: 0, diskWrite: 0, uptime: 0 };
  const { load, run } = guest;
  const seconds = hoursBusy(load.profile, run.since, world.now) * 3600;
  const bytes = (rate: number) => Math.floor(rate * seconds);
  return {
    netIn: bytes(load.netIn),
    netOut: bytes(load.netOut),
    diskRead: bytes(load.diskRead),
    diskWrite: bytes(load.diskWrite),
    uptime: Math.floor((world.now - run.since) / 1000),
  };
};

export type NodeFigures = {
  cpu: number;
  iowait: number;
  loadavg: number;
  memUsed: number;
  memTotal: number;
  netIn: number;
  netOut: number;
  guests: number;
};

/** Bytes that a node's own system uses. */
const systemMemory = 1.4e9;

const idleFigures = (memTotal: number): NodeFigures => ({
  cpu: 0.006,
  iowait: 0.0005,
  loadavg: 0.05,
  memUsed: systemMemory,
  memTotal,
  netIn: 900,
  netOut: 700,
  guests: 0,
});

const addGuestTo = (
  world: World,
  figures: NodeFigures,
  guest: Guest,
  { at, cpus: nodeCpus }: { at: number; cpus: number },
): void => {
  const used = guestFigures(world, guest, at);
  const cpus = used.cpu * cpusOf(world, guest);
  figures.cpu += cpus / nodeCpus;
  figures.loadavg += cpus;
  figures.iowait += (used.diskRead + used.diskWrite) / 4e9;
  figures.memUsed += used.memHost;
  figures.netIn += used.netIn;
  figures.netOut += used.netOut;
  figures.guests += 1;
};

const bounded = (figures: NodeFigures): NodeFigures => ({
  ...figures,
  cpu: Math.min(1, figures.cpu),
  memUsed: Math.floor(Math.min(figures.memTotal * 0.98, figures.memUsed)),
});

/** What pvestatd measures of every node at a moment, from the guests that ran on each. */
export const nodesFigures = (world: World, at: number): Map<string, NodeFigures> => {
  const found = new Map<string, NodeFigures>();
  for (const name in world.nodes) found.set(name, idleFigures(world.nodes[name]?.hardware.memory ?? 0));
  for (const vmid in world.guests) {
    const guest = world.guests[vmid];
    const place = guest ? ranOn(guest, at) : "";
    const figures = found.get(place);
    if (guest && figures) addGuestTo(world, figures, guest, { at, cpus: world.nodes[place]?.hardware.cpus ?? 1 });
  }
  for (const [name, figures] of found) found.set(name, bounded(figures));
  return found;
};

/** The same of one node, at any number of moments: the guests that never ran on it are left out once. */
export const nodeFigures = (world: World, name: string): ((at: number) => NodeFigures) => {
  const { cpus, memory } = world.nodes[name]?.hardware ?? { cpus: 1, memory: 0 };
  const guests = Object.values(world.guests).filter(({ history }) => history.some(([, node]) => node === name));
  return (at) => {
    const figures = idleFigures(memory);
    for (const guest of guests) if (ranOn(guest, at) === name) addGuestTo(world, figures, guest, { at, cpus });
    return bounded(figures);
  };
};
