import { linkTo, type Page } from "../dashboard.ts";
import { above, atLeast, bad, good, watchOut } from "../level.ts";
import { stat, timeline, trend } from "../panel.ts";
import { type Condition, of, rate } from "../query.ts";
import { table } from "../table.ts";

const here: Condition = 'id="$guest"';
const hour = 3600;

/** What is told of the replication jobs of the guest. */
const replica = (
  metric:
    | "pve_replication_last_sync_timestamp_seconds"
    | "pve_replication_duration_seconds"
    | "pve_replication_failed_syncs",
): string =>
  `max by (cluster, id) (${of(metric)}) * on (cluster, id) group_right () max by (cluster, id, target) (${of("pve_replication_info", 'guest="$guest"')})`;

/** One guest: what it uses, where it was, and what would be left of it. */
export const guestPage: Page = {
  uid: "orrery-guest",
  title: "Guest",
  description: "What a guest uses, where it was, and what would be left of it.",
  choices: ["cluster", "guest"],
  since: "now-6h",
  rows: [
    {
      title: "$guest now",
      panels: [
        stat({
          title: "State",
          description: "Whether it runs.",
          query: { expr: `max(${of("pve_up", here)})` },
          words: { "0": { text: "stopped", colour: watchOut }, "1": { text: "runs", colour: good } },
          width: 3,
        }),
        stat({
          title: "On",
          description: "The node that it is on.",
          query: { expr: of("pve_guest_info", here), legend: "{{name}} on {{node}}" },
          names: true,
          width: 4,
        }),
        stat({
          title: "Up for",
          description: "Since it started.",
          query: { expr: `max(${of("pve_uptime_seconds", here)})` },
          unit: "s",
          width: 3,
        }),
        stat({
          title: "HA",
          description: "In which state the HA manager holds it; nothing where HA does not look after it.",
          query: { expr: `${of("pve_ha_state", here)} == 1`, legend: "{{state}}" },
          names: true,
          none: "not managed",
          width: 3,
        }),
        stat({
          title: "Newest backup",
          description: "How old the newest backup on any storage is.",
          query: { expr: `time() - max(${of("pve_guest_backup_last_timestamp_seconds", here)})` },
          unit: "s",
          none: "none",
          width: 3,
        }),
        stat({
          title: "Next backup late in",
          description: "By the strictest of its policies; below zero it is late. Needs `orrery exporter --lab`.",
          query: { expr: `min(${of("orrery_backup_margin_seconds", here)})` },
          unit: "s",
          levels: atLeast(0, hour),
          none: "no policy",
          width: 3,
        }),
        stat({
          title: "Starts with its node",
          description: "Whether it is set to; nothing where it is left at the default, which is no.",
          query: { expr: `max(${of("pve_onboot_status", here)})` },
          words: { "0": { text: "no", colour: "text" }, "1": { text: "yes", colour: "text" } },
          none: "no",
          width: 3,
        }),
        stat({
          title: "Protected",
          description: "Whether it is protected from removal.",
          query: { expr: `max(${of("pve_guest_protected", here)})` },
          words: { "0": { text: "no", colour: "text" }, "1": { text: "yes", colour: "text" } },
          width: 2,
        }),
      ],
    },
    {
      title: "Use",
      panels: [
        trend({
          title: "CPU",
          description: "CPUs in use, beside those that it has.",
          queries: [
            { expr: `max(${of("pve_cpu_usage_ratio", here)} * ${of("pve_cpu_usage_limit", here)})`, legend: "in use" },
            { expr: `max(${of("pve_cpu_usage_limit", here)})`, legend: "has" },
          ],
          decimals: 2,
          width: 12,
        }),
        trend({
          title: "Memory",
          description:
            "As the guest sees it, and what of its node's memory it takes (Proxmox VE 9 only). A VM without ballooning takes all that it ever touched.",
          queries: [
            { expr: `max(${of("pve_memory_usage_bytes", here)})`, legend: "in use" },
            { expr: `max(${of("pve_guest_memory_host_bytes", here)})`, legend: "taken of the node" },
            { expr: `max(${of("pve_memory_size_bytes", here)})`, legend: "has" },
          ],
          unit: "bytes",
          width: 12,
        }),
        trend({
          title: "Network",
          description: "Received above, sent below.",
          queries: [
            { expr: `max(${rate(of("pve_network_receive_bytes_total", here))})`, legend: "received" },
            { expr: `-max(${rate(of("pve_network_transmit_bytes_total", here))})`, legend: "sent" },
          ],
          unit: "Bps",
          width: 12,
        }),
        trend({
          title: "Disks",
          description: "Read above, written below. Not every storage tells.",
          queries: [
            { expr: `max(${rate(of("pve_disk_read_bytes_total", here))})`, legend: "read" },
            { expr: `-max(${rate(of("pve_disk_written_bytes_total", here))})`, legend: "written" },
          ],
          unit: "Bps",
          width: 12,
        }),
      ],
    },
    {
      title: "Where it was",
      panels: [
        timeline({
          title: "State, node and lock",
          description: "When it ran, on which node it was, and when its configuration was locked.",
          queries: [
            { expr: `max(${of("pve_up", here)})`, legend: "runs" },
            { expr: `max by (node) (${of("pve_guest_info", here)})`, legend: "on {{node}}" },
            { expr: `max by (state) (${of("pve_lock_state", here)} == 1)`, legend: "locked: {{state}}" },
            { expr: `max by (state) (${of("pve_ha_state", here)} == 1)`, legend: "HA: {{state}}" },
          ],
          words: { "0": { text: "no", colour: watchOut }, "1": { text: "yes", colour: good } },
          width: 24,
          height: 9,
        }),
      ],
    },
    {
      title: "What would be left of it",
      panels: [
        table({
          title: "Backups",
          description: "The newest on each storage.",
          keys: [{ label: "storage", link: linkTo("orrery-storage", "storage") }],
          columns: [
            {
              as: "Age",
              expr: `time() - max by (storage) (${of("pve_guest_backup_last_timestamp_seconds", here)})`,
              unit: "s",
            },
            { as: "Size", expr: `max by (storage) (${of("pve_guest_backup_last_size_bytes", here)})`, unit: "bytes" },
            {
              as: "Verified",
              expr: `max by (storage) (${of("pve_guest_backup_last_verified", here)})`,
              words: { "0": { text: "broken", colour: bad }, "1": { text: "whole", colour: good } },
            },
          ],
          none: "No backup is known",
          width: 8,
          height: 7,
        }),
        table({
          title: "Policies",
          description: "Until when the next backup of each policy is not late. Needs `orrery exporter --lab`.",
          keys: [{ label: "policy" }, { label: "storage" }],
          columns: [
            {
              as: "Held",
              expr: `max by (policy, storage) (${of("orrery_backup_held", here)})`,
              words: { "0": { text: "none", colour: bad }, "1": { text: "yes", colour: good } },
            },
            {
              as: "Due in",
              expr: `min by (policy, storage) (${of("orrery_backup_due_timestamp_seconds", here)}) - time()`,
              unit: "s",
            },
            {
              as: "Late in",
              expr: `min by (policy, storage) (${of("orrery_backup_margin_seconds", here)})`,
              unit: "s",
              levels: atLeast(0, hour),
            },
          ],
          none: "No policy covers it",
          width: 8,
          height: 7,
        }),
        table({
          title: "Replication",
          description: "Copies of its disks on other nodes.",
          keys: [{ label: "target" }],
          columns: [
            {
              as: "Behind",
              expr: `time() - max by (target) (${replica("pve_replication_last_sync_timestamp_seconds")})`,
              unit: "s",
            },
            {
              as: "Took",
              expr: `max by (target) (${replica("pve_replication_duration_seconds")})`,
              unit: "s",
            },
            {
              as: "Failed in a row",
              expr: `max by (target) (${replica("pve_replication_failed_syncs")})`,
              levels: above(1, 3),
            },
          ],
          none: "It is not replicated",
          width: 8,
          height: 7,
        }),
      ],
    },
    {
      title: "How it is configured",
      panels: [
        table({
          title: "Configuration",
          description: "As written; empty is Proxmox's default.",
          keys: ["ostype", "machine", "bios", "cpu", "scsihw"].map((label) => ({ label })),
          columns: [
            {
              as: "Agent",
              expr: `max by (ostype, machine, bios, cpu, scsihw) (${of("pve_guest_agent_enabled", here)} * on (cluster, id) group_left (ostype, machine, bios, cpu, scsihw) ${of("pve_guest_config_info", here)})`,
              words: { "0": { text: "none", colour: "text" }, "1": { text: "configured", colour: "text" } },
            },
          ],
          none: "Not known: configurations are not read",
          width: 16,
          height: 5,
        }),
        table({
          title: "Tags",
          description: "Its tags.",
          keys: [{ label: "tag" }],
          columns: [{ as: "Is", expr: `max by (tag) (${of("pve_guest_tag_info", here)})` }],
          none: "It has no tag",
          width: 8,
          height: 5,
        }),
      ],
    },
  ],
};
