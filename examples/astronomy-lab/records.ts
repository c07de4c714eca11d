import { defineChapter, unknown } from "@orrery/model";

/** Section 7.3. */
export const changes = defineChapter("changes", {
  items: [
    {
      id: "CR-PROX-2025-001",
      what: "Proxmox 8.x Upgrade",
      implemented: "2025-02-15",
      register: { system: "GLPI", label: "GLPI-CR-PROX-001", url: "https://glpi.lab.local/CR-PROX-2025-001" },
    },
    {
      id: "CR-PROX-2025-002",
      what: "Network Enhancement",
      implemented: "2025-03-10",
      register: { system: "GLPI", label: "GLPI-CR-PROX-002", url: "https://glpi.lab.local/CR-PROX-2025-002" },
    },
    {
      id: "CR-PROX-2025-003",
      what: "Storage Expansion",
      implemented: "2025-04-05",
      register: { system: "GLPI", label: "GLPI-CR-PROX-003", url: "https://glpi.lab.local/CR-PROX-2025-003" },
    },
  ],
  document: "itil-policies-and-procedures/Change-Management/CHG-PROC-001.md",
});

const archived = (name: string) => `../References/${name}.pdf`;
const lastVerified = "2025-04-01";

/** Sections 7.1 and 7.2. */
export const references = defineChapter("references", {
  internal: [
    {
      kind: "Technical Guide",
      title: "Proxmox Performance Tuning",
      label: "docs/PROX-Tuning-Guide.md",
      target: "../Guides/PROX-Tuning-Guide.md",
      relation: "Performance optimization",
    },
    {
      kind: "Procedure",
      title: "VM Provisioning Procedure",
      label: "docs/VM-Provisioning.md",
      target: "../Procedures/VM-Provisioning.md",
      relation: "Operational procedure",
    },
    {
      kind: "Architecture",
      title: "Infrastructure Architecture Overview",
      label: "docs/Infrastructure-Architecture.md",
      target: "../Architecture/Infrastructure-Architecture.md",
      relation: "Overall context",
    },
    {
      kind: "Hardware",
      title: "Proxmox Astronomy Lab Hardware Overview",
      label: "proxmox-astronomy-lab-hardware-overview.md",
      target: "../../../../docs/Infrastructure/proxmox-astronomy-lab-hardware-overview.md",
      relation: "Hardware specifications",
    },
  ],
  external: [
    {
      title: "Proxmox VE Administration Guide",
      url: "https://pve.proxmox.com/pve-docs/",
      archived: archived("Proxmox-Admin-Guide"),
      lastVerified,
    },
    {
      title: "Proxmox Clustering Guide",
      url: "https://pve.proxmox.com/wiki/Cluster_Manager",
      archived: archived("Proxmox-Cluster-Guide"),
      lastVerified,
    },
    {
      title: "Proxmox Storage Documentation",
      url: "https://pve.proxmox.com/wiki/Storage",
      archived: archived("Proxmox-Storage-Guide"),
      lastVerified,
    },
  ],
  verifyEvery: unknown("no document says how often references are verified"),
  // The inventory that 3.4 links to; of the other documents only the links were given.
  existing: ["../../../../infrastructure/virtual-machine-infrastructure-list.md"],
});

/** Section 8. */
export const approvals = defineChapter("approvals", {
  items: [
    { reviewer: "VintageDon", role: "Lead Engineer", date: "2025-04-22", status: "approved" },
    { reviewer: "InfraAdmin", role: "Infrastructure Administrator", date: "2025-04-22", status: "approved" },
  ],
  reviewEvery: unknown("no document says how long an approval holds"),
});

/** Section 9, and the document's header. */
export const revisions = defineChapter("revisions", {
  items: [{ version: "1.0", date: "2025-04-22", changes: "Initial version", author: "VintageDon" }],
  current: {
    title: "Proxmox VE Infrastructure Documentation",
    description:
      "Comprehensive documentation for the Proxmox Virtual Environment cluster in the Proxmox Astronomy Lab environment",
    version: "1.0",
    status: "Published",
    updated: "2025-04-22",
    author: "VintageDon",
    kind: "Service Document",
    category: "Infrastructure",
    phase: "phase-1",
    tags: ["proxmox", "virtualization", "infrastructure", "cluster", "hypervisor"],
    relatedServices: ["Proxmox Backup Server", "RKE2 Kubernetes", "Azure Arc", "Wazuh", "Prometheus"],
  },
});
