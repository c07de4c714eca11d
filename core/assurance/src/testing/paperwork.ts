import type { LabInput } from "@orrery/model";

/*
 * The chapters of the small lab that are records rather than machines: who gets in, which controls are claimed, what is
 * watched, what was changed and approved. Kept in order like the rest; tests spoil one thing of it at a time.
 */

const zone = "Europe/Berlin";

export const monitoring: LabInput["monitoring"] = {
  thresholds: [
    {
      subject: "node cpu",
      warning: { above: "75 %", sustained: "10 min" },
      critical: { above: "90 %", sustained: "5 min" },
      response: "RESP-1",
    },
    {
      subject: "node memory",
      warning: { above: "80 %", sustained: "10 min" },
      critical: { above: "90 %", sustained: "5 min" },
      response: "RESP-1",
    },
    {
      subject: "storage",
      warning: { above: "80 %", sustained: "10 min" },
      critical: { above: "90 %", sustained: "5 min" },
      response: "RESP-1",
    },
    { subject: "quorum", warning: "node unreachable", critical: "quorum lost", response: "RESP-1" },
  ],
  runsOn: [],
  claims: [],
};

export type TokenInput = Extract<LabInput["access"]["tokens"], readonly unknown[]>[number];

/** A token that only watches, for as long as this year lasts. */
export const aToken = (given: Partial<TokenInput> = {}): TokenInput => ({
  id: "orrery@pve!watch",
  purpose: "watch the cluster",
  needs: ["Sys.Audit", "VM.Audit"],
  expires: "2026-12-31",
  privilegeSeparation: true,
  ...given,
});

export const access: LabInput["access"] = {
  realms: {
    pam: { kind: "pam", mfa: { required: true, enforcedBy: "TOTP" } },
    pve: { kind: "pve", mfa: { required: true, enforcedBy: "TOTP" } },
    sso: {
      kind: "openid",
      mfa: { required: true, enforcedBy: "identity provider" },
      issuer: "https://id.example",
      groupsOverwrite: true,
    },
  },
  groups: { admins: { purpose: "Run the cluster", realm: "sso" } },
  users: { "root@pam": { purpose: "Break glass" }, "orrery@pve": { purpose: "Watch the cluster" } },
  roles: { Watch: { privileges: ["Sys.Audit", "VM.Audit"], purpose: "Watch the cluster" } },
  acls: [
    { path: "/", role: "Administrator", to: { group: "admins" } },
    { path: "/", role: "Watch", to: { user: "orrery@pve" } },
    { path: "/", role: "Watch", to: { token: "orrery@pve!watch" } },
  ],
  tokens: [aToken()],
  breakGlass: { user: "root@pam", kept: "sealed, bank safe", lastTested: "2026-05-04" },
  methods: [{ type: "Administrative access", method: "Single sign-on", realm: "sso", document: "policies/ACC-1.md" }],
  claims: [],
};

type ControlInput = LabInput["controls"]["items"][number];

export const aControl = (given: Partial<ControlInput> = {}): ControlInput => ({
  id: "CIS.8.2",
  catalogue: "cis-8.1",
  title: "Collect Audit Logs",
  implementation: "Task logs of all nodes are collected",
  evidence: "https://logs.example/audit/2026-06",
  status: "compliant",
  ...given,
});

export const controls: LabInput["controls"] = {
  items: [
    aControl(),
    aControl({
      id: "CP-9",
      catalogue: "nist-800-53-r5",
      title: "System Backup",
      implementation: "Nightly backups",
      evidence: "records/backups-2026-06.md",
    }),
  ],
  reviews: [
    {
      what: "Access",
      implementation: "Groups of the identity provider",
      verification: "Quarterly access review",
      cadence: { every: "quarter", zone },
      lastDone: "2026-05-04",
    },
  ],
  policies: ["policies/SEC-1.md"],
  claims: [],
};

export const changes: NonNullable<LabInput["changes"]> = {
  items: [
    {
      id: "CR-2026-001",
      what: "Upgrade to 9.2",
      implemented: "2026-04-04",
      register: { system: "GLPI", label: "CR-2026-001", url: "https://glpi.example/CR-2026-001" },
    },
    {
      id: "CR-2026-002",
      what: "Second switch",
      implemented: "2026-05-02",
      register: { system: "GLPI", label: "CR-2026-002", url: "https://glpi.example/CR-2026-002" },
    },
  ],
  document: "policies/CHG-1.md",
  claims: [],
};

export const references: NonNullable<LabInput["references"]> = {
  internal: [{ kind: "Guide", title: "Tuning guide", label: "guides/tuning.md", target: "../guides/tuning.md" }],
  external: [
    {
      title: "Administration guide",
      url: "https://pve.proxmox.com/pve-docs/",
      archived: "archive/pve-admin-guide.pdf",
      lastVerified: "2026-05-04",
    },
  ],
  verifyEvery: "180 d",
  existing: [
    "runbooks/DR-1.md",
    "runbooks/DR-2.md",
    "runbooks/DR-3.md",
    "runbooks/DR-4.md",
    "runbooks/RESP-1.md",
    "runbooks/MAINT-1.md",
    "policies/ACC-1.md",
    "policies/SEC-1.md",
    "policies/CHG-1.md",
    "guides/tuning.md",
    "archive/pve-admin-guide.pdf",
    "records/backups-2026-06.md",
  ],
  claims: [],
};

export const approvals: NonNullable<LabInput["approvals"]> = {
  items: [{ reviewer: "Grace", role: "Lead engineer", date: "2026-05-05", status: "approved" }],
  reviewEvery: "365 d",
  claims: [],
};

export const revisions: NonNullable<LabInput["revisions"]> = {
  items: [
    { version: "1.0", date: "2026-01-10", changes: "Initial version", author: "Ada" },
    { version: "1.1", date: "2026-05-04", changes: "Second switch", author: "Ada" },
  ],
  current: { title: "Virtualization", version: "1.1", status: "Published", updated: "2026-05-04", author: "Ada" },
  claims: [],
};
