import { defineChapter } from "@orrery/model";

/** Section 4.3. */
export const knownErrors = defineChapter("knownErrors", {
  items: [
    {
      id: "KEDB-PROX-001",
      issue: "VM Migration Failure",
      symptoms: ["Migration error", "timeout"],
      resolution: ["Check storage access", "Check network connectivity"],
    },
    {
      id: "KEDB-PROX-002",
      issue: "Node High Load",
      symptoms: ["Performance degradation", "VM slowness"],
      resolution: ["Identify resource contention", "Balance VMs"],
    },
    {
      id: "KEDB-PROX-003",
      issue: "Storage Performance Issues",
      symptoms: ["Slow VM I/O", "high latency"],
      resolution: ["Check storage subsystem", "Optimize VM placement"],
    },
    {
      id: "KEDB-PROX-004",
      issue: "Cluster Communication Issues",
      symptoms: ["Node dropping out of cluster"],
      resolution: ["Verify network connectivity", "Restart pve-cluster service"],
    },
  ],
});
