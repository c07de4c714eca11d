import { keptValue, type Monitored, type Row } from "@orrery/state";
import { LabelSet, type Metrics } from "@orrery/telemetry";
import { isSet, numberOf, textOf } from "../answers.ts";
import * as all from "./further-families.ts";

type Nodes = Monitored["nodes"][string];

/** The newest figures of nodes, by id and metric. */
const figuresOf = (rows: readonly Row[]): ReadonlyMap<string, ReadonlyMap<string, number>> => {
  const found = new Map<string, Map<string, number>>();
  for (const { id, metric, value } of rows) {
    if (typeof id !== "string" || !id.startsWith("node/") || typeof metric !== "string" || typeof value !== "number")
      continue;
    const figures = found.get(id) ?? new Map<string, number>();
    found.set(id, figures);
    figures.set(metric, value);
  }
  return found;
};

const child = (row: Row | undefined, key: string): Row => {
  const value = row?.[key];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Row) : {};
};

const loads = (status: Row | undefined): readonly (number | undefined)[] => {
  const list = status?.loadavg;
  return Array.isArray(list) ? list.map((one) => (Number.isFinite(Number(one)) ? Number(one) : undefined)) : [];
};

/** Load, waiting, swap, traffic: as pvestatd saw them last, or as the node itself says. */
const loadMetrics = (
  page: Metrics,
  label: LabelSet,
  figures: ReadonlyMap<string, number>,
  status: Row | undefined,
): void => {
  const [one, five, fifteen] = loads(status);
  page.of(all.loadAvg1).add(label, figures.get("cpu_avg1") ?? one);
  page.of(all.loadAvg5).add(label, figures.get("cpu_avg5") ?? five);
  page.of(all.loadAvg15).add(label, figures.get("cpu_avg15") ?? fifteen);
  page
    .of(all.ioWait)
    .add(label, figures.get("cpu_iowait") ?? (status === undefined ? undefined : numberOf(status, "wait")));
  const swap = child(status, "swap");
  page.of(all.swapSize).add(label, figures.get("swap_total") ?? numberOf(swap, "total"));
  page.of(all.swapUsage).add(label, figures.get("swap_used") ?? numberOf(swap, "used"));
  page.of(all.received).add(label, figures.get("net_in"));
  page.of(all.sent).add(label, figures.get("net_out"));
};

const pressures = [
  ["cpu", "some", "pressurecpusome"],
  ["io", "some", "pressureiosome"],
  ["io", "full", "pressureiofull"],
  ["memory", "some", "pressurememorysome"],
  ["memory", "full", "pressurememoryfull"],
] as const;

const versionMetrics = (page: Metrics, id: string, status: Row): void => {
  const [, version = "", repoid = ""] = (textOf(status, "pveversion") ?? "").split("/");
  const kernel = textOf(child(status, "current-kernel"), "release") ?? textOf(status, "kversion")?.split(" ")[1] ?? "";
  page.of(all.nodeVersion).set([id, version, repoid, kernel], 1);
};

const updateMetrics = (page: Metrics, id: string, updates: readonly Row[]): void => {
  const counts = new Map<string, number>([
    ["Proxmox", 0],
    ["Debian", 0],
  ]);
  for (const row of updates) {
    const origin = textOf(row, "Origin") ?? "";
    counts.set(origin, (counts.get(origin) ?? 0) + 1);
  }
  for (const [origin, count] of counts) page.of(all.updatesPending).set([id, origin], count);
};

const healthy = new Set(["PASSED", "OK"]);

const diskMetrics = (page: Metrics, id: string, disks: readonly Row[]): void => {
  for (const row of disks) {
    const disk = textOf(row, "devpath") ?? "";
    const text = (key: string): string => textOf(row, key) ?? "";
    page.of(all.diskInfo).set([id, disk, text("type"), text("model"), text("serial")], 1);
    page.of(all.diskSize).set([id, disk], numberOf(row, "size"));
    const health = textOf(row, "health") ?? "UNKNOWN";
    page.of(all.diskHealthy).set([id, disk], health === "UNKNOWN" ? undefined : healthy.has(health) ? 1 : 0);
    // The API tells what is left of its life, in percent: `PVE/Diskmanage.pm` takes the percentage used from 100.
    const left = numberOf(row, "wearout");
    page.of(all.diskWear).set([id, disk], left === undefined ? undefined : (100 - left) / 100);
  }
};

const zfsMetrics = (page: Metrics, id: string, pools: readonly Row[]): void => {
  for (const row of pools) {
    const pool = textOf(row, "name") ?? "";
    const frag = numberOf(row, "frag");
    page.of(all.zfsHealthy).set([id, pool], row.health === "ONLINE" ? 1 : 0);
    page.of(all.zfsSize).set([id, pool], numberOf(row, "size"));
    page.of(all.zfsAllocated).set([id, pool], numberOf(row, "alloc"));
    page.of(all.zfsFragmentation).set([id, pool], frag === undefined ? undefined : frag / 100);
  }
};

const serviceMetrics = (page: Metrics, id: string, services: readonly Row[], isMember: boolean): void => {
  // Of a node that stands alone corosync is enabled, and waits for a cluster.
  for (const row of services)
    if (row["unit-state"] === "enabled" && (isMember || row.service !== "corosync"))
      page.of(all.serviceUp).set([id, textOf(row, "service") ?? ""], row["active-state"] === "active" ? 1 : 0);
};

const slowMetrics = (page: Metrics, id: string, node: Nodes, isMember: boolean): void => {
  const label = new LabelSet(["id"], [id]);
  const pressure = keptValue(node.pressure);
  for (const [resource, extent, key] of pressures) {
    // Percent, as the kernel writes it.
    const value = pressure === undefined ? undefined : numberOf(pressure, key);
    page.of(all.pressure).set([id, resource, extent], value === undefined ? undefined : value / 100);
  }
  const updates = keptValue(node.updates);
  if (updates !== undefined) updateMetrics(page, id, updates);
  for (const row of keptValue(node.certificates) ?? [])
    page.of(all.certificateExpiry).set([id, textOf(row, "filename") ?? ""], numberOf(row, "notafter"));
  serviceMetrics(page, id, keptValue(node.services) ?? [], isMember);
  const ahead = keptValue(node.clock);
  page.of(all.clockOffset).add(label, ahead === undefined ? undefined : ahead / 1000);
  diskMetrics(page, id, keptValue(node.disks) ?? []);
  zfsMetrics(page, id, keptValue(node.zfs) ?? []);
};

type Load = { cpus: number; memory: number; readonly guests: Map<string, number> };

const stateOf = (row: Row): string => (isSet(row, "template") ? "template" : (textOf(row, "status") ?? "unknown"));

/** What the guests of each node were given. */
const assignedOf = (resources: readonly Row[]): ReadonlyMap<string, Load> => {
  const nodes = new Map<string, Load>();
  for (const row of resources) {
    if (row.type !== "qemu" && row.type !== "lxc") continue;
    const name = textOf(row, "node") ?? "";
    const load = nodes.get(name) ?? { cpus: 0, memory: 0, guests: new Map<string, number>() };
    nodes.set(name, load);
    const key = `${row.type} ${stateOf(row)}`;
    load.guests.set(key, (load.guests.get(key) ?? 0) + 1);
    if (row.status !== "running") continue;
    load.cpus += numberOf(row, "maxcpu") ?? 0;
    load.memory += numberOf(row, "maxmem") ?? 0;
  }
  return nodes;
};

const assignedMetrics = (page: Metrics, resources: readonly Row[]): void => {
  const assigned = assignedOf(resources);
  for (const row of resources) {
    if (row.type !== "node") continue;
    const [name, id] = [textOf(row, "node") ?? "", textOf(row, "id") ?? ""];
    const label = new LabelSet(["id"], [id]);
    const { cpus, memory, guests } = assigned.get(name) ?? { cpus: 0, memory: 0, guests: new Map<string, number>() };
    const [ownCpus, ownMemory] = [numberOf(row, "maxcpu"), numberOf(row, "maxmem")];
    page.of(all.cpuAssigned).add(label, cpus);
    page.of(all.memoryAssigned).add(label, memory);
    page.of(all.cpuOvercommit).add(label, ownCpus ? cpus / ownCpus : undefined);
    page.of(all.memoryOvercommit).add(label, ownMemory ? memory / ownMemory : undefined);
    for (const [key, count] of guests) page.of(all.nodeGuests).set([id, ...key.split(" ")], count);
  }
};

/** What prometheus-pve-exporter does not tell of nodes, as far as it is known. */
export const nodeFurther = (page: Metrics, { cluster, nodes }: Monitored): void => {
  assignedMetrics(page, keptValue(cluster.resources) ?? []);
  const figures = figuresOf(keptValue(cluster.figures) ?? []);
  const isMember = keptValue(cluster.membership)?.some((row) => row.type === "cluster") === true;
  for (const [name, node] of Object.entries(nodes)) {
    const id = `node/${name}`;
    const status = keptValue(node.status);
    loadMetrics(page, new LabelSet(["id"], [id]), figures.get(id) ?? new Map(), status);
    if (status !== undefined) versionMetrics(page, id, status);
    slowMetrics(page, id, node, isMember);
  }
};
