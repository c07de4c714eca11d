import { defineChapter, unknown } from "@orrery/model";

const lastDrill = unknown("nobody has ever restored a guest to see");

/** Section 6.2. */
export const recovery = defineChapter("recovery", {
  scenarios: [
    {
      id: "single-vm",
      title: "Single VM Failure",
      fails: { kind: "guest", guest: "any" },
      rto: "15 min",
      rpo: "24 h",
      procedure: "DR-PROX-001",
      document: "../DR/DR-PROX-001.md",
      role: "Infrastructure Team",
      lastDrill,
    },
    {
      id: "host-node",
      title: "Host Node Failure",
      fails: { kind: "node", node: "any" },
      rto: "1 h",
      rpo: "24 h",
      procedure: "DR-PROX-002",
      document: "../DR/DR-PROX-002.md",
      role: "Infrastructure Team",
      lastDrill,
    },
    {
      id: "quorum-loss",
      title: "Cluster Quorum Loss",
      fails: { kind: "quorum" },
      rto: "2 h",
      rpo: "24 h",
      procedure: "DR-PROX-003",
      document: "../DR/DR-PROX-003.md",
      role: "Infrastructure Team",
      lastDrill,
    },
    {
      id: "datacenter",
      title: "Datacenter Failure",
      fails: { kind: "site" },
      rto: "24 h",
      rpo: "48 h",
      procedure: "DR-PROX-004",
      document: "../DR/DR-PROX-004.md",
      role: "DR Team",
      replacement: unknown(
        "no document says what hardware a lost datacenter's guests would be restored to, or how soon it is there",
      ),
      lastDrill,
    },
  ],
  document: "itil-policies-and-procedures/Incident-Management/INC-PROC-001.md",
});
