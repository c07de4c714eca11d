import { defineChapter, unknown } from "@orrery/model";

/** Sections 1 and 2. */
export const service = defineChapter("service", {
  // 2.2 Service Classification
  id: "INFRA-PROX-001",
  name: "Proxmox VE Infrastructure",
  type: "Core",
  category: "Infrastructure",
  criticality: "critical",
  owner: "Infrastructure Team",

  // 1.1, 2.1
  description:
    "Proxmox VE provides the core virtualization platform for the Proxmox Astronomy Lab, enabling the deployment and management of virtual machines and containers that support all lab functions. Based on a KVM hypervisor with integrated container support, it delivers a high-performance, highly available infrastructure foundation for research, computation, and service deployment.",

  // 1.2 Scope
  scope: {
    in: [
      "Proxmox cluster architecture and configuration",
      "Node hardware and network implementation",
      "VM provisioning and management",
      "High availability and redundancy",
      "Storage architecture and implementation",
    ],
    out: [
      "Guest VM internal configurations",
      "Application-specific workflows",
      "End-user application support",
      "Business logic implementation",
      "Data migration processes",
    ],
  },

  // 1.3 Target Audience
  audience: [
    "Infrastructure Engineers",
    "System Administrators",
    "Operations Personnel",
    "Security Administrators",
    "IT Management",
  ],

  // 2.3 Service Hours
  hours: {
    service: { always: true },
    support: {
      days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
      from: "08:00",
      to: "17:00",
      zone: "EST",
    },
    maintenance: [
      { id: "fridays", schedule: { every: "week", on: "Friday", at: "10:00", zone: "EST" }, duration: "60 min" },
    ],
  },
  detection: unknown("no document states how soon somebody acts on an alert"),

  claims: [
    {
      kind: "highly available",
      guests: "all",
      source: "2.1: a high-performance, highly available infrastructure foundation; 2.3: 24x7 (always available)",
    },
  ],
});
