import { type LabInput, unknown } from "@orrery/model";
import type { Mutation } from "./mutations.ts";

const first = <T>(items: readonly T[] | undefined): T => {
  const [item] = items ?? [];
  if (item === undefined) throw new Error("the tidy lab has none of these");
  return item;
};

const chapter = <C extends "changes" | "references" | "approvals" | "revisions">(
  lab: LabInput,
  name: C,
): NonNullable<LabInput[C]> => {
  const content = lab[name];
  if (content === undefined) throw new Error(`the tidy lab has no ${name}`);
  return content;
};

const firstToken = (lab: LabInput) => {
  const { tokens } = lab.access;
  if (!Array.isArray(tokens)) throw new Error("the tidy lab lists no tokens");
  return first(tokens);
};

const change = (given: Partial<NonNullable<LabInput["changes"]>["items"][number]>) => ({
  id: "CR-2026-015",
  what: "Another disk",
  implemented: "2026-10-10",
  register: { system: "GLPI", label: "CR-2026-015", url: "https://glpi.example/CR-2026-015" },
  ...given,
});

/** The mutations of what people write down: controls, documents, changes, access, thresholds. */
export const recordMutations: Readonly<Record<string, Mutation>> = {
  "monitoring/sustained": (lab) => {
    const threshold = first(lab.monitoring.thresholds);
    if (threshold.subject !== "quorum") threshold.critical.sustained = unknown("nobody said");
  },
  "monitoring/level-order": (lab) => {
    const threshold = first(lab.monitoring.thresholds);
    if (threshold.subject !== "quorum") threshold.critical.above = "70 %";
  },
  "monitoring/unwatched": (lab) => {
    lab.monitoring.thresholds = lab.monitoring.thresholds.filter(({ subject }) => subject !== "quorum");
  },
  "access/admin-without-mfa": (lab) => {
    lab.access.realms.pam = { kind: "pam", mfa: { required: false } };
  },
  "access/mfa-enforcement": (lab) => {
    lab.access.realms.pam = { kind: "pam", mfa: { required: true } };
  },
  "access/break-glass": (lab) => {
    lab.access.breakGlass = unknown("nobody knows");
  },
  "access/break-glass-realm": (lab) => {
    lab.access.users = { ...lab.access.users, "glass@sso": { purpose: "Break glass", groups: ["platform-sso"] } };
    lab.access.breakGlass = { user: "glass@sso", kept: "bank safe", lastTested: "2026-10-05" };
  },
  "access/break-glass-rights": (lab) => {
    lab.access.users = { ...lab.access.users, "glass@pve": { purpose: "Break glass" } };
    lab.access.breakGlass = { user: "glass@pve", kept: "bank safe", lastTested: "2026-10-05" };
  },
  "access/break-glass-untested": (lab) => {
    lab.access.breakGlass = { user: "root@pam", kept: "bank safe", lastTested: "2025-10-05" };
  },
  "access/openid-groups-overwrite": (lab) => {
    first(Object.values(lab.access.realms).filter(({ kind }) => kind === "openid")).groupsOverwrite = false;
  },
  "access/administrator-user": (lab) => {
    lab.access.acls?.push({ path: "/", role: "Administrator", to: { user: "watch@pve" } });
  },
  "access/unused": (lab) => {
    lab.access.groups = { ...lab.access.groups, interns: { purpose: "Summer of 2024" } };
  },
  "access/unknown-privilege": (lab) => {
    lab.access.roles = { Watch: { privileges: ["Sys.Audits"] } };
    lab.access.acls?.push({ path: "/", role: "Watch", to: { user: "watch@pve" } });
  },
  "access/reserved-role": (lab) => {
    lab.access.roles = { PVEWatch: { privileges: ["Sys.Audit"] } };
    lab.access.acls?.push({ path: "/", role: "PVEWatch", to: { user: "watch@pve" } });
  },
  "access/tokens-unlisted": (lab) => {
    lab.access.tokens = unknown("nobody listed them");
    lab.access.acls = lab.access.acls?.filter(({ to }) => !("token" in to));
  },
  "access/token-never-expires": (lab) => {
    firstToken(lab).expires = "never";
  },
  "access/token-expired": (lab) => {
    firstToken(lab).expires = "2026-11-30";
  },
  "access/token-purpose": (lab) => {
    firstToken(lab).purpose = unknown("it was there before us");
  },
  "access/token-privilege-separation": (lab) => {
    firstToken(lab).privilegeSeparation = false;
  },
  "access/token-broader-than-purpose": (lab) => {
    firstToken(lab).needs = ["Sys.Audit", "VM.Audit"];
  },
  "controls/unknown-control": (lab) => {
    first(lab.controls.items).id = "CIS 6.15";
  },
  "controls/title": (lab) => {
    first(lab.controls.items).id = "CIS 8.2";
  },
  "controls/withdrawn": (lab) => {
    lab.controls.items.push({
      id: "SC-19",
      catalogue: "nist-800-53-r5",
      evidence: "records/sign-ins-2026-11.md",
      status: "compliant",
    });
  },
  "controls/superseded-catalogue": (lab) => {
    lab.controls.items.push({
      id: "A.12.3.1",
      catalogue: "iso-27001-2013",
      evidence: "records/backups-2026-11.md",
      status: "compliant",
    });
  },
  "controls/duplicate": (lab) => {
    lab.controls.items.push({ ...first(lab.controls.items), id: "CIS.6.5" });
  },
  "controls/status-without-evidence": (lab) => {
    first(lab.controls.items).evidence = unknown("nobody said");
  },
  "controls/evidence-not-linked": (lab) => {
    first(lab.controls.items).evidence = "the sign-in log";
  },
  "controls/nothing-claimed": (lab) => {
    lab.controls.items.push({
      id: "CP-9",
      catalogue: "nist-800-53-r5",
      evidence: unknown("nobody said"),
      status: "not claimed",
    });
  },
  "controls/review-overdue": (lab) => {
    first(lab.controls.reviews).lastDone = "2025-10-01";
  },
  "changes/outside-window": (lab) => {
    first(chapter(lab, "changes").items).implemented = "2026-10-09";
  },
  "changes/implemented-ahead": (lab) => {
    first(chapter(lab, "changes").items).implemented = "2026-12-12";
  },
  "changes/unregistered": (lab) => {
    delete first(chapter(lab, "changes").items).register;
  },
  "changes/register-of-another": (lab) => {
    chapter(lab, "changes").items.push(
      change({ register: { system: "GLPI", label: "CR-2026-014", url: "https://glpi.example/CR-2026-014" } }),
    );
  },
  "changes/duplicate": (lab) => {
    const { items } = chapter(lab, "changes");
    items.push({ ...first(items), what: "Another disk" });
  },
  "documents/reference-unverified": (lab) => {
    first(chapter(lab, "references").external).lastVerified = "2025-11-01";
  },
  "documents/reference-unarchived": (lab) => {
    first(chapter(lab, "references").external).archived = unknown("nobody kept one");
  },
  "documents/link-label": (lab) => {
    first(chapter(lab, "references").internal).label = "docs/provisioning.md";
  },
  "documents/procedure-undeclared": (lab) => {
    first(lab.monitoring.thresholds).response = "RESP-009";
  },
  "documents/existence-unknown": (lab) => {
    lab.controls.policies = ["runbooks/SEC-001.md"];
  },
  "documents/approval-expired": (lab) => {
    const { current, items } = chapter(lab, "revisions");
    current.updated = "2025-11-02";
    items.splice(0, items.length, {
      version: "1.1",
      date: "2025-11-02",
      changes: "All of it",
      author: "Platform Team",
    });
    first(chapter(lab, "approvals").items).date = "2025-11-03";
    chapter(lab, "changes").items = [];
  },
  "documents/self-approval": (lab) => {
    first(chapter(lab, "approvals").items).reviewer = "Platform Team";
  },
  "documents/unapproved": (lab) => {
    first(chapter(lab, "approvals").items).status = "pending";
  },
  "documents/approval-before-version": (lab) => {
    first(chapter(lab, "approvals").items).date = "2026-11-01";
  },
  "documents/current-version": (lab) => {
    chapter(lab, "revisions").current.version = "1.2";
  },
  "documents/revision-order": (lab) => {
    first(chapter(lab, "revisions").items).date = "2026-11-03";
  },
  "documents/changed-since": (lab) => {
    chapter(lab, "changes").items.push(change({ implemented: "2026-11-14" }));
  },
  "documents/dated-ahead": (lab) => {
    first(chapter(lab, "approvals").items).date = "2026-12-24";
  },
};
