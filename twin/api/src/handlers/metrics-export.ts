import { cpusOf, isRunning, memoryOf, type Node } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { bootDiskSize, guestFigures, nodeFigures } from "../figures.ts";
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

const nodeMetrics = (call: Call, node: Node, timestamp: number): Metric[] => {
  const figures = nodeFigures(call.world, node);
  return rows(`node/${node.name}`, timestamp, {
    uptime: figures.uptime,
    net_in: 0,
    net_out: 0,
    cpu_avg1: figures.loadavg,
    cpu_avg5: figures.loadavg * 0.97,
    cpu_avg15: figures.loadavg * 0.93,
    cpu_max: node.hardware.cpus,
    cpu_current: figures.cpu,
    cpu_iowait: figures.wait,
    mem_total: figures.maxmem,
    mem_used: figures.mem,
    swap_total: node.hardware.swap,
    swap_used: 0,
    disk_total: figures.maxdisk,
    disk_used: figures.disk,
  });
};

const guestMetrics = (call: Call, node: string, timestamp: number): Metric[] =>
  Object.values(call.world.guests).flatMap((guest) => {
    if (guest.node !== node) return [];
    const figures = guestFigures(call.world, guest);
    const running = isRunning(guest);
    return rows(`${guest.kind}/${guest.vmid}`, timestamp, {
      ...(running
        ? {
            cpu_current: figures.cpu,
            mem_used: figures.mem,
            disk_read: figures.diskread,
            disk_write: figures.diskwrite,
            net_in: figures.netin,
            net_out: figures.netout,
          }
        : {}),
      uptime: figures.uptime,
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
  const data = moments(call).flatMap((at) =>
    nodes.flatMap((node) => [
      ...nodeMetrics(call, node, at),
      ...guestMetrics(call, node.name, at),
      ...storageMetrics(call, node.name, at),
    ]),
  );
  return { data };
};

export const metricsExport: Handlers = { "GET /cluster/metrics/export": exported };
