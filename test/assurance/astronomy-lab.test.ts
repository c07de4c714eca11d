import { type Checked, checkLab } from "@orrery/assurance";
import paper from "@orrery/example-astronomy-lab";
import { type LabInput, parseLab } from "@orrery/model";
import { describe, expect, it } from "vitest";

const at = Date.UTC(2026, 10, 23);

const check = (raw: unknown): Checked => {
  const parsed = parseLab(raw);
  if (parsed.kind === "problems") throw new Error(JSON.stringify(parsed.problems));
  return checkLab(parsed.lab, { at });
};

/** What the lab's papers contradict, in words, with the rule and the subject that say it. */
const contradictions: readonly (readonly [words: string, rule: string, subject: string])[] = [
  ["a weekly offsite copy cannot meet the 48 hours beside it", "recovery/rpo", "datacenter"],
  ["a daily backup cannot meet 24 hours for a guest", "recovery/rpo", "single-vm"],
  ["nor for a node", "recovery/rpo", "host-node"],
  ["nor for a lost quorum", "recovery/rpo", "quorum-loss"],
  ["what is only in Glacier cannot be back within the hour", "recovery/rto", "host-node"],
  ["the backup server stands on the node whose loss it is to survive", "recovery/shared-fate", "node node05"],
  ["nobody is on duty for a weekend, and the promise is 15 minutes", "recovery/nobody-on-duty", "single-vm"],
  ["nobody has ever restored a guest", "recovery/never-drilled", "single-vm"],
  ["the backup server cannot read Deep Glacier", "offsite/storage-class", "aws-glacier"],
  ["four weeks are less than Deep Glacier bills", "offsite/minimum-duration", "weekly"],
  ["the first Sunday is a Sunday too", "schedules/same-time", "weekly, monthly"],
  ["the daily backup may run into Friday's window", "schedules/backup-in-window", "daily"],
  ["EST all year is not the clock on the wall", "schedules/ambiguous-zone", "EST"],
  ["no node's guests fit elsewhere", "capacity/node-loss", "node01"],
  ["node02 promises more memory than it has", "capacity/node-memory", "node02"],
  ["node04 promises more memory than it has", "capacity/node-memory", "node04"],
  ["node04 promises nearly twice its NVMe", "capacity/storage", "local-nvme on node04"],
  ["75 GiB of the dashboard's memory are missing", "inventory/total-memory", "memory"],
  ["28 guests run, and 31 are listed", "inventory/count", "running guests"],
  ["six templates are counted and none is listed", "inventory/count", "templates"],
  ["there is no node nas01", "inventory/undeclared", "nas01"],
  ["the backup server is in no inventory", "inventory/undeclared", "backup01"],
  ["proj-mariadb01 is mentioned and declared nowhere", "inventory/mentioned-undeclared", "proj-mariadb01"],
  ["no guest is named -dev", "inventory/group", "Development Resources"],
  ["four application servers are five", "inventory/group", "Application Servers"],
  ["two security services are three", "inventory/group", "Security Services"],
  ["five control plane guests are three in the inventory", "inventory/group", "Control Plane VMs"],
  ["the groups add up to 29, and 31 are listed", "inventory/groups-total", "guests"],
  ["dc02 has no address", "addresses/invalid", "dc02"],
  ["dc01's address is another VLAN's", "addresses/outside-vlan", "dc01"],
  ["two guests share an address", "addresses/duplicate", "10.25.20.26"],
  [
    "node05's NVMe is the pool's cache, and guests are said to be on it",
    "hardware/storage-disk",
    "local-nvme on node05",
  ],
  ["the ZFS pool is shared with nobody", "hardware/storage-claim", "zfs-pool"],
  ["one switch carries the quorum", "failure/quorum", "switch labswitch01"],
  ["a service that is always there hangs on one firewall", "failure/single-point", "firewall fortigate"],
  ["node04 hangs in the cluster by one cable", "failure/isolates-node", "cable node04/lan1g"],
  ["highly available guests are on local disks", "availability/local-disk", "local-nvme"],
  ["monitoring runs on what it watches", "failure/watched-from-inside", "lab-mon01"],
  ["CIS 8.2 is about audit logs", "controls/title", "CIS.8.2"],
  ["CIS 8.3 is about audit logs", "controls/title", "CIS.8.3"],
  ["CIS 10.2 is about malware signatures", "controls/title", "CIS.10.2"],
  ["ISO 27001:2013 is superseded", "controls/superseded-catalogue", "ISO/IEC 27001 Annex A 2013"],
  ["the upgrade was made on a Saturday", "changes/outside-window", "CR-PROX-2025-001"],
  ["the network was changed on a Monday", "changes/outside-window", "CR-PROX-2025-002"],
  ["storage was extended on a Saturday", "changes/outside-window", "CR-PROX-2025-003"],
  ["a change's label names another entry", "documents/link-label", "CR-PROX-2025-001"],
  ["a guide's label names another file", "documents/link-label", "Proxmox Performance Tuning"],
  ["a response procedure is declared nowhere", "documents/procedure-undeclared", "PROX-RESP-001"],
  ["a recovery procedure is declared nowhere", "documents/procedure-undeclared", "DR-PROX-004"],
  ["the author approved the document", "documents/self-approval", "VintageDon"],
  ["leaving a group may revoke nothing", "access/openid-groups-overwrite", "entra"],
  ["root signs in without Entra ID", "access/admin-without-mfa", "pam"],
];

describe("the astronomy lab's papers", () => {
  const checked = check(paper);

  for (const [words, rule, subject] of contradictions) {
    it(`say what is not so: ${words}`, () => {
      expect(checked.findings.filter((finding) => finding.rule === rule).map((finding) => finding.subject)).toContain(
        subject,
      );
    });
  }

  it("have no objective of recovery that is shown to be met", () => {
    const recovery = checked.objectives.filter((objective) => objective.chapter === "recovery");
    expect(recovery).toHaveLength(8);
    expect(recovery.filter((objective) => objective.verdict === "met")).toEqual([]);
  });

  it("are transcribed with what their tables say beside the numbers: purposes, and links to procedures", () => {
    const lab: LabInput = JSON.parse(JSON.stringify(paper));
    const purposes = (lab.guests.claims ?? []).flatMap((claim) => (claim.kind === "group" ? [claim.purpose] : []));
    expect(purposes).toEqual([
      "Infrastructure management",
      "Containerized workloads",
      "Data storage and management",
      "Application hosting",
      "Security monitoring, identity",
      "Testing and development",
    ]);
    expect(lab.recovery.scenarios.map(({ document }) => document)).toContain("../DR/DR-PROX-004.md");
    expect(lab.monitoring.thresholds.map(({ document }) => document)).toContain("../Procedures/PROX-RESP-004.md");
    expect(lab.service.description).toContain("for research, computation, and service deployment");
    const existence = checked.findings.find(({ rule }) => rule === "documents/existence-unknown");
    expect(existence?.claim.text).toBe("32 linked documents are there to be read");
  });

  it("miss every RTO, as nobody is on duty for a weekend", () => {
    const rto = checked.objectives.filter(({ id }) => id.endsWith("/rto"));
    expect(rto.map(({ verdict }) => verdict)).toEqual(["missed", "missed", "missed", "missed"]);
  });

  it("show the arithmetic of the offsite copy", () => {
    const finding = checked.findings.find((one) => one.rule === "recovery/rpo" && one.subject === "datacenter");
    expect(finding?.why).toContain("168 h between runs");
    expect(finding?.why).toContain("> 48 h");
  });

  it("give the same findings again, to the byte", () => {
    expect(JSON.stringify(check(paper))).toBe(JSON.stringify(checked));
  });

  it("give the same findings when each number that is unknown stays unknown, whatever the order of the guests", () => {
    const lab: LabInput = JSON.parse(JSON.stringify(paper));
    lab.guests.items.reverse();
    const keys = ({ findings }: Checked): string[] =>
      findings.map(({ rule, subject, verdict }) => `${rule} ${subject} ${verdict}`).sort();
    expect(keys(check(lab))).toEqual(keys(checked));
  });

  it("never let an unknown pass: declaring it keeps what was violated, or settles what was unproven", () => {
    const lab: LabInput = JSON.parse(JSON.stringify(paper));
    for (const node of Object.values(lab.cluster.nodes)) node.memoryReserve = "4 GiB";
    const after = check(lab).findings.filter((finding) => finding.rule === "capacity/node-memory");
    expect(after.map(({ subject, verdict }) => `${subject} ${verdict}`)).toEqual([
      "node01 violated",
      "node02 violated",
      "node04 violated",
    ]);
  });
});
