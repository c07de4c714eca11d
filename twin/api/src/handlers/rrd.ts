import { type Guest, memoryOf } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { guestFigures, nodeFigures } from "../figures.ts";
import { fail } from "../problem.ts";
import { mountOf } from "../storage-mounts.ts";
import { guestOfCall } from "./guest-of-call.ts";
import { nodeOf } from "./node-system.ts";

/** Seconds between two rows and the number of rows, by time frame; 9 keeps finer series. */
const frames: Readonly<Record<"8.4" | "9.2", Readonly<Record<string, readonly [step: number, count: number]>>>> = {
  "8.4": { hour: [60, 70], day: [1800, 70], week: [10_800, 70], month: [43_200, 70], year: [604_800, 70] },
  "9.2": { hour: [60, 60], day: [60, 1440], week: [1800, 336], month: [1800, 1488], year: [21_600, 1460], decade: [604_800, 520] },
};

/** Rows of a series, oldest first; those before `since` hold only their time. */
const series = (call: Call, since: number, row: (at: number) => Record<string, number>): unknown => {
  const [step, count] = frames[call.world.release][call.need("timeframe")] ?? [60, 70];
  const last = Math.floor(call.seconds / step) * step;
  return Array.from({ length: count }, (_, index) => {
    const time = last - (count - index) * step;
    return time < since ? { time } : { time, ...row(time) };
  });
};

const nodeSeries = (call: Call): unknown => {
  const node = nodeOf(call);
  const since = node.state.kind === "online" ? Math.floor(node.state.since / 1000) : call.seconds;
  return series(call, since, () => {
    const figures = nodeFigures(call.world, node);
    return {
      cpu: figures.cpu,
      iowait: 0,
      loadavg: figures.loadavg[0],
      maxcpu: node.hardware.cpus,
      memtotal: figures.maxmem,
      memused: figures.mem,
      roottotal: figures.maxdisk,
      rootused: figures.disk,
      swaptotal: node.hardware.swap,
      swapused: 0,
      netin: 0,
      netout: 0,
    };
  });
};

const ranAt = (guest: Guest, seconds: number): boolean => {
  let running = false;
  for (const [at, state] of guest.history) {
    if (at / 1000 > seconds) break;
    running = state === 1;
  }
  return running;
};

const guestSeries = (kind: "qemu" | "lxc") => (call: Call): unknown => {
  const guest = guestOfCall(call, kind);
  const first = guest.history[0]?.[0];
  const since = first === undefined ? Number.POSITIVE_INFINITY : first / 1000;
  return series(call, since, (at) => {
    const figures = guestFigures(call.world, guest);
    const on = ranAt(guest, at) ? 1 : 0;
    return {
      cpu: figures.cpu * on,
      maxcpu: 1,
      mem: figures.mem * on,
      maxmem: memoryOf(guest),
      disk: 0,
      maxdisk: 0,
      netin: 0,
      netout: 0,
      diskread: 0,
      diskwrite: 0,
    };
  });
};

const storageSeries = (call: Call): unknown => {
  const storage = call.need("storage");
  if (call.world.storages[storage] === undefined) fail(`storage '${storage}' does not exist`);
  const backing = mountOf(call.world, storage, call.node);
  const since = (backing?.history[0]?.[0] ?? call.world.now) / 1000;
  return series(call, since, (at) => {
    let used = 0;
    for (const [time, bytes] of backing?.history ?? []) if (time / 1000 <= at) used = bytes;
    return { total: backing?.total ?? 0, used };
  });
};

export const rrd: Handlers = {
  "GET /nodes/{node}/rrddata": nodeSeries,
  "GET /nodes/{node}/qemu/{vmid}/rrddata": guestSeries("qemu"),
  "GET /nodes/{node}/lxc/{vmid}/rrddata": guestSeries("lxc"),
  "GET /nodes/{node}/storage/{storage}/rrddata": storageSeries,
};
