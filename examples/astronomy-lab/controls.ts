import { defineChapter, unknown } from "@orrery/model";

const zone = "EST";
const lastDone = unknown("no document records when it was last done");
const noEvidence = unknown("the document's header names the control, and no evidence");

/** Sections 5.2 and 5.3, and the controls of the document's header. */
export const controls = defineChapter("controls", {
  items: [
    // 5.3 Compliance Mapping, after CISV8-Mapping.md
    {
      id: "CIS.8.2",
      catalogue: "cis-8.1",
      title: "Ensure remote access requires MFA",
      implementation: "Entra ID with MFA required for admin access",
      evidence: "Entra Sign-in Logs",
      status: "compliant",
    },
    {
      id: "CIS.8.3",
      catalogue: "cis-8.1",
      title: "Ensure access is revoked upon termination",
      implementation: "AD group-based access with automated provisioning",
      evidence: "GLPI Change Records",
      status: "compliant",
    },
    {
      id: "CIS.10.1",
      catalogue: "cis-8.1",
      title: "Deploy and maintain anti-malware",
      implementation: "Wazuh agent with active scanning",
      evidence: "Wazuh Dashboard",
      status: "compliant",
    },
    {
      id: "CIS.10.2",
      catalogue: "cis-8.1",
      title: "Configure automatic updates",
      implementation: "Scheduled patching process",
      evidence: "Patch Management Records",
      status: "compliant",
    },
    // iso27001_controls
    { id: "A.12.3.1", catalogue: "iso-27001-2013", evidence: noEvidence, status: "not claimed" },
    { id: "A.12.4.1", catalogue: "iso-27001-2013", evidence: noEvidence, status: "not claimed" },
    { id: "A.14.2.5", catalogue: "iso-27001-2013", evidence: noEvidence, status: "not claimed" },
    // nist_controls
    { id: "CP-9", catalogue: "nist-800-53-r5", evidence: noEvidence, status: "not claimed" },
    { id: "SI-2", catalogue: "nist-800-53-r5", evidence: noEvidence, status: "not claimed" },
    { id: "AU-4", catalogue: "nist-800-53-r5", evidence: noEvidence, status: "not claimed" },
    { id: "CM-6", catalogue: "nist-800-53-r5", evidence: noEvidence, status: "not claimed" },
  ],
  // 5.2 Security Controls
  reviews: [
    {
      what: "Access Control",
      implementation: "Role-based with Entra integration",
      verification: "Quarterly access review",
      cadence: { every: "quarter", zone },
      lastDone,
    },
    {
      what: "Network Security",
      implementation: "VLAN segmentation, firewall rules",
      verification: "Monthly security scans",
      cadence: { every: "month", zone },
      lastDone,
    },
    {
      what: "Data Encryption",
      implementation: "TLS for management, VM encryption where required",
      verification: "Weekly security audits",
      cadence: { every: "week", zone },
      lastDone,
    },
    {
      what: "Auditing",
      implementation: "Comprehensive activity logging",
      verification: "Weekly log review, Wazuh alerts",
      cadence: { every: "week", zone },
      lastDone,
    },
  ],
  policies: [
    "Data Protection Policy",
    "Backup Policy",
    "Monitoring Policy",
    "Patch Management Policy",
    "itil-policies-and-procedures/CIS-Security-Policies/CISV8-Mapping.md",
  ],
});
