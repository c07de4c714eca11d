import type { Lab } from "@orrery/model";
import { linkTo, type Page } from "../dashboard.ts";
import { above, atLeast, bad, declaredLevels, good, watchOut } from "../level.ts";
import { bars, stat, timeline, trend } from "../panel.ts";
import { byGuest, type Condition, filledIn, of, rate } from "../query.ts";
import { table } from "../table.ts";
import { upOrDown } from "./cluster.ts";

const here: Condition = 'id="node/$node"';
const onIt: Condition = 'node="$node"';
const day = 86_400;

const memoryUsed = of("pve_memory_usage_bytes", here);
const memorySize = of("pve_memory_size_bytes", here);
const cpus = of("pve_cpu_usage_limit", here);

export const healthy = {
  "0": { text: "failing", colour: bad },
  "1": { text: "good", colour: good },
} as const;

/** One node: what it carries, what it waits for, and what of it will fail next. */
export const nodePage = (lab: Lab): Page => {
  const cpuLevels = declaredLevels(lab, "node cpu");
  const memoryLevels = declaredLevels(lab, "node memory");
  const storageLevels = declaredLevels(lab, "storage");
  const root = `${of("pve_disk_usage_bytes", here)} / ${of("pve_disk_size_bytes", here)}`;
  return {
    uid: "orrery-node",
    title: "Node",
    description: "What a node carries, what it waits for, and what of it will fail next.",
    choices: ["cluster", "node"],
    since: "now-6h",
    rows: [
      {
        title: "$node now",
        panels: [
          stat({
            title: "State",
            description: "Whether the other members see it.",
            query: { expr: `max(${of("pve_up", here)})` },
            words: upOrDown,
            width: 3,
          }),
          stat({
            title: "Up for",
            description: "Since it started.",
            query: { expr: `max(${of("pve_uptime_seconds", here)})` },
            unit: "s",
            width: 3,
          }),
          stat({
            title: "CPU in use",
            description: "Share of its CPUs in use.",
            query: { expr: `max(${of("pve_cpu_usage_ratio", here)})` },
            unit: "percentunit",
            levels: cpuLevels,
            spark: true,
            width: 3,
          }),
          stat({
            title: "Memory in use",
            description: "Share of its memory in use.",
            query: { expr: `max(${memoryUsed} / ${memorySize})` },
            unit: "percentunit",
            levels: memoryLevels,
            spark: true,
            width: 3,
          }),
          stat({
            title: "Root file system",
            description: "How full it is. A node whose root is full cannot write its configuration.",
            query: { expr: `max(${root})` },
            unit: "percentunit",
            levels: storageLevels,
            width: 3,
          }),
          stat({
            title: "Memory given to guests",
            description: "Memory of the guests that run on it, to its own.",
            query: { expr: `max(${of("pve_node_memory_overcommit_ratio", here)})` },
            unit: "percentunit",
            levels: above(1),
            width: 3,
          }),
          stat({
            title: "Clock",
            description:
              "How far its clock is ahead of the exporter's, to about a second. Corosync and certificates need it right.",
            query: { expr: `max(${of("pve_node_clock_offset_seconds", here)})` },
            unit: "s",
            levels: [
              { from: null, colour: bad },
              { from: -10, colour: good },
              { from: 10, colour: bad },
            ],
            width: 3,
          }),
          stat({
            title: "Runs",
            description: "Version of Proxmox VE and its kernel.",
            query: { expr: of("pve_node_version_info", here), legend: "{{version}}, {{kernel}}" },
            names: true,
            width: 3,
          }),
        ],
      },
      {
        title: "Load",
        panels: [
          trend({
            title: "CPU",
            description: "Dashed: the declared thresholds. Waiting for disks is not counted as use.",
            queries: [
              { expr: `max(${of("pve_cpu_usage_ratio", here)})`, legend: "in use" },
              { expr: `max(${of("pve_node_io_wait_ratio", here)})`, legend: "waits for disks" },
            ],
            unit: "percentunit",
            levels: cpuLevels,
            max: 1,
            width: 12,
          }),
          trend({
            title: "Memory and swap",
            description: "Swap that fills says that memory was given more than once.",
            queries: [
              { expr: `max(${memoryUsed})`, legend: "memory in use" },
              { expr: `max(${memorySize})`, legend: "memory" },
              { expr: `max(${of("pve_node_swap_usage_bytes", here)})`, legend: "swap in use" },
              { expr: `max(${of("pve_node_swap_size_bytes", here)})`, legend: "swap" },
            ],
            unit: "bytes",
            width: 12,
          }),
          trend({
            title: "Load",
            description: "Processes that run or wait, over 1, 5 and 15 minutes, beside the CPUs that there are.",
            queries: [
              { expr: `max(${of("pve_node_load_avg1", here)})`, legend: "1 min" },
              { expr: `max(${of("pve_node_load_avg5", here)})`, legend: "5 min" },
              { expr: `max(${of("pve_node_load_avg15", here)})`, legend: "15 min" },
              { expr: `max(${cpus})`, legend: "CPUs" },
            ],
            width: 8,
          }),
          trend({
            title: "Pressure",
            description:
              "Share of time in which some, or all, work waits for a resource. Above a few percent work suffers, whatever the load says. Of Proxmox VE 9 only.",
            queries: [
              {
                expr: `max by (resource, extent) (${of("pve_node_pressure_ratio", here)})`,
                legend: "{{resource}}, {{extent}}",
              },
            ],
            unit: "percentunit",
            levels: above(0.1, 0.4),
            width: 8,
          }),
          trend({
            title: "Network",
            description: "Received above, sent below.",
            queries: [
              { expr: `max(${rate(of("pve_node_network_receive_bytes_total", here))})`, legend: "received" },
              { expr: `-max(${rate(of("pve_node_network_transmit_bytes_total", here))})`, legend: "sent" },
            ],
            unit: "Bps",
            width: 8,
          }),
        ],
      },
      {
        title: "Guests",
        panels: [
          table({
            title: "Guests on it",
            description: "A click on a guest opens it.",
            keys: [
              { label: "name", link: linkTo("orrery-guest", "guest", filledIn("__data.fields.id")) },
              { label: "id" },
            ],
            columns: [
              {
                as: "State",
                expr: `max by (id, name) (${byGuest(of("pve_up"), onIt, 'template!="1"')})`,
                words: { "0": { text: "stopped", colour: watchOut }, "1": { text: "runs", colour: good } },
              },
              {
                as: "CPUs in use",
                expr: `max by (id, name) (${byGuest(`(${of("pve_cpu_usage_ratio")} * ${of("pve_cpu_usage_limit")})`, onIt, 'template!="1"')})`,
                decimals: 2,
              },
              {
                as: "Memory",
                expr: `max by (id, name) (${byGuest(of("pve_memory_usage_bytes"), onIt, 'template!="1"')})`,
                unit: "bytes",
              },
              {
                as: "of",
                expr: `max by (id, name) (${byGuest(of("pve_memory_size_bytes"), onIt, 'template!="1"')})`,
                unit: "bytes",
              },
              {
                as: "Up for",
                expr: `max by (id, name) (${byGuest(of("pve_uptime_seconds"), onIt, 'template!="1"')})`,
                unit: "s",
              },
            ],
            sort: { by: "CPUs in use" },
            none: "No guest is on this node",
            width: 16,
            height: 9,
          }),
          trend({
            title: "How many",
            description: "Guests on it, by state.",
            queries: [{ expr: `sum by (type, state) (${of("pve_node_guests", here)})`, legend: "{{type}} {{state}}" }],
            decimals: 0,
            stacked: true,
            width: 8,
            height: 9,
          }),
        ],
      },
      {
        title: "Disks and storages",
        panels: [
          table({
            title: "Disks",
            description: "What each disk says of itself (SMART), and how much of its life it says it has used.",
            keys: [{ label: "disk" }],
            columns: [
              { as: "Verdict", expr: `max by (disk) (${of("pve_node_disk_healthy", here)})`, words: healthy },
              {
                as: "Life used",
                expr: `max by (disk) (${of("pve_node_disk_wear_ratio", here)})`,
                unit: "percentunit",
                levels: above(0.8, 0.9),
                full: 1,
              },
              { as: "Size", expr: `max by (disk) (${of("pve_node_disk_size_bytes", here)})`, unit: "decbytes" },
            ],
            width: 8,
          }),
          bars({
            title: "Storages",
            description: "How full each storage is, as this node sees it.",
            query: {
              expr: `max by (storage) (${of("pve_disk_usage_bytes", 'id=~"storage/$node/.+"')} / ${of("pve_disk_size_bytes", 'id=~"storage/$node/.+"')} * on (cluster, id) group_left (storage) max by (cluster, id, storage) (${of("pve_storage_info", onIt)}))`,
              legend: "{{storage}}",
            },
            unit: "percentunit",
            levels: storageLevels,
            max: 1,
            width: 8,
          }),
          table({
            title: "ZFS pools",
            description: "State, and how full and fragmented each pool is.",
            keys: [{ label: "pool" }],
            columns: [
              { as: "State", expr: `max by (pool) (${of("pve_node_zfs_pool_healthy", here)})`, words: healthy },
              {
                as: "Full",
                expr: `max by (pool) (${of("pve_node_zfs_pool_allocated_bytes", here)} / ${of("pve_node_zfs_pool_size_bytes", here)})`,
                unit: "percentunit",
                levels: storageLevels,
                full: 1,
              },
              {
                as: "Fragmented",
                expr: `max by (pool) (${of("pve_node_zfs_pool_fragmentation_ratio", here)})`,
                unit: "percentunit",
              },
            ],
            none: "No ZFS pool is known",
            width: 8,
          }),
        ],
      },
      {
        title: "Upkeep",
        panels: [
          timeline({
            title: "Services",
            description: "Services that are enabled, and whether they run.",
            queries: [{ expr: `max by (service) (${of("pve_node_service_up", here)})`, legend: "{{service}}" }],
            words: upOrDown,
            width: 9,
            height: 9,
          }),
          table({
            title: "Certificates",
            description: "How long each is still valid.",
            keys: [{ label: "filename" }],
            columns: [
              {
                as: "Ends in",
                expr: `min by (filename) (${of("pve_node_certificate_expiry_timestamp_seconds", here)}) - time()`,
                unit: "s",
                levels: atLeast(7 * day, 21 * day),
              },
            ],
            width: 6,
            height: 9,
          }),
          table({
            title: "Updates that wait",
            description: "Packages that apt would bring to a newer version.",
            keys: [{ label: "origin" }],
            columns: [{ as: "Packages", expr: `max by (origin) (${of("pve_node_updates_pending", here)})` }],
            width: 5,
            height: 9,
          }),
          table({
            title: "Subscription",
            description: "What the node's subscription is, as the node says.",
            keys: [
              {
                label: "status",
                words: {
                  active: { text: "active", colour: good },
                  expired: { text: "expired", colour: bad },
                  invalid: { text: "invalid", colour: bad },
                },
              },
            ],
            columns: [{ as: "Nodes", expr: `count by (status) (${of("pve_subscription_status", here)} == 1)` }],
            width: 4,
            height: 9,
          }),
        ],
      },
    ],
  };
};
