import { privileges } from "./privileges.ts";

const prefixed = (...stems: string[]): string[] => [...privileges].filter((name) => stems.some((stem) => name.startsWith(stem)));
const without = (names: readonly string[], ...dropped: string[]): string[] => names.filter((name) => !dropped.includes(name));

/** The roles that every installation has, with their privileges. Mirrors create_roles of AccessControl in pve-access-control. */
export const builtInRoles: Readonly<Record<string, readonly string[]>> = {
  Administrator: [...privileges],
  NoAccess: [],
  PVEAdmin: without(
    [...privileges],
    "Mapping.Modify",
    "Permissions.Modify",
    "Realm.Allocate",
    "Sys.AccessNetwork",
    "Sys.Incoming",
    "Sys.Modify",
    "Sys.PowerMgmt",
  ),
  PVEAuditor: [...privileges].filter((name) => name.endsWith(".Audit")),
  PVEDatastoreAdmin: prefixed("Datastore."),
  PVEDatastoreUser: ["Datastore.AllocateSpace", "Datastore.Audit"],
  PVEMappingAdmin: prefixed("Mapping."),
  PVEMappingUser: ["Mapping.Audit", "Mapping.Use"],
  PVEPoolAdmin: prefixed("Pool."),
  PVEPoolUser: ["Pool.Audit"],
  PVESDNAdmin: prefixed("SDN."),
  PVESDNUser: ["SDN.Audit", "SDN.Use"],
  PVESysAdmin: ["Sys.Audit", "Sys.Console", "Sys.Syslog"],
  PVETemplateUser: ["VM.Audit", "VM.Clone"],
  PVEUserAdmin: ["Group.Allocate", "Realm.AllocateUser", "User.Modify"],
  PVEVMAdmin: prefixed("VM."),
  PVEVMUser: [
    "VM.Audit",
    "VM.Backup",
    "VM.Config.CDROM",
    "VM.Config.Cloudinit",
    "VM.Console",
    "VM.GuestAgent.Audit",
    "VM.GuestAgent.FileRead",
    "VM.GuestAgent.FileSystemMgmt",
    "VM.GuestAgent.FileWrite",
    "VM.PowerMgmt",
  ],
};
