import type { Lab } from "@orrery/model";
import { linkTo, type Page } from "../dashboard.ts";
import { above, bad, declaredLevels, good } from "../level.ts";
import { bars, stat, timeline, trend } from "../panel.ts";
import { byNode, byStorage, type Condition, of, orZero, storages } from "../query.ts";
import { table } from "../table.ts";
import { healthy } from "./node.ts";

const chosen: Condition = 'storage=~"$storage"';
const used = of("pve_disk_usage_bytes", storages);
const size = of("pve_disk_size_bytes", storages);
/** A storage that all nodes share is one, whichever node tells of it; others are one on each node. */
const full = (how: string): string => `max by (storage, node) (${byStorage(how, chosen)})`;

const reachable = {
  "0": { text: "gone", colour: bad },
  "1": { text: "there", colour: good },
} as const;

const disk = (metric: "pve_node_disk_healthy" | "pve_node_disk_wear_ratio" | "pve_node_disk_size_bytes"): string =>
  `max by (node, disk, type, model, serial) (label_replace(${of(metric)} * on (cluster, id, disk) group_left (type, model, serial) ${of("pve_node_disk_info")}, "node", "$1", "id", "node/(.+)"))`;

/** How full the storages are, when they will be full, and what is under them. */
export const storagePage = (lab: Lab): Page => {
  const levels = declaredLevels(lab, "storage");
  return {
    uid: "orrery-storage",
    title: "Storage",
    description: "How full the storages are, when they will be full, and how the disks under them are.",
    choices: ["cluster", "storage"],
    since: "now-24h",
    rows: [
      {
        title: "Now",
        panels: [
          stat({
            title: "Fullest",
            description: "How full the fullest of the chosen storages is.",
            query: { expr: `max(${byStorage(`(${used} / ${size})`, chosen)})` },
            unit: "percentunit",
            levels,
            width: 4,
          }),
          stat({
            title: "Not available",
            description: "Storages that a node cannot reach; a storage that two nodes cannot reach counts twice.",
            query: { expr: orZero(`count((${byStorage(of("pve_up", storages), chosen)}) == 0)`) },
            levels: above(1),
            width: 4,
          }),
          stat({
            title: "Disks that fail",
            description: "Disks whose own verdict (SMART) is bad, on all nodes.",
            query: { expr: orZero(`count(${of("pve_node_disk_healthy")} == 0)`) },
            levels: above(1),
            width: 4,
          }),
          stat({
            title: "Most worn disk",
            description: "Share of its life that the most worn disk says it has used.",
            query: { expr: `max(${of("pve_node_disk_wear_ratio")})` },
            unit: "percentunit",
            levels: above(0.8, 0.9),
            none: "no disk tells",
            width: 4,
          }),
          stat({
            title: "ZFS pools not online",
            description: "Pools that are degraded or worse, on all nodes.",
            query: { expr: orZero(`count(${of("pve_node_zfs_pool_healthy")} == 0)`) },
            levels: above(1),
            width: 4,
          }),
          stat({
            title: "Backups of no guest",
            description: "Backups of guests that there are no more: room that nobody may need.",
            query: { expr: orZero(`sum(${of("pve_storage_backups_orphaned")})`) },
            width: 4,
          }),
        ],
      },
      {
        title: "Room",
        panels: [
          table({
            title: "Storages",
            description: "In four days: where the line through the last six hours leads.",
            keys: [{ label: "storage" }, { label: "node", link: linkTo("orrery-node", "node") }],
            columns: [
              { as: "State", expr: full(of("pve_up", storages)), words: reachable },
              { as: "Full", expr: full(`(${used} / ${size})`), unit: "percentunit", levels, full: 1 },
              { as: "Used", expr: full(used), unit: "bytes" },
              { as: "Size", expr: full(size), unit: "bytes" },
              {
                as: "In four days",
                expr: full(`(predict_linear(${used}[6h], 345600) / ${size})`),
                unit: "percentunit",
                levels,
              },
              {
                as: "Shared",
                expr: full(of("pve_storage_shared")),
                words: { "0": { text: "no", colour: "text" }, "1": { text: "yes", colour: "text" } },
              },
            ],
            sort: { by: "Full" },
            width: 24,
            height: 9,
          }),
          trend({
            title: "How full",
            description: "Dashed: the declared thresholds.",
            queries: [{ expr: full(`(${used} / ${size})`), legend: "{{storage}} on {{node}}" }],
            unit: "percentunit",
            levels,
            max: 1,
            width: 16,
            height: 9,
          }),
          timeline({
            title: "Availability",
            description: "When a node could reach a storage.",
            queries: [{ expr: full(of("pve_up", storages)), legend: "{{storage}} on {{node}}" }],
            words: reachable,
            width: 8,
            height: 9,
          }),
        ],
      },
      {
        title: "What is under them",
        panels: [
          table({
            title: "Disks",
            description: "What each disk says of itself (SMART).",
            keys: [
              { label: "node", link: linkTo("orrery-node", "node") },
              { label: "disk" },
              { label: "type" },
              { label: "model" },
              { label: "serial" },
            ],
            columns: [
              { as: "Verdict", expr: disk("pve_node_disk_healthy"), words: healthy },
              {
                as: "Life used",
                expr: disk("pve_node_disk_wear_ratio"),
                unit: "percentunit",
                levels: above(0.8, 0.9),
                full: 1,
              },
              { as: "Size", expr: disk("pve_node_disk_size_bytes"), unit: "decbytes" },
            ],
            width: 16,
            height: 9,
          }),
          bars({
            title: "ZFS pools",
            description: "How full each is. A pool slows down before it is full.",
            query: {
              expr: `max by (node, pool) (label_replace(${of("pve_node_zfs_pool_allocated_bytes")} / ${of("pve_node_zfs_pool_size_bytes")}, "node", "$1", "id", "node/(.+)"))`,
              legend: "{{pool}} on {{node}}",
            },
            unit: "percentunit",
            levels,
            max: 1,
            width: 8,
            height: 9,
          }),
          trend({
            title: "Nodes wait for disks",
            description: "Share of time that the CPUs of each node wait.",
            queries: [{ expr: byNode(of("pve_node_io_wait_ratio")), legend: "{{node}}" }],
            unit: "percentunit",
            width: 12,
          }),
          trend({
            title: "Pressure on disks",
            description: "Share of time in which some, or all, work of a node waits for disks. Of Proxmox VE 9 only.",
            queries: [
              {
                expr: `max by (node, extent) (label_replace(${of("pve_node_pressure_ratio", 'resource="io"')}, "node", "$1", "id", "node/(.+)"))`,
                legend: "{{node}}, {{extent}}",
              },
            ],
            unit: "percentunit",
            width: 12,
          }),
        ],
      },
    ],
  };
};
