import type { RecordingRule } from "../alert-rule.ts";
import { aggregate, calculate, now, where } from "../expression/expression.ts";
import { ofNode, select } from "./making.ts";
import { ofEachCluster } from "./rules-of.ts";
import { perStorage } from "./storages.ts";

const ratio = (
  used: "pve_memory_usage_bytes" | "pve_disk_usage_bytes",
  size: "pve_memory_size_bytes" | "pve_disk_size_bytes",
  of: "node" | "storage",
) => calculate(select(used, `id=~${of}/.+`), "/", select(size, `id=~${of}/.+`));

/** What dashboards ask for again and again. */
export const recordingRules: readonly RecordingRule[] = (
  [
    { record: "node:pve_cpu_usage:ratio", expression: ofNode(select("pve_cpu_usage_ratio", "id=~node/.+")) },
    {
      record: "node:pve_memory_usage:ratio",
      expression: ofNode(ratio("pve_memory_usage_bytes", "pve_memory_size_bytes", "node")),
    },
    {
      record: "storage:pve_disk_usage:ratio",
      expression: perStorage(ratio("pve_disk_usage_bytes", "pve_disk_size_bytes", "storage")),
    },
    {
      record: "cluster:pve_memory_usage:ratio",
      expression: calculate(
        aggregate("sum", [], select("pve_memory_usage_bytes", "id=~node/.+")),
        "/",
        aggregate("sum", [], select("pve_memory_size_bytes", "id=~node/.+")),
      ),
    },
    {
      record: "cluster:pve_nodes_up:count",
      expression: aggregate("count", [], where(select("pve_up", "id=~node/.+"), "==", 1)),
    },
    {
      record: "guest:pve_backup_age:seconds",
      expression: calculate(now, "-", aggregate("max", ["id"], select("pve_guest_backup_last_timestamp_seconds"))),
    },
  ] satisfies readonly RecordingRule[]
).map(ofEachCluster);
