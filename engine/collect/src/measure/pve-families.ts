import { family } from "@orrery/telemetry";

/** The metrics of prometheus-pve-exporter 3.10, by its names, types and labels. */
const ofResource = ["id"] as const;

/** Of each row of the list of resources: the field, and the metrics that it is. */
export const resourceFields = [
  [
    "maxdisk",
    family(
      "pve_disk_size_bytes",
      "gauge",
      ofResource,
      "Bytes of a storage, of a node's root file system, or of a guest's root disk",
    ),
  ],
  [
    "disk",
    family(
      "pve_disk_usage_bytes",
      "gauge",
      ofResource,
      "Bytes taken of a storage or a root file system; 0 of a VM, which does not tell",
    ),
  ],
  ["maxmem", family("pve_memory_size_bytes", "gauge", ofResource, "Bytes of memory of a node or guest")],
  ["mem", family("pve_memory_usage_bytes", "gauge", ofResource, "Bytes of memory that a node or guest uses")],
  [
    "netout",
    family(
      "pve_network_transmit_bytes",
      "gauge",
      ofResource,
      "Bytes that a guest has sent since it started; pve_network_transmit_bytes_total is the counter",
    ),
  ],
  [
    "netin",
    family(
      "pve_network_receive_bytes",
      "gauge",
      ofResource,
      "Bytes that a guest has received since it started; pve_network_receive_bytes_total is the counter",
    ),
  ],
  [
    "diskwrite",
    family(
      "pve_disk_write_bytes",
      "gauge",
      ofResource,
      "Bytes that a guest has written since it started; pve_disk_written_bytes_total is the counter",
    ),
  ],
  [
    "diskread",
    family(
      "pve_disk_read_bytes",
      "gauge",
      ofResource,
      "Bytes that a guest has read since it started; pve_disk_read_bytes_total is the counter",
    ),
  ],
  ["cpu", family("pve_cpu_usage_ratio", "gauge", ofResource, "Share of its CPUs that a node or guest uses")],
  ["maxcpu", family("pve_cpu_usage_limit", "gauge", ofResource, "CPUs of a node or guest")],
  ["uptime", family("pve_uptime_seconds", "gauge", ofResource, "Seconds since a node or guest started")],
  ["shared", family("pve_storage_shared", "gauge", ofResource, "Whether all nodes share the storage")],
  [
    "netout",
    family("pve_network_transmit_bytes_total", "counter", ofResource, "Bytes that a guest has sent since it started"),
  ],
  [
    "netin",
    family(
      "pve_network_receive_bytes_total",
      "counter",
      ofResource,
      "Bytes that a guest has received since it started",
    ),
  ],
  [
    "diskwrite",
    family(
      "pve_disk_written_bytes_total",
      "counter",
      ofResource,
      "Bytes that a guest has written to its disks since it started; not every storage tells",
    ),
  ],
  [
    "diskread",
    family(
      "pve_disk_read_bytes_total",
      "counter",
      ofResource,
      "Bytes that a guest has read from its disks since it started; not every storage tells",
    ),
  ],
] as const;

export const up = family(
  "pve_up",
  "gauge",
  ofResource,
  "Whether a node is online, a guest runs, a storage is available, a cluster has quorum",
);
export const haState = family(
  "pve_ha_state",
  "gauge",
  ["id", "state"],
  "State of a node or guest for the HA manager: 1 of the one that it is in",
);
export const lockState = family(
  "pve_lock_state",
  "gauge",
  ["id", "state"],
  "Lock on a guest's configuration: 1 of the one that is held",
);
export const guestInfo = family(
  "pve_guest_info",
  "gauge",
  ["id", "node", "name", "type", "template", "tags"],
  "A guest: 1",
);
export const storageInfo = family(
  "pve_storage_info",
  "gauge",
  ["id", "node", "storage", "plugintype", "content"],
  "A storage on a node: 1",
);
export const nodeInfo = family("pve_node_info", "gauge", ["id", "level", "name", "nodeid"], "A node: 1");
export const clusterInfo = family("pve_cluster_info", "gauge", ["id", "nodes", "quorate", "version"], "The cluster: 1");
export const versionInfo = family(
  "pve_version_info",
  "gauge",
  ["release", "repoid", "version"],
  "Proxmox VE of the node that answered: 1",
);
export const notBackedUpTotal = family(
  "pve_not_backed_up_total",
  "gauge",
  ofResource,
  "Guests that no backup job covers",
);
export const notBackedUpInfo = family(
  "pve_not_backed_up_info",
  "gauge",
  ofResource,
  "A guest that no backup job covers: 1",
);
export const qdeviceUp = family("pve_qdevice_up", "gauge", ofResource, "Whether the quorum device is connected");
export const qdeviceInfo = family(
  "pve_qdevice_info",
  "gauge",
  ["id", "model", "algorithm", "qnetd_host", "tie_breaker", "state"],
  "The quorum device: 1",
);
export const onbootStatus = family(
  "pve_onboot_status",
  "gauge",
  ["id", "node", "type"],
  "Whether a guest is set to start with its node; only of guests where it is set either way",
);
export const replicationInfo = family(
  "pve_replication_info",
  "gauge",
  ["id", "type", "source", "target", "guest"],
  "A replication job: 1",
);
export const replicationFields = [
  [
    "duration",
    family("pve_replication_duration_seconds", "gauge", ofResource, "Seconds that the last replication took"),
  ],
  [
    "last_sync",
    family("pve_replication_last_sync_timestamp_seconds", "gauge", ofResource, "When a replication last succeeded"),
  ],
  [
    "last_try",
    family("pve_replication_last_try_timestamp_seconds", "gauge", ofResource, "When a replication was last tried"),
  ],
  [
    "next_sync",
    family("pve_replication_next_sync_timestamp_seconds", "gauge", ofResource, "When a replication is due"),
  ],
  ["fail_count", family("pve_replication_failed_syncs", "gauge", ofResource, "Replications that failed in a row")],
] as const;
export const subscriptionInfo = family("pve_subscription_info", "gauge", ["id", "level"], "A node's subscription: 1");
export const subscriptionStatus = family(
  "pve_subscription_status",
  "gauge",
  ["id", "status"],
  "Status of a node's subscription: 1 of the one that it has",
);
export const subscriptionDue = family(
  "pve_subscription_next_due_timestamp_seconds",
  "gauge",
  ofResource,
  "When a node's subscription ends",
);

const guestHaStates = [
  "stopped",
  "request_stop",
  "request_start",
  "request_start_balance",
  "started",
  "fence",
  "recovery",
  "migrate",
  "relocate",
  "freeze",
  "error",
];
export const haStates: Readonly<Record<string, readonly string[]>> = {
  qemu: guestHaStates,
  lxc: guestHaStates,
  node: ["online", "maintenance", "unknown", "fence", "gone"],
};
export const lockStates = [
  "backup",
  "clone",
  "create",
  "migrate",
  "rollback",
  "snapshot",
  "snapshot-delete",
  "suspended",
  "suspending",
];
export const subscriptionStates = ["new", "notfound", "active", "invalid", "expired", "suspended"];
