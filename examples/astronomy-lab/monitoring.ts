import { defineChapter, unknown } from "@orrery/model";

const sustained = unknown("4.2 says sustained, and not for how long");
const momentary = unknown("4.2 does not say for how long");

/** Section 4.2. */
export const monitoring = defineChapter("monitoring", {
  thresholds: [
    {
      subject: "node cpu",
      warning: { above: "75 %", sustained },
      critical: { above: "90 %", sustained },
      response: "PROX-RESP-001",
      document: "../Procedures/PROX-RESP-001.md",
    },
    {
      subject: "node memory",
      warning: { above: "80 %", sustained: momentary },
      critical: { above: "90 %", sustained: momentary },
      response: "PROX-RESP-002",
      document: "../Procedures/PROX-RESP-002.md",
    },
    {
      subject: "storage",
      warning: { above: "80 %", sustained: momentary },
      critical: { above: "90 %", sustained: momentary },
      response: "PROX-RESP-003",
      document: "../Procedures/PROX-RESP-003.md",
    },
    {
      subject: "quorum",
      warning: "node unreachable",
      critical: "quorum lost",
      response: "PROX-RESP-004",
      document: "../Procedures/PROX-RESP-004.md",
    },
  ],
  runsOn: [
    { guest: "lab-mon01", as: "Prometheus, Grafana, Loki" },
    { guest: "lab-soc1", as: "Wazuh" },
  ],
  document: "itil-policies-and-procedures/Monitoring/MON-PROC-001.md",
  claims: [{ kind: "mentions guest", guest: "lab-mon01", as: "dedicated Grafana dashboards", source: "4.2" }],
});
