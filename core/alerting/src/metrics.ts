/** Who offers a metric. */
export type Offered = "prometheus-pve-exporter" | "exporter" | "scrape";

/**
 * Every metric that the rules ask for, with the labels that they lean on, and who offers it. `id` is `node/<name>`,
 * `qemu/<vmid>`, `lxc/<vmid>`, `storage/<node>/<storage>` or `cluster/<name>`; of replication it is the job's own.
 */
export const metrics = {
  up: { labels: ["job"], by: "scrape" },
  pve_up: { labels: ["id"], by: "prometheus-pve-exporter" },
  pve_cpu_usage_ratio: { labels: ["id"], by: "prometheus-pve-exporter" },
  pve_memory_usage_bytes: { labels: ["id"], by: "prometheus-pve-exporter" },
  pve_memory_size_bytes: { labels: ["id"], by: "prometheus-pve-exporter" },
  pve_disk_usage_bytes: { labels: ["id"], by: "prometheus-pve-exporter" },
  pve_disk_size_bytes: { labels: ["id"], by: "prometheus-pve-exporter" },
  pve_onboot_status: { labels: ["id"], by: "prometheus-pve-exporter" },
  pve_guest_info: { labels: ["id", "node", "name"], by: "prometheus-pve-exporter" },
  pve_storage_info: { labels: ["id", "node", "storage"], by: "prometheus-pve-exporter" },
  pve_storage_shared: { labels: ["id"], by: "prometheus-pve-exporter" },
  pve_cluster_info: { labels: ["id", "quorate"], by: "prometheus-pve-exporter" },
  pve_qdevice_up: { labels: ["id"], by: "prometheus-pve-exporter" },
  pve_ha_state: { labels: ["id", "state"], by: "prometheus-pve-exporter" },
  pve_lock_state: { labels: ["id", "state"], by: "prometheus-pve-exporter" },
  pve_not_backed_up_info: { labels: ["id"], by: "prometheus-pve-exporter" },
  pve_replication_info: { labels: ["id", "source", "target", "guest"], by: "prometheus-pve-exporter" },
  pve_replication_failed_syncs: { labels: ["id"], by: "prometheus-pve-exporter" },
  pve_replication_last_sync_timestamp_seconds: { labels: ["id"], by: "prometheus-pve-exporter" },
  pve_subscription_next_due_timestamp_seconds: { labels: ["id"], by: "prometheus-pve-exporter" },
  pve_cluster_quorum_margin_votes: { labels: ["id"], by: "exporter" },
  pve_tasks_ended_total: { labels: ["id", "type", "outcome"], by: "exporter" },
  pve_tasks_last_end_timestamp_seconds: { labels: ["id", "type", "outcome"], by: "exporter" },
  pve_tasks_running: { labels: ["id", "type"], by: "exporter" },
  pve_node_updates_pending: { labels: ["id", "origin"], by: "exporter" },
  pve_node_certificate_expiry_timestamp_seconds: { labels: ["id", "filename"], by: "exporter" },
  pve_node_service_up: { labels: ["id", "service"], by: "exporter" },
  pve_node_clock_offset_seconds: { labels: ["id"], by: "exporter" },
  pve_node_disk_healthy: { labels: ["id", "disk"], by: "exporter" },
  pve_node_disk_wear_ratio: { labels: ["id", "disk"], by: "exporter" },
  pve_node_zfs_pool_healthy: { labels: ["id", "pool"], by: "exporter" },
  pve_guest_backup_last_timestamp_seconds: { labels: ["id", "storage"], by: "exporter" },
  pve_guest_backup_last_verified: { labels: ["id", "storage"], by: "exporter" },
  orrery_objective_state: { labels: ["objective", "state"], by: "exporter" },
  orrery_findings: { labels: ["rule", "severity", "verdict"], by: "exporter" },
  orrery_drift_changes: { labels: ["change"], by: "exporter" },
  orrery_collect_section_up: { labels: ["section", "subject"], by: "exporter" },
  pve_scrape_api_duration_seconds_sum: { labels: ["method", "url"], by: "exporter" },
  pve_scrape_api_duration_seconds_count: { labels: ["method", "url"], by: "exporter" },
  /** Whether the agent of a running guest answers. */
  pve_guest_agent_up: { labels: ["id"], by: "exporter" },
  /** When the oldest snapshot that a guest still has was taken. */
  pve_guest_snapshot_oldest_timestamp_seconds: { labels: ["id"], by: "exporter" },
  /** 1 while a maintenance window that the declaration names is open, else 0. Told where the declaration is given. */
  orrery_maintenance_window_open: { labels: ["window"], by: "exporter" },
} as const satisfies Readonly<Record<string, { readonly labels: readonly string[]; readonly by: Offered }>>;

export type Metric = keyof typeof metrics;
