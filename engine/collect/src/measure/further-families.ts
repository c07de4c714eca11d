import { family } from "@orrery/telemetry";

const id = ["id"] as const;
const gauge = (name: string, labels: readonly string[], help: string) => family(name, "gauge", labels, help);
const counter = (name: string, labels: readonly string[], help: string) => family(name, "counter", labels, help);

/** What prometheus-pve-exporter does not tell of nodes. `id` is `node/<name>` throughout. */
export const loadAvg1 = gauge("pve_node_load_avg1", id, "Load of a node over one minute");
export const loadAvg5 = gauge("pve_node_load_avg5", id, "Load of a node over five minutes");
export const loadAvg15 = gauge("pve_node_load_avg15", id, "Load of a node over fifteen minutes");
export const ioWait = gauge("pve_node_io_wait_ratio", id, "Share of time that a node's CPUs wait for disks");
export const swapSize = gauge("pve_node_swap_size_bytes", id, "Bytes of swap of a node");
export const swapUsage = gauge("pve_node_swap_usage_bytes", id, "Bytes of swap that a node uses");
export const received = counter("pve_node_network_receive_bytes_total", id, "Bytes that a node has received");
export const sent = counter("pve_node_network_transmit_bytes_total", id, "Bytes that a node has sent");
export const pressure = gauge(
  "pve_node_pressure_ratio",
  ["id", "resource", "extent"],
  "Share of time in which some, or all, work of a node waits for a resource; of 9 only",
);
export const cpuAssigned = gauge("pve_node_cpu_assigned", id, "CPUs of the guests that run on a node");
export const memoryAssigned = gauge(
  "pve_node_memory_assigned_bytes",
  id,
  "Bytes of memory of the guests that run on a node, by their configuration",
);
export const cpuOvercommit = gauge(
  "pve_node_cpu_overcommit_ratio",
  id,
  "CPUs of the guests that run on a node, to its own",
);
export const memoryOvercommit = gauge(
  "pve_node_memory_overcommit_ratio",
  id,
  "Memory of the guests that run on a node, to its own",
);
export const nodeGuests = gauge(
  "pve_node_guests",
  ["id", "type", "state"],
  "Guests on a node; templates are neither running nor stopped",
);
export const nodeVersion = gauge("pve_node_version_info", ["id", "version", "repoid", "kernel"], "What a node runs: 1");
export const updatesPending = gauge(
  "pve_node_updates_pending",
  ["id", "origin"],
  "Packages of a node that apt would bring to a newer version",
);
export const certificateExpiry = gauge(
  "pve_node_certificate_expiry_timestamp_seconds",
  ["id", "filename"],
  "When a certificate of a node ends",
);
export const serviceUp = gauge(
  "pve_node_service_up",
  ["id", "service"],
  "Whether a service of a node runs; only of services that are enabled",
);
export const clockOffset = gauge(
  "pve_node_clock_offset_seconds",
  id,
  "Seconds that a node's clock is ahead of the exporter's, to about a second",
);
export const diskInfo = gauge("pve_node_disk_info", ["id", "disk", "type", "model", "serial"], "A disk of a node: 1");
export const diskSize = gauge("pve_node_disk_size_bytes", ["id", "disk"], "Bytes of a disk of a node");
export const diskHealthy = gauge(
  "pve_node_disk_healthy",
  ["id", "disk"],
  "Whether a disk's own verdict (SMART) is good; absent where it gives none",
);
export const diskWear = gauge(
  "pve_node_disk_wear_ratio",
  ["id", "disk"],
  "Share of its life that a disk says it has used; absent where it does not tell",
);
export const zfsHealthy = gauge("pve_node_zfs_pool_healthy", ["id", "pool"], "Whether a ZFS pool is ONLINE");
export const zfsSize = gauge("pve_node_zfs_pool_size_bytes", ["id", "pool"], "Bytes of a ZFS pool");
export const zfsAllocated = gauge("pve_node_zfs_pool_allocated_bytes", ["id", "pool"], "Bytes taken of a ZFS pool");
export const zfsFragmentation = gauge(
  "pve_node_zfs_pool_fragmentation_ratio",
  ["id", "pool"],
  "Share of the free space of a ZFS pool that is fragmented",
);

/** Of the cluster. `id` is `cluster/<name>`. */
export const votesExpected = gauge("pve_cluster_votes_expected", id, "Votes of all members and of the quorum device");
export const votesPresent = gauge("pve_cluster_votes_present", id, "Votes of those that are there");
export const quorumMargin = gauge(
  "pve_cluster_quorum_margin_votes",
  id,
  "Votes that can still be lost before quorum is; negative without quorum",
);
export const haQuorate = gauge("pve_ha_quorate", id, "Whether the HA manager has quorum");
export const haErrors = gauge("pve_ha_errors", id, "Guests that HA gave up on");
export const tasksEnded = counter(
  "pve_tasks_ended_total",
  ["id", "type", "outcome"],
  "Tasks of a node that ended since the exporter watches: ok, warnings or failed",
);
export const tasksLastEnd = gauge(
  "pve_tasks_last_end_timestamp_seconds",
  ["id", "type", "outcome"],
  "When a task of a node last ended so, as far back as the cluster lists tasks: ok, warnings or failed",
);
export const tasksRunning = gauge("pve_tasks_running", ["id", "type"], "Tasks that run on a node");

/** Of guests. `id` is `qemu/<vmid>` or `lxc/<vmid>`. */
export const guestTag = gauge("pve_guest_tag_info", ["id", "tag"], "A tag of a guest: 1");
export const guestPool = gauge("pve_guest_pool_info", ["id", "pool"], "The pool that a guest is in: 1");
export const guestHostMemory = gauge(
  "pve_guest_memory_host_bytes",
  id,
  "Bytes of its node's memory that a guest takes; of 9 only",
);
export const guestConfig = gauge(
  "pve_guest_config_info",
  ["id", "ostype", "machine", "bios", "cpu", "scsihw"],
  "How a guest is configured, as written; empty is Proxmox's default: 1",
);
export const guestProtected = gauge("pve_guest_protected", id, "Whether a guest is protected from removal");
export const guestAgent = gauge("pve_guest_agent_enabled", id, "Whether a VM is configured to have a guest agent");
export const guestAgentUp = gauge(
  "pve_guest_agent_up",
  id,
  "Whether the agent of a running VM that is to have one answers",
);
export const snapshotOldest = gauge(
  "pve_guest_snapshot_oldest_timestamp_seconds",
  id,
  "When the oldest snapshot that a guest still has was taken",
);
export const backupLast = gauge(
  "pve_guest_backup_last_timestamp_seconds",
  ["id", "storage"],
  "When the newest backup of a guest on a storage was begun",
);
export const backupSize = gauge(
  "pve_guest_backup_last_size_bytes",
  ["id", "storage"],
  "Bytes of the newest backup of a guest on a storage",
);
export const backupVerified = gauge(
  "pve_guest_backup_last_verified",
  ["id", "storage"],
  "Whether the newest backup was verified and found whole; absent where nobody looked",
);
export const backupCount = gauge(
  "pve_guest_backups",
  id,
  "Backups of a guest on all storages that hold any; absent while one of them does not answer",
);
export const backupOrphans = gauge(
  "pve_storage_backups_orphaned",
  ["storage"],
  "Backups on a storage of guests that there are no more",
);

/** Of the collecting itself. */
export const sectionUp = gauge(
  "orrery_collect_section_up",
  ["section", "subject"],
  "Whether a section was answered when last asked; absent of what was never asked",
);
export const sectionSuccess = gauge(
  "orrery_collect_section_last_success_timestamp_seconds",
  ["section", "subject"],
  "When what is shown of a section was answered",
);
export const sectionRequests = counter(
  "orrery_collect_section_requests_total",
  ["section"],
  "How often a section was asked",
);
export const sectionFailures = counter(
  "orrery_collect_section_failures_total",
  ["section"],
  "How often a section was asked in vain",
);
export const guestsUnread = gauge("orrery_collect_guests_unread", [], "Guests whose configuration is not known");
export const collectRequests = counter("orrery_collect_requests_total", [], "Requests that were sent to the cluster");
export const collectCycles = counter("orrery_collect_cycles_total", [], "Cycles of the collector");
export const collectPace = gauge(
  "orrery_collect_pace_ratio",
  [],
  "How many times slower than usual the cluster is asked, to spare it; 1 is as usual",
);
