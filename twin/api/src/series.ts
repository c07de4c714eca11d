import { cpusOf, type Guest, memoryOf, type Node, type World } from "@orrery/twin-world";
import { bootDiskSize } from "./figures.ts";
import { noiseOf } from "./noise.ts";

export type Point = Record<string, number>;

/** Seconds between two rows and their number, by timeframe. Mirrors create_rrd_data in pve-cluster. */
const frames: Record<World["release"], Readonly<Record<string, readonly [step: number, rows: number]>>> = {
  "9.2": {
    hour: [60, 60],
    day: [60, 1440],
    week: [1800, 336],
    month: [1800, 1440],
    year: [21_600, 1440],
    decade: [604_800, 570],
  },
  "8.4": { hour: [60, 70], day: [1800, 70], week: [10_800, 70], month: [43_200, 70], year: [604_800, 70] },
};

/** How strong a load is at a moment, 1 on average: days and weeks have their shape. */
const tide = (profile: Guest["load"]["profile"], at: number): number => {
  const hour = (at / 3_600_000) % 24;
  const weekday = (Math.floor(at / 86_400_000) + 4) % 7;
  const working = weekday > 0 && weekday < 6;
  switch (profile) {
    case "steady":
      return 1;
    case "office":
      return working && hour >= 7 && hour < 18 ? 2.2 : 0.3;
    case "web":
      return 1 + 0.7 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
    case "night":
      return hour < 6 ? 3 : 0.35;
    case "bursty":
      return noiseOf(at >>> 0, Math.floor(at / 600_000)) > 0.85 ? 4 : 0.5;
  }
};

/** Whether the guest ran at a moment, by its history. */
const ran = (guest: Guest, at: number): boolean => {
  let running = false;
  for (const [when, state] of guest.history) {
    if (when > at) break;
    running = state === 1;
  }
  return running;
};

const pressure = { pressurecpusome: 0, pressureiosome: 0, pressureiofull: 0, pressurememorysome: 0, pressurememoryfull: 0 };

/** What a guest used about a moment; `before` is the instant from which on it is known. */
const guestPoint = (world: World, guest: Guest, at: number): Point => {
  const on = ran(guest, at) ? 1 : 0;
  const strength = tide(guest.load.profile, at) * (0.75 + noiseOf(guest.load.seed, Math.floor(at / 60_000)) / 2);
  const { load } = guest;
  const mem = on * memoryOf(guest) * Math.min(1, load.memory * (0.9 + strength / 10));
  return {
    cpu: on * Math.min(1, load.cpu * strength),
    maxcpu: cpusOf(world, guest),
    mem,
    maxmem: memoryOf(guest),
    disk: 0,
    maxdisk: bootDiskSize(guest),
    netin: on * load.netIn * strength,
    netout: on * load.netOut * strength,
    diskread: on * load.diskRead * strength,
    diskwrite: on * load.diskWrite * strength,
    ...(world.release === "9.2" ? { ...pressure, pressurecpufull: 0, ...(guest.kind === "qemu" ? { memhost: mem } : {}) } : {}),
  };
};

/** Bytes that the node's own services take. */
const ownMemory = 1_800_000_000;

const nodePoint = (world: World, node: Node, at: number): Point => {
  const { cpus, memory, swap } = node.hardware;
  let [busy, mem, netin, netout] = [0.02 * cpus * (0.5 + noiseOf(node.bootSeconds, Math.floor(at / 60_000))), ownMemory, 0, 0];
  for (const guest of Object.values(world.guests)) {
    if (guest.node !== node.name) continue;
    const point = guestPoint(world, guest, at);
    busy += (point.cpu ?? 0) * (point.maxcpu ?? 0);
    mem += point.mem ?? 0;
    netin += point.netin ?? 0;
    netout += point.netout ?? 0;
  }
  const root = world.backings[node.root];
  const memused = Math.min(memory, mem);
  return {
    cpu: Math.min(1, busy / cpus),
    maxcpu: cpus,
    iowait: 0.001,
    loadavg: busy,
    memtotal: memory,
    memused,
    swaptotal: swap,
    swapused: 0,
    roottotal: root?.total ?? 0,
    rootused: root?.used ?? 0,
    netin,
    netout,
    ...(world.release === "9.2" ? { ...pressure, memavailable: memory - memused, arcsize: 0 } : {}),
  };
};

/** Bytes in use at a moment, from a history of them. */
const usedAt = (history: readonly (readonly [number, number])[], at: number): number | undefined => {
  let found: number | undefined;
  for (const [when, used] of history) {
    if (when > at) break;
    found = used;
  }
  return found;
};

/** What a series is about, and from which instant on there is one. */
export type Subject =
  | { readonly kind: "node"; readonly node: Node }
  | { readonly kind: "guest"; readonly guest: Guest }
  | { readonly kind: "storage"; readonly total: number; readonly history: readonly (readonly [number, number])[] };

const since = (subject: Subject): number => {
  switch (subject.kind) {
    case "node":
      return subject.node.state.kind === "online" ? subject.node.state.since : Number.POSITIVE_INFINITY;
    case "guest":
      return Number(/ctime=(\d+)/.exec(String(subject.guest.config.meta ?? ""))?.[1] ?? 0) * 1000;
    case "storage":
      return subject.history[0]?.[0] ?? Number.POSITIVE_INFINITY;
  }
};

const pointOf = (world: World, subject: Subject, at: number): Point => {
  switch (subject.kind) {
    case "node":
      return nodePoint(world, subject.node, at);
    case "guest":
      return guestPoint(world, subject.guest, at);
    case "storage":
      return { total: subject.total, used: usedAt(subject.history, at) ?? 0 };
  }
};

/** The rows of a timeframe; those from before the subject was there hold their time alone. */
export const seriesOf = (world: World, subject: Subject, timeframe: string): Point[] => {
  const [step, count] = frames[world.release][timeframe] ?? [60, 60];
  const last = Math.floor(world.now / 1000 / step) * step;
  const from = since(subject);
  return Array.from({ length: count }, (_, index) => {
    const time = last - (count - 1 - index) * step;
    return from > time * 1000 ? { time } : { time, ...pointOf(world, subject, time * 1000) };
  });
};
