import type { ByHand } from "./by-hand.ts";

export const driftsOfAccess: readonly ByHand[] = [
  {
    what: "a user is disabled",
    done: ({ ask }) => ask("PUT", "/access/users/{userid}", { userid: "monitoring@pve", enable: 0 }),
    found: { "user monitoring@pve": { enable: [null, "0"] } },
  },
  {
    what: "a user is in one group more",
    done: ({ ask }) => ask("PUT", "/access/users/{userid}", { userid: "monitoring@pve", groups: "automation" }),
    found: { "user monitoring@pve": { groups: [null, "automation"] } },
  },
  {
    what: "a role has a privilege more",
    done: ({ ask }) => ask("PUT", "/access/roles/{roleid}", { roleid: "LabOperator", privs: "VM.Allocate", append: 1 }),
    found: {
      "role LabOperator": {
        privs: [
          "VM.Audit, VM.Backup, VM.Config.CDROM, VM.Config.Cloudinit, VM.Console, VM.GuestAgent.Audit, VM.PowerMgmt, VM.Snapshot",
          "VM.Allocate, VM.Audit, VM.Backup, VM.Config.CDROM, VM.Config.Cloudinit, VM.Console, VM.GuestAgent.Audit, VM.PowerMgmt, VM.Snapshot",
        ],
      },
    },
  },
  {
    what: "a permission was taken away",
    done: ({ ask }) =>
      ask("PUT", "/access/acl", { path: "/vms", roles: "LabOperator", groups: "operators-entra", delete: 1 }),
    found: { "acl /vms group operators-entra LabOperator": "missing" },
  },
  {
    what: "a permission was granted",
    done: ({ ask }) => ask("PUT", "/access/acl", { path: "/", roles: "Administrator", groups: "operators-entra" }),
    found: { "acl / group operators-entra Administrator": "surplus" },
  },
  {
    what: "a token never expires",
    done: ({ ask }) =>
      ask("PUT", "/access/users/{userid}/token/{tokenid}", { userid: "ansible@pve", tokenid: "awx", expire: 0 }),
    found: { "token ansible@pve!awx": { expire: ["1814313600", null] } },
  },
  {
    what: "a token has all that its user has",
    done: ({ ask }) =>
      ask("PUT", "/access/users/{userid}/token/{tokenid}", { userid: "ansible@pve", tokenid: "awx", privsep: 0 }),
    found: { "token ansible@pve!awx": { privsep: [null, "0"] } },
  },
  {
    what: "a realm only adds groups",
    done: ({ ask }) => ask("PUT", "/access/domains/{realm}", { realm: "entra", "groups-overwrite": 0 }),
    found: { "realm entra": { "groups-overwrite": ["1", null] } },
  },
  {
    what: "a group says something else",
    done: ({ ask }) => ask("PUT", "/access/groups/{groupid}", { groupid: "automation", comment: "robots" }),
    found: { "group automation": { comment: ["Programs that change guests", "robots"] } },
  },
];
