import {
  cpusOf,
  guestCounters,
  guestFigures,
  isRunning,
  memoryOf,
  type Node,
  type NodeFigures,
  nodesFigures,
} from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { bootDiskSize, nodeFigures } from "../figures.ts";
import { mountOf, storagesOn } from "../storage-mounts.ts";
import { isOnline } from "./resource-rows.ts";

type Metric = { id: string; metric: string; type: "gauge" | "derive"; value: number; timestamp: number };

const derived = new Set(["net_in", "net_out", "disk_read", "disk_write"]);

const rows = (id: string, timestamp: number, values: Readonly<Record<string, number>>): Metric[] =>
  Object.entries(values).map(([metric, value]) => ({
    id,
    metric,
    type: derived.has(metric) ? "derive" : "gauge",
    value,
    timestamp,
  }));

/** Seconds that something had been up at an earlier moment. */
const upAt = (uptime: number, call: Call, timestamp: number): number =>
  Math.max(0, uptime - (call.seconds - timestamp));

const nodeMetrics = (call: Call, node: Node, timestamp: number, then: NodeFigures | undefined): Metric[] => {
  const now = nodeFigures(call.world, node);
  const load = then?.loadavg ?? 0;
  const uptime = upAt(now.uptime, call, timestamp);
  return rows(`node/${node.name}`, timestamp, {
    uptime,
    net_in: Math.floor((then?.netIn ?? 0) * uptime),
    net_out: Math.floor((then?.netOut ?? 0) * uptime),
    cpu_avg1: load,
    cpu_avg5: load * 0.97,
    cpu_avg15: load * 0.93,
    cpu_max: node.hardware.cpus,
    cpu_current: then?.cpu ?? 0,
    cpu_iowait: then?.iowait ?? 0,
    mem_total: now.maxmem,
    mem_used: then?.memUsed ?? 0,
    swap_total: node.hardware.swap,
    swap_used: 0,
    disk_total: now.maxdisk,
    disk_used: now.disk,
  });
};

const guestMetrics = (call: Call, node: string, timestamp: number): Metric[] =>
  Object.values(call.world.guests).flatMap((guest) => {
    if (guest.node !== node) return [];
    const then = guestFigures(call.world, guest, timestamp * 1000);
    const counters = guestCounters(call.world, guest);
    const before = (bytes: number, rate: number) => Math.max(0, Math.floor(bytes - rate * (call.seconds - timestamp)));
    return rows(`${guest.kind}/${guest.vmid}`, timestamp, {
      ...(isRunning(guest)
        ? {
            cpu_current: then.cpu,
            mem_used: then.mem,
            disk_read: before(counters.diskRead, then.diskRead),
            disk_write: before(counters.diskWrite, then.diskWrite),
            net_in: before(counters.netIn, then.netIn),
            net_out: before(counters.netOut, then.netOut),
          }
        : {}),
      uptime: upAt(counters.uptime, call, timestamp),
      cpu_max: cpusOf(call.world, guest),
      mem_total: memoryOf(guest),
      disk_total: bootDiskSize(guest),
    });
  });

const storageMetrics = (call: Call, node: string, timestamp: number): Metric[] =>
  storagesOn(call.world, node).flatMap((storage) => {
    const mount = storage.options.disable ? undefined : mountOf(call.world, storage.id, node);
    return mount === undefined
      ? []
      : rows(`storage/${node}/${storage.id}`, timestamp, { disk_total: mount.total, disk_used: mount.used });
  });

/** pvestatd looks every ten seconds, and keeps what it saw for half an hour. */
const period = 10;
const generations = 180;

const moments = (call: Call): number[] => {
  const last = Math.floor(call.seconds / period) * period;
  const start = call.number("start-time") ?? 0;
  const count = call.flag("history") ? Math.min(generations, Math.max(1, Math.floor((last - start) / period))) : 1;
  return Array.from({ length: count }, (_, index) => last - (count - 1 - index) * period).filter((at) => at > start);
};

const exported = (call: Call): unknown => {
  const asked = call.list("node-list");
  const nodes = Object.values(call.world.nodes)
    .filter((node) =>
      call.flag("local-only") ? node.name === call.node : asked.length === 0 || asked.includes(node.name),
    )
    .filter((node) => isOnline(call, node.name));
  const data = moments(call).flatMap((at) => {
    const figures = nodesFigures(call.world, at * 1000);
    return nodes.flatMap((node) => [
      ...nodeMetrics(call, node, at, figures.get(node.name)),
      ...guestMetrics(call, node.name, at),
      ...storageMetrics(call, node.name, at),
    ]);
  });
  return { data };
};

export const metricsExport: Handlers = { "GET /cluster/metrics/export": exported };
