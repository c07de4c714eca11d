import { defineChapter, secret } from "@orrery/model";
import { access as written } from "../access.ts";

const operate = [
  "VM.Audit",
  "VM.Backup",
  "VM.Console",
  "VM.Config.CDROM",
  "VM.Config.Cloudinit",
  "VM.GuestAgent.Audit",
  "VM.PowerMgmt",
  "VM.Snapshot",
] as const;

export const access = defineChapter("access", {
  ...written,
  realms: {
    pam: { kind: "pam", mfa: { required: true, enforcedBy: "TOTP on root@pam" } },
    pve: { kind: "pve", mfa: { required: false } },
    entra: {
      kind: "openid",
      name: "Entra ID",
      mfa: { required: true, enforcedBy: "Entra ID" },
      issuer: "https://login.microsoftonline.com/7d2f5a1c-0000-4000-8000-a57120a0a1ab/v2.0",
      clientId: "0c5f9a34-0000-4000-8000-0a57120a0a1a",
      clientKey: secret("env:ENTRA_CLIENT_KEY"),
      usernameClaim: "upn",
      autocreate: true,
      groupsClaim: "groups",
      // Who is taken out of a group there loses its rights here (CIS.8.3).
      groupsOverwrite: true,
      scopes: ["openid", "email", "profile"],
      default: true,
    },
  },
  groups: {
    "operators-entra": { purpose: "Run the lab's guests", realm: "entra" },
    "engineers-entra": { purpose: "Run the cluster", realm: "entra" },
    automation: { purpose: "Programs that change guests" },
  },
  roles: { LabOperator: { privileges: [...operate], purpose: "Start, stop, snapshot and restore, and build nothing" } },
  users: {
    "root@pam": { purpose: "Break glass" },
    "monitoring@pve": { purpose: "Reads everything, for Prometheus" },
    "ansible@pve": { purpose: "AWX on lab-ansible01", groups: ["automation"] },
  },
  tokens: [
    {
      id: "monitoring@pve!prometheus",
      purpose: "Scraped from lab-mon01",
      needs: [
        "Datastore.Audit",
        "Mapping.Audit",
        "Pool.Audit",
        "SDN.Audit",
        "Sys.Audit",
        "VM.Audit",
        "VM.GuestAgent.Audit",
      ],
      expires: "2027-12-31",
      privilegeSeparation: true,
    },
    {
      id: "ansible@pve!awx",
      purpose: "Playbooks of lab-ansible01",
      needs: [...operate],
      expires: "2027-06-30",
      privilegeSeparation: true,
    },
  ],
  acls: [
    { path: "/", role: "Administrator", to: { group: "engineers-entra" } },
    { path: "/vms", role: "LabOperator", to: { group: "operators-entra" } },
    { path: "/", role: "PVEAuditor", to: { user: "monitoring@pve" } },
    { path: "/", role: "PVEAuditor", to: { token: "monitoring@pve!prometheus" } },
    { path: "/pool/projects", role: "LabOperator", to: { group: "automation" } },
    { path: "/pool/projects", role: "LabOperator", to: { token: "ansible@pve!awx" } },
  ],
  breakGlass: { user: "root@pam", kept: "sealed envelope in the rack's drawer", lastTested: "2026-10-01" },
});
