import { defineChapter } from "@orrery/model";

const zone = "EST";

/** Section 4.1. */
export const maintenance = defineChapter("maintenance", {
  procedures: [
    {
      id: "PROX-MAINT-001",
      title: "Node Updates",
      does: "rolling node update",
      frequency: { every: "month", zone },
      role: "Infrastructure Team",
      window: "fridays",
      document: "../Procedures/PROX-MAINT-001.md",
    },
    {
      id: "PROX-MAINT-002",
      title: "VM Template Updates",
      does: "template rebuild",
      frequency: { every: "quarter", zone },
      role: "Infrastructure Team",
      document: "../Procedures/PROX-MAINT-002.md",
    },
    {
      id: "PROX-MAINT-003",
      title: "Storage Health Check",
      does: "health check",
      frequency: { every: "week", zone },
      role: "Infrastructure Team",
      document: "../Procedures/PROX-MAINT-003.md",
    },
    {
      id: "PROX-MAINT-004",
      title: "Cluster Health Validation",
      does: "health check",
      frequency: { every: "week", zone },
      role: "Infrastructure Team",
      document: "../Procedures/PROX-MAINT-004.md",
    },
    {
      id: "SYS-PATCH-001",
      title: "System Updates",
      does: "rolling node update",
      frequency: { every: "month", on: "3rd Friday", zone },
      role: "Infrastructure Team",
      window: "fridays",
      document: "itil-policies-and-procedures/Patch-Management/SYS-PATCH-001.md",
    },
  ],
});
